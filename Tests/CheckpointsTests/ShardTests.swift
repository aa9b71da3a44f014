// Weights in several files: the index and the files have to agree about every tensor.
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

private let first = "model-00001-of-00002.safetensors"
private let second = "model-00002-of-00002.safetensors"

/// Splits the folder's weights into two files and an index, as transformers does with large models.
private func shard(_ folder: String) throws {
  let path = folder + "/model.safetensors"
  let file = try SafetensorsFile(mapping: path)
  let tensors = try file.entries.map { (name: $0.name, shape: $0.shape, values: try file.values($0.name)) }
  let half = tensors.count / 2
  try write(Array(tensors[..<half]), to: folder + "/" + first)
  try write(Array(tensors[half...]), to: folder + "/" + second)
  let map = tensors.enumerated().map { ($1.name, JSON.string($0 < half ? first : second)) }
  try writeIndex(folder, map)
  try FileManager.default.removeItem(atPath: path)
}

private func writeIndex(_ folder: String, _ map: [(String, JSON)]) throws {
  let index: JSON = ["metadata": ["total_size": 1], "weight_map": .object(.init(map))]
  try AtomicFile.write(try index.encode(), to: folder + "/model.safetensors.index.json")
}

private func readIndex(_ folder: String) throws -> [(String, JSON)] {
  let path = folder + "/model.safetensors.index.json"
  return try JSON.parse(try readBytes(path), subject: path).object("weight_map", in: path).members().map { ($0, $1) }
}

@Test func shardsAreOneModel() throws {
  try withModel(tinyLlama) { path in
    try shard(path)
    let folder = try ModelFolder(path)
    #expect(folder.files == ["config.json", first, second].map { path + "/" + $0 })
    for (name, shape) in tinyLlama.tensors.map({ ($0.name, $0.shape) }) {
      #expect(try folder.tensor(name) == numbers(name, count: shape.reduce(1, *)))
    }
  }
}

@Test(arguments: [
  ("a tensor in the wrong file", "has no tensor \"model.norm.weight\", which"),
  ("a tensor that is not listed", "has the tensor \"model.norm.weight\", which"),
  ("a file that is missing", "there is no such file"),
  ("a file elsewhere", "\"../model.safetensors\" is no safetensors file of this folder"),
  ("a pickle", "\"model.bin\" is no safetensors file of this folder"),
  ("no tensors", "lists no tensors"),
])
func anIndexThatDisagreesIsRefused(_ name: String, message: String) throws {
  try withModel(tinyLlama) { path in
    try shard(path)
    var map = try readIndex(path)
    let last = try #require(map.firstIndex { $0.0 == "model.norm.weight" })
    switch name {
    case "a tensor in the wrong file": map[last].1 = .string(first)
    case "a tensor that is not listed": map.remove(at: last)
    case "a file that is missing": try FileManager.default.removeItem(atPath: path + "/" + second)
    case "a file elsewhere": map[last].1 = "../model.safetensors"
    case "a pickle": map[last].1 = "model.bin"
    default: map = []
    }
    try writeIndex(path, map)
    let fault = fault { _ = try ModelFolder(path) }
    #expect(fault?.message.contains(message) == true, "\(fault?.description ?? "-")")
  }
}

@Test func aTiedHeadInAnotherFileIsCompared() throws {
  try withModel(tinyLlama) { path in
    try rewrite(path) { tensors in
      let embedding = tensors.first { $0.name == "model.embed_tokens.weight" }!.values
      tensors[tensors.firstIndex { $0.name == "lm_head.weight" }!].values = embedding
      // At opposite ends, so that a cut in the middle parts them.
      tensors.sort { ($0.name == "lm_head.weight" ? 1 : 0) < ($1.name == "lm_head.weight" ? 1 : 0) }
      let place = tensors.firstIndex { $0.name == "model.embed_tokens.weight" }!
      tensors.swapAt(0, place)
    }
    try edit(path, [("tie_word_embeddings", true)])
    try shard(path)
    #expect(try ModelFolder(path).unusedTensors == ["lm_head.weight"])
  }
}
