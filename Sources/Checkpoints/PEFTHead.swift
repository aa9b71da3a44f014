// The head of an encoder in a PEFT folder: the modules that were saved in full.
import Artifacts
import Faults
import Transformers

/// The layers behind an encoder's pooling, as far as a PEFT folder has them.
package struct PEFTHead: Sendable {
  /// A linear layer of the head.
  package struct Layer: Sendable {
    /// W (outputs, inputs), row-major.
    package let weight: [Float]
    /// b (outputs).
    package let bias: [Float]
    /// The number of outputs.
    package var outputs: Int { bias.count }
  }

  /// The dense layer, where it was trained.
  package let dense: Layer?
  /// (hidden) The scale of the layer norm behind the dense layer, where it was trained.
  package let normScale: [Float]?
  /// The output layer, where it was trained.
  package let output: Layer?
  /// Whether it is a head of this project's own, `score`, whose pooling may be any; else it is that of the class.
  package let isOwn: Bool

  static let own = "score"
}

extension FittedPEFTAdapter {
  /// The tensors that belong to no adapter of a module.
  private var others: [ParameterTable.Entry] { adapter.parameters.entries.filter { !$0.role.isAdapter } }

  /// The head in the folder; nil where no module was saved in full.
  ///
  /// - Parameters:
  ///   - known: the head of the model type's class.
  ///   - subject: the folder, for messages.
  /// - Throws: `Fault` of kind `.data` for a tensor that is of no layer of the head, or of another shape.
  package func head(
    _ known: ClassificationHead?, hiddenSize: Int, subject: String
  ) throws(Fault) -> PEFTHead? {
    guard !others.isEmpty else { return nil }
    let weights = subject + "/adapter_model.safetensors"
    let names = others.map(\.name)
    let output = known.map { [$0.output, PEFTHead.own] } ?? [PEFTHead.own]
    let dense = known.map { [$0.dense, $0.dense.removingPrefix($0.prefix), "\(PEFTHead.own).dense"] } ?? []
    let norm = known?.norm.map { "\($0).weight" }
    var possible = Set((output + dense).flatMap { ["\($0).weight", "\($0).bias"] } + [norm].compactMap(\.self))
    if let known, !known.denseHasBias { possible.remove("\(known.dense).bias") }
    if let name = names.first(where: { !possible.contains($0) }) {
      throw Fault(
        .data, weights, "tensor \"\(name)\" is of no layer that can be trained in full",
        hint: "modules_to_save may name "
          + ((known?.savedModules(withDense: true) ?? []) + [PEFTHead.own]).joined(separator: ", "))
    }
    guard output.filter({ names.contains("\($0).weight") }).count <= 1 else {
      throw Fault(.data, weights, "has two output layers, \(output.joined(separator: " and "))")
    }
    let denseLayer = try layer(dense, width: hiddenSize, outputs: hiddenSize, subject: weights)
    let isOwn = names.contains("\(PEFTHead.own).weight") && known?.output != PEFTHead.own
    guard denseLayer == nil || isOwn == names.contains("\(PEFTHead.own).dense.weight") else {
      throw Fault(.data, weights, "has a dense layer that is not of the same head as its output layer")
    }
    let scale = norm.flatMap { adapter.parameters[$0] }
    if let scale, denseLayer == nil || scale.shape != [hiddenSize] {
      throw Fault(
        .data, weights,
        "tensor \"\(scale.name)\" is \(scale.shape), expected [\(hiddenSize)] and the dense layer "
          + "before it", hint: "modules_to_save takes the whole head")
    }
    return PEFTHead(
      dense: denseLayer, normScale: scale.map(adapter.values(of:)),
      output: try layer(output, width: hiddenSize, outputs: nil, subject: weights), isOwn: isOwn)
  }

  private func layer(
    _ names: [String], width: Int, outputs: Int?, subject: String
  ) throws(Fault) -> PEFTHead.Layer? {
    guard let name = names.first(where: { adapter.parameters["\($0).weight"] != nil }),
      let weight = adapter.parameters["\(name).weight"]
    else { return nil }
    let rows = outputs ?? weight.shape[0]
    guard weight.shape == [rows, width] else {
      let rows = outputs.map(String.init) ?? "outputs"
      throw Fault(
        .data, subject, "tensor \"\(weight.name)\" is \(weight.shape), expected [\(rows), \(width)]",
        hint: "give the base that the adapter was trained on")
    }
    // transformers gives some output layers no bias.
    guard let bias = adapter.parameters["\(name).bias"] else {
      return PEFTHead.Layer(weight: adapter.values(of: weight), bias: [Float](repeating: 0, count: rows))
    }
    guard bias.shape == [rows] else {
      throw Fault(.data, subject, "tensor \"\(bias.name)\" is \(bias.shape), expected [\(rows)]")
    }
    return PEFTHead.Layer(weight: adapter.values(of: weight), bias: adapter.values(of: bias))
  }
}

extension String {
  fileprivate func removingPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
