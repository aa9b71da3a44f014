// Texts of the mean of several draws, token by token, and what ends a text.
import Artifacts
import Calibration
import Faults
import Generation
import TestSupport
import Testing
import Training

@Suite struct MixtureTests {
  private func withToy<Result>(
    _ prompts: [[Int32]] = [[0, 3, 1], [4]], positions: Int = 16, _ body: (ToyDecoder) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { try body(ToyDecoder(in: $0, prompts: prompts, positions: positions)) }
  }

  @Test func equalDrawsDoNotDisagreeAboutAnyToken() throws {
    try withToy { toy in
      let one = try toy.members(1)
      let equal = ToyDecoder.Members(vectors: [[Float]](repeating: one.vectors[0], count: 3))
      let mixed = try toy.answers(equal, texts: 5, mixes: true)
      #expect(mixed.tokens.indices.allSatisfy { mixed.epistemicEntropy($0) == 0 })
      #expect((mixed.mixedDraws, mixed.groups, mixed.samples) == (3, 1, 1))
      let plain = try toy.answers(one, texts: 5)
      #expect(mixed.tokens == plain.tokens && mixed.logProbabilities == plain.logProbabilities)
      #expect(plain.totalEntropies == plain.aleatoricEntropies)
    }
  }

  /// With dropout every draw has a pass of its own, without it all are members of one.
  @Test(arguments: [false, true]) func aTokenHasTheMeanProbabilityOfTheDraws(hasDropout: Bool) throws {
    try withToy { toy in
      let members = try toy.members(3, dropout: hasDropout)
      let answers = try toy.answers(members, texts: 2, mixes: true)
      let scorer = try toy.scorer()
      let network = try TextNetwork(scorer)
      for (example, text) in [(0, 1), (1, 0)] {
        let range = answers.tokenRange(answers.index(example, text: text))
        for place in range {
          let read = toy.tokens.prompt(of: example) + answers.tokens[range.lowerBound..<place]
          let leaves = (0..<members.groups).flatMap { group in
            (0..<members.samples).map { sample in
              let draw = members.draw(group: group, sample: sample)
              let logits = network.read(
                read[...], identity: scorer.drawIdentity(of: example), room: 16,
                by: network.parameters(draw.values, dropout: draw.dropout), draw: 0, worker: 0
              ).logits
              return logSoftmax(logits.map(Double.init))
            }
          }
          let mean = logMeanExp(leaves)
          let aleatoric = leaves.map(entropy).reduce(0, +) / Double(leaves.count)
          #expect(abs(Double(answers.logProbabilities[place]) - mean[Int(answers.tokens[place])]) < 2e-6)
          #expect(abs(Double(answers.totalEntropies[place]) - entropy(mean)) < 2e-6)
          #expect(abs(Double(answers.aleatoricEntropies[place]) - aleatoric) < 2e-6)
          #expect(answers.epistemicEntropy(place) > 0)
        }
      }
    }
  }

  @Test func aTextEndsForOneOfFourReasons() throws {
    try withToy([[0, 3, 1], [1, 2, 3, 0, 1, 2]], positions: 8) { toy in
      let answers = try toy.answers(toy.members(1), texts: 200) { ($0.maximumNewTokens, $0.stops) = (4, ["bc", "d"]) }
      #expect(Set(answers.endings) == Set(Answers.Ending.allCases))
      for index in answers.texts.indices {
        let tokens = answers.tokens[answers.tokenRange(index)]
        let whole = try ToyDecoder.decoder.decode(Array(tokens))
        let text = answers.texts[index]
        switch answers.endings[index] {
        case .endToken: #expect(tokens.last == ToyDecoder.end && text == whole)
        case .stop: #expect(whole == text + "bc" || whole == text + "d")
        case .length: #expect(tokens.count == 4 && text == whole && index < 200)
        case .positions: #expect(tokens.count == 2 && text == whole && index >= 200)
        }
        #expect(!text.contains("d") && !text.contains("bc"))
      }
      #expect(Array(answers.references(of: 0)) == ["c"] && answers.references(of: 1).isEmpty)
      #expect(answers.prompts == ["adb", "bcdabc"])
    }
  }

  /// A token may complete several stops at once: the text ends before the one that begins first.
  @Test func aTextEndsBeforeTheFirstOfItsStops() throws {
    try withToy { toy in
      var law = Answers.Law()
      (law.maximumNewTokens, law.stops) = (3, ["-", "d"])
      let decoder = TextDecoder(endToken: nil) { ids in ids.map { "\(Array("abcdef")[Int($0)])-" }.joined() }
      var run = try WritingRun(
        toy.scorer(), toy.members(1), WritingRun.Settings(texts: 100, mixes: false), law, decoder)
      try run.finish()
      let answers = try run.answers()
      #expect(answers.endings.allSatisfy { $0 == .stop } && answers.tokens.count == answers.texts.count)
      for (text, token) in zip(answers.texts, answers.tokens) {
        #expect(text == ["a", "b", "c", "", "e", "f"][Int(token)])
      }
      #expect(answers.tokens.contains(3), "the test sees no stop of two")
    }
  }

  /// A character of two tokens, and a first blank that is only written inside a text.
  @Test func piecesOfCharactersAndBlanksAreDecodedWhole() throws {
    let bytes: [[UInt8]] = [[0x61], [0x20, 0x62], [0xC3], [0xA9], [0x00]]
    let decoder = TextDecoder(endToken: nil) { ids in
      let text = String(decoding: ids.flatMap { bytes[Int($0)] }, as: UTF8.self)
      return text.hasPrefix(" ") ? String(text.dropFirst()) : text
    }
    #expect(try decoder.text(of: [1, 2, 3], after: [0]) == " bé")
    #expect(try decoder.text(of: [1, 2], after: [0]) == " b\u{FFFD}")
    #expect(try decoder.text(of: [0, 4], after: [0]) == "a\u{FFFD}")
    #expect(try decoder.text(of: [3], after: [0, 2]) == "\u{FFFD}")
  }

  @Test func aPromptWithoutRoomIsNamed() throws {
    try withToy([[0], [1, 2, 3, 0, 1, 2, 3, 4]], positions: 8) { toy in
      let fault = #expect(throws: Fault.self) { try toy.run(toy.members(1)) }
      #expect(fault?.code == .configuration && fault?.message.hasPrefix("the prompt of row row-1 has 8 tokens") == true)
    }
  }
}
