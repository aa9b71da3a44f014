// The head of a model folder: the pooler of a plain encoder, or the classifier of a `...ForSequenceClassification`, with
// the labels that config.json gives its outputs.
import Artifacts
import Faults
import Files
import JSON
import Transformers

/// What a base keeps of its folder's head: nothing where the folder has none.
package struct KeptHead: Sendable {
  /// The labels of the output layer, in the order of its outputs; empty where the folder has none.
  package let labels: [String]
  /// The name in the files of each tensor that is there.
  private let places: [HeadTensor: String]

  /// The tensors' names in the base, in its order.
  package var names: [String] { HeadTensor.allCases.filter { places[$0] != nil }.map(\.rawValue) }

  /// The name in the files of the tensor with this name in the base; nil where it is none of the head's.
  func stored(_ name: String) -> String? { HeadTensor(rawValue: name).flatMap { places[$0] } }

  /// Whether the tensor with this name in the files is the head's.
  func holds(_ stored: String) -> Bool { places.values.contains(stored) }

  /// Finds the head's tensors among `files`.
  ///
  /// - Throws: `Fault` of kind `.data` where the model type has no head, where a layer has another shape than config.json
  ///   gives, or where the outputs are not those of one class among several.
  init(
    _ architecture: Architecture, in files: CheckpointFiles, configuration: String, subject: String
  ) throws {
    guard let head = architecture.classificationHead else {
      throw Fault(
        .data, subject, "has no head that can be kept",
        hint: "lay the base out without `keep-head`")
    }
    let node = try JSON.parse(try readBytes(configuration), subject: configuration).node(in: configuration)
    var places: [HeadTensor: String] = [:]
    // Without the dense layer, an output layer of that name is one of another class.
    for layer in Self.layers(head, width: architecture.hiddenSize, in: files) {
      let found = layer.compactMap { tensor in tensor.spellings.first { files[$0] != nil } }
      guard found.count == layer.count else { break }
      for (name, tensor) in zip(found, layer) {
        guard let shape = files[name]?.shape, shape == tensor.shape else {
          throw Fault(.data, subject, "\(name) is \(files[name]?.shape ?? []), expected \(tensor.shape)")
        }
        places[tensor.kind] = name
      }
    }
    self.places = places
    labels =
      try places[.outputWeight].map { name in
        try Self.labels(node, count: files[name]?.shape.first ?? 0)
      } ?? []
  }

  /// The tensors of the dense layer, then those of the output layer, with the names that they can have in the files.
  private static func layers(
    _ head: ClassificationHead, width: Int, in files: CheckpointFiles
  ) -> [[(kind: HeadTensor, spellings: [String], shape: [Int])]] {
    func tensor(_ kind: HeadTensor, _ name: String, _ shape: [Int]) -> (HeadTensor, [String], [Int]) {
      (kind, [name] + (name.hasPrefix(head.prefix) ? [String(name.dropFirst(head.prefix.count))] : []), shape)
    }
    let outputs = files["\(head.output).weight"]?.shape.first ?? 0
    return [
      [tensor(.denseWeight, "\(head.dense).weight", [width, width])]
        + (head.denseHasBias ? [tensor(.denseBias, "\(head.dense).bias", [width])] : [])
        + (head.norm.map { [tensor(.normScale, "\($0).weight", [width])] } ?? []),
      [
        tensor(.outputWeight, "\(head.output).weight", [outputs, width]),
        tensor(.outputBias, "\(head.output).bias", [outputs]),
      ],
    ]
  }

  /// The labels of `count` outputs; transformers' own names where config.json gives none.
  private static func labels(_ node: JSON.Node, count: Int) throws(Fault) -> [String] {
    if let problem = try node.optional("problem_type"), problem.value != "single_label_classification" {
      throw problem.fault(
        "is not supported, expected \"single_label_classification\"", hint: "lay the base out without `keep-head`")
    }
    guard let names = try node.optional("id2label") else { return (0..<count).map { "LABEL_\($0)" } }
    var labels = [String?](repeating: nil, count: count)
    for (id, label) in try names.nodes() {
      guard let output = Int(id), labels.indices.contains(output) else {
        throw label.fault("the output layer has the outputs 0 to \(count - 1)")
      }
      labels[output] = try label.string()
    }
    guard let result = labels as? [String] else {
      throw names.fault("has \(labels.compactMap(\.self).count) labels, but the output layer has \(count) outputs")
    }
    return result
  }
}
