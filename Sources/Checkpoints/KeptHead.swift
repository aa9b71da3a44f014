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
    func find(_ layer: String, _ weight: HeadTensor, _ bias: HeadTensor, rows: Int?) throws {
      let spellings = layer.hasPrefix(head.prefix) ? [layer, String(layer.dropFirst(head.prefix.count))] : [layer]
      guard let name = spellings.first(where: { files["\($0).weight"] != nil }), let entry = files["\(name).weight"],
        let other = files["\(name).bias"]
      else { return }
      let expected = [rows ?? entry.shape.first ?? 0, architecture.hiddenSize]
      guard entry.shape == expected, other.shape == [expected[0]] else {
        throw Fault(.data, subject, "\(name) is \(entry.shape) with bias \(other.shape), expected \(expected)")
      }
      (places[weight], places[bias]) = ("\(name).weight", "\(name).bias")
    }
    try find(head.dense, .denseWeight, .denseBias, rows: architecture.hiddenSize)
    // Without the dense layer, an output layer of that name is one of another class.
    if places[.denseWeight] != nil { try find(head.output, .outputWeight, .outputBias, rows: nil) }
    self.places = places
    labels =
      try places[.outputWeight].map { name in
        try Self.labels(node, count: files[name]?.shape.first ?? 0)
      } ?? []
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
