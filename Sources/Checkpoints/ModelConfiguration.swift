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
  /// The token that ends a text; the first one if there are several.
  let endToken: Int32?

  /// Throws `.data` where a setting is missing, of the wrong kind or not supported.
  ///
  /// - Parameter folder: what else lies beside the file, for hints.
  init(reading path: String, of folder: ForeignModel) throws {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    try folder.refuseQuantization(node)
    let type = try ModelType.named(in: node)
    let settings = ModelSettings(node, type)
    architecture = try type.architecture(settings)
    assumedSettings = try settings.assumed()
    unknownSettings = try settings.unknown()
    let end = try node.optional("eos_token_id")
    let first = if case .array(let ids)? = end?.value { ids.first } else { end?.value }
    endToken = if case .integer(let id)? = first { Int32(exactly: id) } else { nil }
  }
}
