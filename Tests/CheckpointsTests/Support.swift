// Shared by the tests of this module: hand-made safetensors files, tiny model folders, and edits of both.
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

/// A safetensors file with this header text and these bytes after it.
func safetensors(_ header: String, _ data: [UInt8] = []) -> [UInt8] { safetensors(Array(header.utf8), data) }

func safetensors(_ header: [UInt8], _ data: [UInt8] = []) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
}

/// Writes `bytes` into a temporary file, maps it and calls `body` with it.
func withFile<Result>(_ bytes: [UInt8], _ body: (SafetensorsFile) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    try AtomicFile.write(bytes, to: folder + "/model.safetensors")
    return try body(try SafetensorsFile(mapping: folder + "/model.safetensors"))
  }
}

/// The fault that `body` throws; records an issue if it throws none.
func fault(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> Fault? {
  do { try body() } catch { return error as? Fault }
  Issue.record("no fault was thrown", sourceLocation: sourceLocation)
  return nil
}

let tinyLlama = Architecture.llama(
  hiddenSize: 8, layers: 2, heads: 4, keyValueHeads: 2, headSize: 4, intermediateSize: 12,
  vocabularySize: 10, maximumPositions: 16, tiedHead: false)

let tinyBert = Architecture.bert(
  hiddenSize: 8, heads: 2, intermediateSize: 12, vocabularySize: 10, maximumPositions: 16)

/// Values that differ between tensors and that bfloat16 represents exactly.
func numbers(_ name: String, count: Int) -> [Float] {
  let first = name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 63 }
  return (0..<count).map { Float((first + 7 * $0) % 128 - 64) / 32 }
}

/// Writes a model folder of that shape and calls `body` with it.
func withModel<Result>(_ architecture: Architecture, _ body: (String) throws -> Result) throws -> Result {
  try withTemporaryFolder { folder in
    let counts = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.shape.reduce(1, *)) })
    try ModelFolder.write(to: folder, architecture: architecture) { numbers($0, count: counts[$0]!) }
    return try body(folder)
  }
}

/// Changes members of the folder's config.json; nil removes one.
func edit(_ folder: String, _ members: [(String, JSON?)]) throws {
  let path = folder + "/config.json"
  guard case .object(var object) = try JSON.parse(try readBytes(path), subject: path) else { return }
  for (name, value) in members { object[name] = value }
  try AtomicFile.write(try JSON.object(object).encode(), to: path)
}

/// Rewrites the folder's weights: `change` gets the list of names, shapes and values.
func rewrite(_ folder: String, _ change: (inout [(name: String, shape: [Int], values: [Float])]) -> Void) throws {
  let path = folder + "/model.safetensors"
  let file = try SafetensorsFile(mapping: path)
  var tensors = try file.entries.map { (name: $0.name, shape: $0.shape, values: try file.values($0.name)) }
  change(&tensors)
  try write(tensors, to: path)
}

/// Writes tensors with their values as a safetensors file.
func write(_ tensors: [(name: String, shape: [Int], values: [Float])], to path: String) throws {
  let values = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values) })
  try SafetensorsFile.write(to: path, tensors: tensors.map { ($0.name, $0.shape) }) { values[$0]! }
}

/// A reference file that transformers or PEFT has written.
func reference(_ name: String) -> String { projectRoot + "/Tests/TransformersTests/Reference/" + name }
