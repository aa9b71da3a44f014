// Hidden states, logits and gradients against transformers and PEFT.
import Arrays
import Checkpoints
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

@Suite struct ParityTests {
  /// The whole vocabulary's logits of all rows.
  private func logits(_ model: LoadedModel, _ network: Network, _ batch: PackedBatch, _ parameters: [Float] = []) throws
    -> [Float]
  {
    let head = try network.languageModelHead(trained: [:], frozen: model.frozen)
    return network.logits(
      batch, head: head, parameters: parameters, count: batch.tokens.count * model.architecture.vocabularySize)
  }

  @Test(arguments: ["llama", "llama-scaled", "qwen2"]) func logitsOfADecoder(name: String) throws {
    let reference = try ReferenceFolder(name)
    let model = try reference.model
    let network = try Network(model.architecture, frozen: model.frozen)
    let sequences = try reference.sequences
    let found = try logits(model, network, PackedBatch(sequences))
    let expected = try sequences.indices.flatMap { try reference.numbers.values("logits.\($0)") }
    #expect(largestDifference(found, expected) < 1e-4)
  }

  @Test func logitsLossAndGradientOfALlamaWithAdapters() throws {
    let reference = try ReferenceFolder("llama")
    let model = try reference.model
    let adapter = try ReferenceAdapter(reference, of: model.architecture)
    let values = adapter.values
    #expect(adapter.places.count == 12)
    let network = try Network(model.architecture, frozen: model.frozen, adapters: adapter.places)
    let sequences = try reference.sequences
    let batch = PackedBatch(sequences)
    let found = try logits(model, network, batch, values)
    let expected = try sequences.indices.flatMap { try reference.numbers.values("adapted_logits.\($0)") }
    #expect(largestDifference(found, expected) < 1e-4)

    let letters = try reference.integers("letters").map { Int32($0) }
    let answers = try reference.integers("answers")
    let head = try network.letterHead(tokens: letters, frozen: model.frozen)
    var (gradient, loss) = ([Float](repeating: 0, count: values.count), 0.0)
    network.accumulateGradient(batch, head: head, parameters: values, gradients: &gradient, arena: Arena()) { logits in
      for (row, answer) in answers.enumerated() {
        loss += crossEntropyGradient(
          logits + row * letters.count, count: letters.count, label: answer, weight: 1 / Float(answers.count))
      }
    }
    #expect(abs(loss / Double(answers.count) - (try reference.about.double("loss", in: "reference"))) < 1e-5)
    for (name, range) in adapter.tensors {
      let expected = try reference.numbers.values("gradient.\(name)")
      #expect(largestDifference(gradient[range], expected) < 1e-5, "\(name)")
    }
  }

  @Test func hiddenStatesLossAndGradientOfABertWithAdapters() throws {
    let reference = try ReferenceFolder("bert")
    let model = try reference.model
    let adapter = try ReferenceAdapter(reference, of: model.architecture)
    var (values, tensors) = (adapter.values, adapter.tensors)
    #expect(adapter.places.count == 8)
    let network = try Network(model.architecture, frozen: model.frozen, adapters: adapter.places)
    let hidden = model.architecture.hiddenSize
    let (sequences, types) = (try reference.sequences, try reference.rows("types"))
    let batch = PackedBatch(sequences, types: types)
    for (name, parameters, network) in [
      ("hidden", [], try Network(model.architecture, frozen: model.frozen)), ("adapted_hidden", values, network),
    ] {
      let found = network.hiddenStates(batch, parameters: parameters)
      let expected = try sequences.indices.flatMap { try reference.numbers.values("\(name).\($0)") }
      #expect(largestDifference(found, expected) < 1e-4, "\(name)")
    }

    let offset = values.count
    tensors += [("score.weight", offset..<offset + hidden), ("score.bias", offset + hidden..<offset + hidden + 1)]
    values += try reference.numbers.values("score.weight") + reference.numbers.values("score.bias")
    let head = PooledHead(
      pooling: .mean, hidden: hidden, outputs: 1, weightOffset: offset, biasOffset: offset + hidden)
    let (choices, answers) = (try reference.integers("choices"), try reference.integers("answers"))
    var (gradient, loss) = ([Float](repeating: 0, count: values.count), 0.0)
    network.accumulateGradient(batch, head: head, parameters: values, gradients: &gradient, arena: Arena()) { logits in
      var first = 0
      for (count, answer) in zip(choices, answers) {
        loss += crossEntropyGradient(logits + first, count: count, label: answer, weight: 1 / Float(choices.count))
        first += count
      }
    }
    #expect(abs(loss / Double(choices.count) - (try reference.about.double("loss", in: "reference"))) < 1e-5)
    for (name, range) in tensors {
      let expected = try reference.numbers.values("gradient.\(name)")
      #expect(largestDifference(gradient[range], expected) < 1e-5, "\(name)")
    }
  }

  @Test(.enabled(if: RealModel.miniLM.folder != nil, "needs MINILM, a folder from pipeline/models/fetch.py"))
  func hiddenStatesOfMiniLMOnRealSentences() throws {
    let reference = try ReferenceFolder("minilm")
    let model = try LoadedModel(try #require(RealModel.miniLM.folder))
    let network = try Network(model.architecture, frozen: model.frozen)
    let sentences = try reference.about.array("sentences", in: "minilm").map { sentence in
      try sentence.array("ids").map { Int32(try $0.int()) }
    }
    #expect(sentences.count >= 50)
    let batch = PackedBatch(sentences)
    let hidden = network.hiddenStates(batch, parameters: [])
    let (mean, first, last) = (
      try reference.numbers.values("mean"), try reference.numbers.values("first"), try reference.numbers.values("last")
    )
    var worst: Float = 0
    for sentence in sentences.indices {
      let rows = batch.rows(of: sentence)
      for column in 0..<384 {
        func value(_ row: Int) -> Float { hidden[row * 384 + column] }
        let average = rows.reduce(0.0) { $0 + Double(value($1)) } / Double(rows.count)
        worst = max(worst, abs(Float(average) - mean[sentence * 384 + column]))
        worst = max(worst, abs(value(rows.lowerBound) - first[sentence * 384 + column]))
        worst = max(worst, abs(value(rows.upperBound - 1) - last[sentence * 384 + column]))
      }
    }
    #expect(worst < 1e-4, "the largest difference is \(worst)")
  }

  @Test(.enabled(if: RealModel.smolLM2.folder != nil, "needs SMOLLM2, a folder from pipeline/models/fetch.py"))
  func logitsOfSmolLM2OnRealSentences() throws {
    let reference = try ReferenceFolder("smollm2")
    let model = try LoadedModel(try #require(RealModel.smolLM2.folder))
    let network = try Network(model.architecture, frozen: model.frozen)
    let sentences = try reference.about.array("sentences", in: "smollm2").map { sentence in
      try sentence.array("ids").map { Int32(try $0.int()) }
    }
    #expect(sentences.count >= 10)
    let batch = PackedBatch(sentences)
    let found = try logits(model, network, batch)
    let vocabulary = model.architecture.vocabularySize
    let columns = try reference.integers("columns")
    let (expected, likelihoods) = (
      try reference.numbers.values("logits"), try reference.numbers.values("likelihood")
    )
    for (index, sentence) in sentences.enumerated() {
      let rows = batch.rows(of: index)
      let last = found[((rows.upperBound - 1) * vocabulary)...]
      let own = columns.map { last[last.startIndex + $0] }
      #expect(largestDifference(own, expected[(index * columns.count)...].prefix(columns.count)) < 1e-3)
      var likelihood = 0.0
      for (row, next) in zip(rows.dropLast(), sentence.dropFirst()) {
        var logProbabilities = Array(found[(row * vocabulary)..<((row + 1) * vocabulary)])
        let logits = logProbabilities
        logSoftmax(logits, into: &logProbabilities, count: vocabulary)
        likelihood += Double(logProbabilities[Int(next)])
      }
      #expect(abs(Float(likelihood) - likelihoods[index]) < 1e-3)
    }
  }
}
