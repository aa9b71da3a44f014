// config.json: the architecture that it describes, in the spellings of transformers 4 and 5. Every setting that changes
// what the network computes is read, or must have the one value that this program computes.
import Faults
import Files
import JSON
import Transformers

/// A config.json, read.
struct ModelConfiguration {
  /// The architecture, not yet compared with any tensor.
  let architecture: Architecture
  /// Numbers that the file does not give, with the values that transformers takes for them.
  let assumedSettings: [String]
  /// Members that are not read and not known to leave the network's outputs alone.
  let unknownSettings: [String]

  /// Throws `.data` where a setting is missing, of the wrong kind or not supported.
  init(reading path: String) throws {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let name = try node.string("model_type")
    guard let type = ModelType.all.first(where: { $0.name == name }) else {
      let names = ModelType.all.map(\.name)
      throw try node.member("model_type").fault(
        "\"\(name)\" is not known, expected \(names.dropLast().joined(separator: ", ")) or \(names.last!)")
    }
    let settings = ModelSettings(node, type)
    try settings.require("quantization_config", isNot: "quantized weights")
    architecture = try type.read(settings, type)
    assumedSettings = try settings.assumed()
    unknownSettings = try node.nodes().map(\.name).filter { !ModelSettings.known.contains($0) }.sorted()
  }
}
