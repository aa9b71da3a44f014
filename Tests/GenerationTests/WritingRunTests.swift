// Texts of a toy decoder: their law against all texts that there are, and that a text depends on nothing else.
import Artifacts
import Calibration
import Faults
import Foundation
import Generation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct WritingRunTests {
  private static let prompts: [[Int32]] = [[0, 3, 1], [4], [2, 2, 0, 1, 3]]

  private func withToy<Result>(
    _ prompts: [[Int32]] = prompts, positions: Int = 16, _ body: (ToyDecoder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { try body(ToyDecoder(in: $0, prompts: prompts, positions: positions)) }
  }

  /// The probability of every text of at most three tokens, by reading each beginning anew.
  private func allTexts(_ toy: ToyDecoder, _ values: [Float], _ law: Answers.Law) throws -> [[Int32]: Double] {
    let network = try TextNetwork(toy.scorer())
    let parameters = network.parameters(values, dropout: nil)
    var (texts, open) = ([[Int32]: Double](), [([Int32](), 1.0)])
    while let (text, probability) = open.popLast() {
      let read = toy.tokens.prompt(of: 0) + text
      let logits = network.read(read[...], identity: 0, room: 16, by: parameters, draw: 0, worker: 0).logits
      let weights = law.weights(NextToken([logits[...]]).logProbabilities).map(Double.init)
      for (token, weight) in weights.enumerated() where weight > 0 {
        let longer = text + [Int32(token)]
        let share = probability * weight / weights.reduce(0, +)
        if token == ToyDecoder.end || longer.count == 3 {
          texts[longer] = share
        } else {
          open.append((longer, share))
        }
      }
    }
    return texts
  }

  @Test(arguments: [(1.0, 0, 1.0), (0.7, 4, 1), (1.5, 0, 0.8), (0.8, 5, 0.9)])
  func textsHaveTheProbabilitiesOfAllTexts(temperature: Double, topK: Int, topP: Double) throws {
    try withToy([[0, 3, 1]]) { toy in
      let members = try toy.members(1)
      let answers = try toy.answers(members, texts: 20_000, threads: 2) {
        ($0.temperature, $0.topK, $0.topP, $0.seed) = (temperature, topK, topP, 1)
      }
      let texts = try allTexts(toy, members.vectors[0], answers.law)
      #expect(abs(texts.values.reduce(0, +) - 1) < 1e-12)
      let written = (0..<20_000).map { Array(answers.tokens[answers.tokenRange($0)]) }
      let counts = Dictionary(grouping: written) { $0 }.mapValues(\.count)
      #expect(Set(counts.keys).isSubset(of: texts.keys))
      let order = texts.keys.sorted { $0.lexicographicallyPrecedes($1) }
      #expect(!areUnlikely(order.map { counts[$0] ?? 0 }, order.map { texts[$0]! * 20_000 }))
      for index in [0, 77, 4711] {
        let law = answers.tokenRange(index).reduce(0) { $0 + Double(answers.lawLogProbabilities[$1]) }
        #expect(abs(law - log(texts[written[index]]!)) < 1e-5)
      }
    }
  }

  @Test func firstTokensHaveTheProbabilitiesOfTheSoftmax() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, .tiny(batchSize: 1, epochs: 1)) { $0.selecting([30]) }
      let members = ToyDecoder.Members(vectors: [scorer.layout.scattered])
      var law = Answers.Law()
      law.maximumNewTokens = 1
      let decoder = TextDecoder(endToken: nil) { _ in "" }
      var run = try WritingRun(scorer, members, WritingRun.Settings(texts: 20_000, mixes: false), law, decoder)
      try run.finish()
      let answers = try run.answers()
      let network = try TextNetwork(scorer)
      let logits = network.read(
        scorer.data.prompt(of: 0), identity: 0, room: 32,
        by: network.parameters(members.vectors[0], dropout: nil), draw: 0, worker: 0
      ).logits
      let expected = softmax(logits.map(Double.init))
      let counts = (0..<40).map { token in answers.tokens.count { $0 == token } }
      #expect(!areUnlikely(counts, expected.probabilities.map { $0 * 20_000 }))
      #expect(areUnlikely(counts, [Double](repeating: 500, count: 40)), "the test sees no difference")
      #expect(abs(Double(answers.logProbabilities[0]) - expected.logarithms[Int(answers.tokens[0])]) < 2e-6)
      #expect(abs(Double(answers.totalEntropies[0]) - entropy(expected.logarithms)) < 2e-6)
      #expect(answers.endings.allSatisfy { $0 == .length })
    }
  }

  @Test func greedyTextsTakeTheMostProbableToken() throws {
    try withToy { toy in
      let members = try toy.members(2)
      let greedy = try toy.answers(members) { $0.temperature = 0 }
      #expect(greedy.tokens == (try toy.answers(members) { $0.topK = 1 }).tokens)
      #expect(greedy.tokens == (try toy.answers(members) { $0.temperature = 1e-5 }).tokens)
      #expect(greedy.lawLogProbabilities.allSatisfy { $0 == 0 } && greedy.logProbabilities.allSatisfy { $0 < 0 })
    }
  }

  /// Each draw writes its own texts, in its own place, with random numbers of its own.
  @Test func everyDrawIsAnAuthor() throws {
    try withToy { toy in
      let members = try toy.members(3)
      let all = try toy.answers(members, texts: 1) { $0.temperature = 0 }
      func tokens(_ answers: Answers, _ example: Int, _ group: Int, _ sample: Int = 0, text: Int = 0) -> [Int32] {
        Array(answers.tokens[answers.tokenRange(answers.index(example, group: group, sample: sample, text: text))])
      }
      for group in 0..<3 {
        let alone = ToyDecoder.Members(vectors: [members.vectors[group]])
        let own = try toy.answers(alone) { $0.temperature = 0 }
        for example in 0..<3 { #expect(tokens(all, example, group) == tokens(own, example, 0)) }
      }
      #expect((0..<3).contains { tokens(all, $0, 0) != tokens(all, $0, 2) }, "the test sees no difference")
      let twins = try toy.answers(EqualSamples(vector: members.vectors[0]), texts: 20)
      #expect((0..<20).contains { tokens(twins, 0, 0, 0, text: $0) != tokens(twins, 0, 0, 1, text: $0) })
      #expect(twins.cost.forwardPasses == 40 && twins.storedParameters == members.vectors[0].count)
    }
  }

  /// Two samples of one member with the same parameters.
  private struct EqualSamples: Posterior {
    let vector: [Float]
    var groups: Int { 1 }
    var samples: Int { 2 }
    var storedParameters: Int { vector.count }
    func draw(group: Int, sample: Int) -> Draw { Draw(values: vector) }
  }

  @Test func aTextDependsOnNothingElse() throws {
    try withToy { toy in
      let members = try toy.members(2, dropout: true)
      let all = try toy.answers(members, texts: 40, threads: 3)
      #expect(all == (try toy.answers(members, texts: 40)))
      let few = try toy.answers(members, texts: 2)
      try withToy([Self.prompts[0]]) { alone in
        let one = try alone.answers(members, texts: 2)
        for (group, sample, text) in [(0, 0, 0), (0, 1, 1), (1, 0, 1)] {
          func tokens(_ answers: Answers) -> [Int32] {
            Array(answers.tokens[answers.tokenRange(answers.index(0, group: group, sample: sample, text: text))])
          }
          #expect(tokens(few) == tokens(all) && tokens(one) == tokens(all))
        }
      }
      #expect(Set((0..<40).map { Array(all.tokens[all.tokenRange($0)]) }).count > 10)
      #expect(try toy.answers(members, texts: 40) { $0.seed = 9 }.tokens != all.tokens)
    }
  }

  @Test func aStoppedRunEndsWithTheSameTexts() throws {
    try withToy { toy in
      let members = try toy.members(3, dropout: true)
      let whole = try toy.answers(members, texts: 9)
      for (stop, mixes) in [(1, false), (4, false), (0, true)] {
        try withTemporaryFolder { folder in
          var run = try stopped({ try toy.run(members, texts: 9, mixes: mixes) }, after: stop, in: folder)
          try run.finish()
          #expect(try run.answers() == (mixes ? toy.answers(members, texts: 9, mixes: true) : whole))
        }
      }
    }
  }
}
