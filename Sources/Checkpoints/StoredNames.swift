// Which stored tensor is which tensor of the network. Checkpoints name the same tensor differently: with or without
// the prefix of the class that saved it, and in old BERT folders with TensorFlow's names for the norms.
import Faults
import Transformers

/// The tensors of a checkpoint by the names that the network knows them under.
struct StoredNames: Sendable {
  /// The name in the files for each canonical name.
  let stored: [String: String]
  /// The files.
  let files: CheckpointFiles
  private let names: TensorNames

  /// Throws `.data` where two stored tensors have the name of one tensor of the network.
  init(_ names: TensorNames, in files: CheckpointFiles, subject: String) throws(Fault) {
    var stored: [String: String] = [:]
    for name in files.names {
      let canonical = names.canonical(name)
      if let other = stored.updateValue(name, forKey: canonical), names.isInside(canonical) {
        throw Fault(.data, subject, "the tensors \"\(other)\" and \"\(name)\" are both \(canonical)")
      }
    }
    (self.stored, self.files, self.names) = (stored, files, names)
  }

  /// Compares configuration and tensors. Throws `.data` with the first five names where a tensor is missing, has
  /// another shape or type, or lies inside the network without being read by it; and where the output layer is not
  /// what `tie_word_embeddings` says.
  func check(_ architecture: Architecture, subject: String) throws(Fault) {
    // Before the table of names is built: no configuration may ask for more of it than the files can fill.
    guard architecture.layers <= files.names.count else {
      throw Fault(
        .data, subject, "config.json says \(architecture.layers) layers, there are \(files.names.count) tensors in all")
    }
    let expected = architecture.tensors
    if stored[expected[0].name] == nil, let prefix = ForeignPrefix(before: expected[0].name, names, in: files.names) {
      throw prefix.fault(subject)
    }
    if architecture.isDecoder, stored[architecture.outputLayer] == nil, !architecture.tiedHead {
      throw Fault(
        .data, subject,
        "\(architecture.outputLayer) is missing, and config.json does not say that it is tied to the embedding",
        hint: "get the folder of the causal language model, with its output layer: AutoModelForCausalLM saves it, "
          + "AutoModel leaves it out")
    }
    let missing = expected.filter { stored[$0.name] == nil }.map(\.name)
    try refuse(missing, "missing", subject)
    try refuse(
      expected.compactMap { tensor in
        let found = entry(tensor.name).shape
        return found == tensor.storedShape ? nil : "\(tensor.name) is \(found), expected \(tensor.storedShape)"
      }, "not of the shape that config.json gives", subject)
    try refuse(
      expected.compactMap { entry($0.name).format == nil ? "\($0.name) is \(entry($0.name).type)" : nil },
      "none of F32, F16 and BF16", subject)
    let expectedNames = Set(expected.map(\.name))
    let strange = stored.keys.filter { names.isInside($0) && !names.isBuffer($0) && !expectedNames.contains($0) }
    try refuse(strange.sorted(), "part of the network, but not of the one that config.json describes", subject)
    try checkTiedHead(architecture, subject: subject)
  }

  /// The stored tensors that the network does not read, by their names in the files, sorted.
  func unused(by architecture: Architecture) -> [String] {
    let used = Set(architecture.tensors.compactMap { stored[$0.name] })
    return files.names.filter { !used.contains($0) }.sorted()
  }

  private func checkTiedHead(_ architecture: Architecture, subject: String) throws(Fault) {
    guard architecture.tiedHead, let outputLayer = names.outputLayer, let head = stored["\(outputLayer).weight"],
      let embedding = stored[architecture.outputLayer]
    else { return }
    guard try files.areEqual(head, embedding) else {
      throw Fault(
        .data, subject, "\(head) differs from \(embedding), though config.json says that they are tied",
        hint: "get the model again: one of the two is wrong")
    }
  }

  /// The stored tensor with that canonical name.
  /// - Precondition: there is one.
  func entry(_ canonical: String) -> SafetensorsFile.Entry {
    guard let name = stored[canonical], let entry = files[name] else { preconditionFailure("no tensor \(canonical)") }
    return entry
  }

  private func refuse(_ tensors: [String], _ what: String, _ subject: String) throws(Fault) {
    guard !tensors.isEmpty else { return }
    let rest = tensors.count > 5 ? ", ..." : ""
    let noun = tensors.count == 1 ? "1 tensor is" : "\(tensors.count) tensors are"
    throw Fault(.data, subject, "\(noun) \(what): " + tensors.prefix(5).joined(separator: ", ") + rest)
  }
}
