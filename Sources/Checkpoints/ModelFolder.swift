// A Hugging Face model folder: config.json, safetensors and a tokenizer. Every tensor is used or named as unused,
// and nothing is read before all shapes agree.
import Arrays
import Artifacts
import Faults
import Files
import Foundation
import Transformers

/// How a base holds the matrices of its linear modules.
package enum MatrixStorage: String, Sendable, CaseIterable {
  /// As they were published: in bfloat16, or else in float32.
  case published
  /// In 8-bit integers, with a scale for each output.
  case int8
}

/// A model folder that has been checked from end to end.
package struct ModelFolder: Sendable {
  /// Where the folder lies.
  package let path: String
  /// What config.json says.
  package let architecture: Architecture
  /// The files of the folder's tokenizer with their SHA-256: tokenizer.json, or a vocabulary and its settings.
  package let tokenizerFiles: [(path: String, digest: String)]
  /// SHA-256 of tokenizer.json, or of what stands in for it; empty where the folder has no tokenizer.
  package let tokenizerDigest: String
  /// Every tensor that the network reads, by its canonical name, in the order of `Architecture.tensors`.
  package let tensorNames: [String]
  /// The tensors that the network does not read (pooler, heads, buffers), by their names in the files, sorted.
  package let unusedTensors: [String]
  /// Numbers that config.json does not give, with the values that are taken for them: `layer_norm_eps 1e-12`.
  package let assumedSettings: [String]
  /// Members of config.json whose meaning this program does not know.
  package let unknownSettings: [String]
  /// The token that ends a text, as config.json says.
  private let endToken: Int32?
  /// The files that were read: config.json, then the weights.
  package let files: [String]
  let names: StoredNames
  private let tensors: [String: Architecture.Tensor]
  /// The matrices of the linear modules, whose products are frozen unless they are trained.
  let linearWeights: Set<String>
  /// What is kept of the folder's head; nil unless it was asked for.
  package let head: KeptHead?

  /// Reads and checks the folder at `path`.
  ///
  /// - Parameter keepsHead: whether the head is part of the base: a pooler or classifier behind an encoder.
  ///
  /// Throws `.noInput` where the folder, its configuration or its weights are missing, and `.data` where a setting is
  /// none that the network computes, or where configuration and tensors disagree.
  package init(_ path: String, keepsHead: Bool = false) throws {
    let configuration = try Self.configuration(of: path)
    architecture = configuration.architecture
    let weights = try CheckpointFiles(folder: path, isDecoder: architecture.isDecoder)
    try ForeignModel(path).refuseQuantization(tensors: weights.names)
    names = try StoredNames(architecture.names, in: weights, subject: path)
    try names.check(architecture, subject: path)
    self.path = path
    let tokenizer = try TokenizerFiles(path)
    (tokenizerFiles, tokenizerDigest) = (tokenizer.files, tokenizer.digest)
    tensors = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0) })
    linearWeights = Set(architecture.linearModules.map { "\($0.name).weight" })
    head =
      keepsHead
      ? try KeptHead(architecture, in: weights, configuration: Self.configurationPath(in: path), subject: path) : nil
    tensorNames = architecture.tensors.map(\.name) + (head?.names ?? [])
    unusedTensors = names.unused(by: architecture).filter { [head] in head?.holds($0) != true }
    (assumedSettings, unknownSettings) = (configuration.assumedSettings, configuration.unknownSettings)
    endToken = configuration.endToken
    files = [Self.configurationPath(in: path)] + weights.paths
  }

  /// The token that ends a text: `own`, which the tokenizer names, or else that of config.json; nil if neither names one.
  package func endToken(_ own: Int32?) -> Int32? { own ?? endToken }

  /// Reads the folder's config.json; its faults are those of `init`.
  static func configuration(of path: String) throws -> ModelConfiguration {
    let config = configurationPath(in: path)
    guard FileManager.default.fileExists(atPath: config) else {
      throw ForeignModel(path).withoutConfiguration
    }
    return try ModelConfiguration(reading: config, of: ForeignModel(path))
  }

  private static func configurationPath(in folder: String) -> String { folder + "/config.json" }

  /// The values of the tensor with that canonical name as the network reads them, row-major, widened exactly to float32.
  ///
  /// Throws `.data` where the tensor's type is none of F32, F16 and BF16, or a value is not finite.
  /// - Precondition: `name` is one of `tensorNames`.
  package func tensor(_ name: String) throws(Fault) -> [Float] {
    let tensor = tensors[name]!
    let values = tensor.values(fromStored: try names.files.values(names.entry(name).name))
    return tensor.addend == 0 ? values : values.map { $0 + tensor.addend }
  }

  /// The tensor with that canonical name on its way into `base.h5`: a bfloat16 matrix as it is, anything else as float32;
  /// or the matrices of linear modules as int8. Faults as those of `tensor(_:)`.
  package func baseTensor(_ name: String, store: MatrixStorage = .published) throws(Fault) -> BaseModel.Tensor {
    if store == .int8, linearWeights.contains(name) {
      let shape = tensors[name]!.shape
      return .init(name: name, shape: shape, values: .rounded(try tensor(name), rows: shape[0]))
    }
    if let stored = head?.stored(name), let entry = names.files[stored] {
      return .init(name: name, shape: entry.shape, values: .float32(try names.files.values(stored)))
    }
    let (tensor, entry) = (tensors[name]!, names.entry(name))
    if entry.shape.count == 2, let halves = names.files.halves(entry.name), halves.allSatisfy(Halves.isFinite) {
      return .init(name: name, shape: tensor.shape, values: .bfloat16(tensor.values(fromStored: halves)))
    }
    return .init(name: name, shape: tensor.shape, values: .float32(try self.tensor(name)))
  }
}
