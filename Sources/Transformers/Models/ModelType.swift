// The model types that a Hugging Face folder can have. Reading, hints and error messages go by this list: a new type is a
// file in this folder and a row in `all`.
import Faults
import JSON

/// One value of `model_type` in config.json.
package struct ModelType: Sendable {
  /// As in config.json.
  package let name: String
  /// The class of transformers that saves it.
  package let className: String
  /// A published model of this type, by its name on the Hugging Face hub.
  package let example: String
  /// The head of the type's class for sequence classification; nil for a decoder.
  let head: ClassificationHead?
  /// The values that transformers takes for numbers that older folders leave out, by name.
  package let defaults: [String: Double]
  /// The architecture that the members of config.json describe. Throws `.data` for a setting that is missing, of the
  /// wrong kind or not supported.
  let read: @Sendable (ModelSettings) throws(Fault) -> Architecture

  /// All types, in the order in which messages name them.
  package static let all: [ModelType] = [
    .bert, .roberta, .xlmRoberta, .camembert, .distilBert, .electra, .mpnet, .albert, .modernBert, .deberta,
    .llama, .mistral, .qwen2, .qwen3, .smolLM3, .gemma, .gemma2, .gemma3, .phi, .phi3, .granite, .olmo, .olmo2,
    .cohere, .helium, .stableLM, .starCoder2, .gpt2, .gptNeo, .gptNeoX, .gptJ, .opt, .falcon, .bloom,
  ]
}

extension ModelType {
  init(
    _ name: String, _ className: String, head: ClassificationHead? = nil, example: String,
    defaults: [String: Double] = [:],
    read: @escaping @Sendable (ModelSettings) throws(Fault) -> Architecture
  ) {
    (self.name, self.className, self.head, self.example) = (name, className, head, example)
    (self.defaults, self.read) = (defaults, read)
  }

  /// The type that the object of a config.json names.
  ///
  /// - Throws: `Fault` of kind `.data` where it is not known.
  package static func named(in node: JSON.Node) throws(Fault) -> ModelType {
    let name = try node.string("model_type")
    if let type = all.first(where: { $0.name == name }) { return type }
    let names = all.map(\.name)
    throw try node.member("model_type").fault(
      "\"\(name)\" is not known, expected \(names.dropLast().joined(separator: ", ")) or \(names.last!)",
      hint: "choose a model of one of these types, \(suggestion)")
  }

  /// The type that an architecture was read as.
  package static func of(_ architecture: Architecture) -> ModelType {
    guard let name = architecture.configuration["model_type"], let type = all.first(where: { .string($0.name) == name })
    else { preconditionFailure("an architecture without a model type") }
    return type
  }

  /// The architecture that the object of a config.json describes.
  ///
  /// - Throws: `Fault` of kind `.data` for a setting that is missing, of the wrong kind or not supported.
  package static func architecture(of node: JSON.Node) throws(Fault) -> Architecture {
    try named(in: node).architecture(ModelSettings(node, named(in: node)))
  }

  /// The architecture of a config.json with these members.
  package func architecture(_ settings: ModelSettings) throws(Fault) -> Architecture {
    try settings.require("quantization_config", isNot: "quantized weights")
    var architecture = try read(settings)
    if let inconsistency = architecture.inconsistency {
      throw settings.node.fault("its settings contradict each other: \(inconsistency)")
    }
    for name in head?.settings.names ?? [] { _ = try settings.optional(name) }
    architecture.configuration = try settings.membersRead()
    return architecture
  }
}
