// Writing a Hugging Face model folder, so that a base of the project's own opens in transformers too.
import Faults
import Files
import Foundation
import JSON
import Transformers

extension ModelFolder {
  /// Makes `folder` where it is missing, and finds out whether it can be written, before hours go into what it will hold.
  ///
  /// Throws `.cannotCreate` as `write` would.
  package static func checkTarget(_ folder: String) throws {
    try makeFolder(folder)
    try AtomicFile.checkTarget(folder + "/model.safetensors")
  }

  /// Writes config.json and model.safetensors into `folder`, which is made where it is missing. The tokenizer's files
  /// are the caller's to add.
  ///
  /// The weights come first: a folder that a kill has left without its config.json is no model folder yet.
  ///
  /// - Parameters:
  ///   - dtype: the format of the numbers; bfloat16 and float16 are rounded to the nearest.
  ///   - bosTokenID: the token that texts begin with, if there is one.
  ///   - eosTokenID: the token that texts end with, if there is one.
  ///   - tensor: the numbers of a tensor of `architecture.tensors`, row-major.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` from the file system, `.internalError` where a number is not finite.
  package static func write(
    to folder: String, architecture: Architecture, dtype: FloatFormat = .float32, bosTokenID: Int? = nil,
    eosTokenID: Int? = nil, tensor: (String) throws -> [Float]
  ) throws {
    try makeFolder(folder)
    try SafetensorsFile.write(
      to: folder + "/model.safetensors",
      tensors: architecture.tensors.sorted { $0.name < $1.name }.map { ($0.name, $0.shape) }, format: dtype,
      values: tensor)
    var members = architecture.configuration
    members["architectures"] = [.string(ModelType.of(architecture).className)]
    members["torch_dtype"] = .string(dtype.torchName)
    members["bos_token_id"] = bosTokenID.map { .integer($0) } ?? .null
    members["eos_token_id"] = eosTokenID.map { .integer($0) } ?? .null
    let sorted = JSON.object(.init(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    try AtomicFile.write(try sorted.encode(pretty: true) + "\n", to: folder + "/config.json")
  }
}
