// The numbers of transformers that the network is compared with: see Reference/write_reference.py for their making.
import Arrays
import Checkpoints
import Files
import JSON
import TestSupport
import Testing
import Transformers

/// A folder below Reference/: a model, and the numbers that transformers computed with it.
struct ReferenceFolder {
  let path: String
  let about: JSON
  let numbers: SafetensorsFile

  init(_ name: String) throws {
    path = projectRoot + "/Tests/TransformersTests/Reference/" + name
    about = try JSON.parse(try readBytes(path + "/reference.json"), subject: name)
    numbers = try SafetensorsFile(mapping: path + "/reference.safetensors")
  }

  /// Rows of token ids.
  var sequences: [[Int32]] { get throws { try rows("sequences") } }

  /// Rows of whole numbers.
  func rows(_ name: String) throws -> [[Int32]] {
    try about.array(name, in: path).map { try $0.array().map { Int32(try $0.int()) } }
  }

  /// Whole numbers.
  func integers(_ name: String) throws -> [Int] { try about.array(name, in: path).map { try $0.int() } }

  /// A model in the folder.
  var model: LoadedModel { get throws { try LoadedModel(path) } }
}

/// The adapter of a reference folder as a trained vector.
struct ReferenceAdapter {
  private(set) var values: [Float] = []
  /// Where the adapter of a module lies, by the module's name.
  private(set) var places: [String: LowRankPlace] = [:]
  /// Where each tensor of adapter_model.safetensors lies.
  private(set) var tensors: [(name: String, range: Range<Int>)] = []

  init(_ reference: ReferenceFolder, of architecture: Architecture) throws {
    let file = try SafetensorsFile(mapping: reference.path + "/adapter/adapter_model.safetensors")
    let scale = Float(try reference.about.double("scaling", in: reference.path))
    for module in architecture.linearModules {
      let name = "base_model.model.\(module.name)"
      guard let a = file["\(name).lora_A.weight"], let b = file["\(name).lora_B.weight"] else { continue }
      places[module.name] = LowRankPlace(
        rank: a.shape[0], scale: scale, offsetA: try append(a.name, file), offsetB: try append(b.name, file))
    }
    try #require(tensors.count == file.entries.count, "tensors of modules that the network does not have")
  }

  /// Returns the tensor's offset.
  private mutating func append(_ name: String, _ file: SafetensorsFile) throws -> Int {
    let start = values.count
    values += try file.values(name)
    tensors.append((name, start..<values.count))
    return start
  }
}

extension PackedBatch {
  /// Sequences with their token types, all zero where none are given.
  init(_ sequences: [[Int32]], types: [[Int32]]? = nil) {
    self.init()
    for (index, sequence) in sequences.enumerated() {
      let segments = types.map { $0[index].map { UInt8($0) } } ?? [UInt8](repeating: 0, count: sequence.count)
      append(sequence, segments: segments, identity: UInt32(index))
    }
  }
}

/// The largest difference between two vectors of the same length.
func largestDifference(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
  precondition(a.count == b.count, "\(a.count) and \(b.count) numbers")
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// A model folder's tensors in memory that lives as long as this object.
final class LoadedModel: @unchecked Sendable {
  let architecture: Architecture
  private let tensors: [String: UnsafeMutablePointer<Float>]

  init(_ architecture: Architecture, _ values: [String: [Float]]) {
    self.architecture = architecture
    tensors = values.mapValues { values in
      let room = UnsafeMutablePointer<Float>.allocate(capacity: values.count)
      room.initialize(from: values, count: values.count)
      return room
    }
  }

  convenience init(_ path: String) throws {
    let folder = try ModelFolder(path)
    let values = try folder.tensorNames.map { ($0, try folder.tensor($0)) }
    self.init(folder.architecture, Dictionary(uniqueKeysWithValues: values))
  }

  deinit { tensors.values.forEach { $0.deallocate() } }

  func frozen(_ name: String) throws -> StoredNumbers { .float32(UnsafePointer(tensors[name]!)) }
}
