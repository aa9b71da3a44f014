// The stories260K model, 200 greedy steps, against a text and logits that were computed elsewhere.
import Arrays
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

private let folder = shared("data/models/stories260K")

@Suite(.enabled(if: folder != nil, "needs ../shared/data/models/stories260K")) struct StoriesTests {
  @Test func twoHundredGreedySteps() throws {
    let folder = try #require(folder)
    let model = try Stories.model(folder)
    let expected = try JSON.parse(try readBytes(folder + "/expected_greedy_200.json"), subject: folder).node(in: folder)
    let ids = try expected.array("greedy_token_ids").map { Int32(try $0.int()) }
    let network = try Network(Stories.architecture, frozen: model.frozen)
    let head = try network.languageModelHead(trained: [:], frozen: model.frozen)
    var (tokens, loss): ([Int32], Double) = ([1], 0)
    for step in 0..<200 {
      let batch = PackedBatch([tokens])
      let row = Array(network.logits(batch, head: head, parameters: [], count: tokens.count * 512).suffix(512))
      let best = Int32(row.indices.max { row[$0] < row[$1] }!)
      if step < 8 { try compare(row, try expected.array("top8_logits_first_8_steps")[step]) }
      let peak = Double(row[Int(best)])
      loss += log(row.reduce(0) { $0 + exp(Double($1) - peak) })
      tokens.append(best)
    }
    #expect(Array(tokens.dropFirst()) == ids)
    #expect(abs(loss - (try expected.double("sum_nll_of_greedy_tokens"))) < 1e-3)
  }

  @Test func twoHundredGreedyStepsFromTheCache() throws {
    let folder = try #require(folder)
    let model = try Stories.model(folder)
    let expected = try JSON.parse(try readBytes(folder + "/expected_greedy_200.json"), subject: folder).node(in: folder)
    let ids = try expected.array("greedy_token_ids").map { Int32(try $0.int()) }
    let network = try Network(Stories.architecture, frozen: model.frozen)
    let head = try network.continuationHead(frozen: model.frozen)
    let (cache, arena) = (KeyValueCache(Stories.architecture, tokens: 200), Arena())
    var tokens: [Int32] = [1]
    for step in 0..<200 {
      var batch = PackedBatch()
      batch.append([tokens[step]], segments: [0], identity: 0, after: step)
      arena.reset()
      let logits = network.nextTokenLogits(batch, caches: [cache], head: head, parameters: [], arena: arena)
      tokens.append(Int32((0..<512).max { logits[$0] < logits[$1] }!))
    }
    #expect(Array(tokens.dropFirst()) == ids)
  }

  private func compare(_ row: [Float], _ expected: JSON.Node) throws {
    for pair in try expected.array() {
      let numbers = try pair.array()
      #expect(abs(Double(row[try numbers[0].int()]) - (try numbers[1].double())) < 1e-4)
    }
  }
}

/// The model in llama2.c's layout. Its rotary positions turn adjacent numbers, Hugging Face's turn halves: the rows of q
/// and k are put in the order of the halves.
private enum Stories {
  static let architecture = Architecture.llama(
    hiddenSize: 64, layers: 5, heads: 8, keyValueHeads: 4, headSize: 8, intermediateSize: 172,
    vocabularySize: 512, maximumPositions: 512, tiedHead: true)

  static func model(_ folder: String) throws -> LoadedModel {
    let bytes = try readUnpacked(folder + "/stories260K.bin.gz")
    let numbers = bytes.withUnsafeBytes { raw in
      (7..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    var (next, tensors) = (0, [String: [Float]]())
    func take(_ count: Int) -> [Float] {
      defer { next += count }
      return Array(numbers[next..<next + count])
    }
    func each(_ name: String, _ count: Int, _ change: ([Float]) -> [Float] = { $0 }) {
      for layer in 0..<5 { tensors["model.layers.\(layer).\(name).weight"] = change(take(count)) }
    }
    tensors["model.embed_tokens.weight"] = take(512 * 64)
    each("input_layernorm", 64)
    each("self_attn.q_proj", 64 * 64, halves)
    each("self_attn.k_proj", 32 * 64, halves)
    each("self_attn.v_proj", 32 * 64)
    each("self_attn.o_proj", 64 * 64)
    each("post_attention_layernorm", 64)
    each("mlp.gate_proj", 172 * 64)
    each("mlp.down_proj", 64 * 172)
    each("mlp.up_proj", 172 * 64)
    tensors["model.norm.weight"] = take(64)
    return LoadedModel(architecture, tensors)
  }

  /// Rows 2i and 2i + 1 of each head of 8 become rows i and i + 4.
  private static func halves(_ rows: [Float]) -> [Float] {
    (0..<rows.count / 64).flatMap { row -> ArraySlice<Float> in
      let (head, place) = row.quotientAndRemainder(dividingBy: 8)
      let source = head * 8 + (place < 4 ? 2 * place : 2 * (place - 4) + 1)
      return rows[source * 64..<(source + 1) * 64]
    }
  }
}
