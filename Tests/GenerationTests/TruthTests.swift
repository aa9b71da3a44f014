// Whether a text is true, as the model that wrote it says: the same numbers as by reading prompt, answer and question anew.
import Artifacts
import Faults
import Foundation
import Generation
import TestSupport
import Testing
import Training

@Suite struct TruthTests {
  private static let question: [Int32] = [3, 1, 4, 0]

  private func answers(
    _ toy: ToyDecoder, _ members: ToyDecoder.Members, mixes: Bool = false, threads: Int = 1,
    _ change: (inout Answers.Law) -> Void
  ) throws -> Answers {
    var law = Answers.Law()
    law.maximumNewTokens = 5
    change(&law)
    var run = try WritingRun(
      toy.scorer(threads: threads), members, WritingRun.Settings(texts: 6, mixes: mixes, asksTruth: true), law,
      ToyDecoder.decoder, question: TruthTokens(Self.question, yes: 1, no: 2))
    try run.finish()
    return try run.answers()
  }

  /// Of yes (1) and no (2) after the prompt, the answer and the question: the mean of the members' probabilities.
  private func naive(_ toy: ToyDecoder, _ members: [[Float]], prompt: ArraySlice<Int32>, answer: [Int32]) throws
    -> Double
  {
    let network = try TextNetwork(toy.scorer())
    let shares = members.map { values -> [Double] in
      let logits = network.read(
        (prompt + answer + Self.question)[...], identity: 0, room: 32, by: network.parameters(values, dropout: nil),
        draw: 0, worker: 0
      ).logits.map(Double.init)
      let top = logits.max()!
      let all = logits.reduce(0) { $0 + exp($1 - top) }
      return [1, 2].map { exp(logits[$0] - top) / all }
    }
    let (yes, no) = (shares.reduce(0) { $0 + $1[0] }, shares.reduce(0) { $0 + $1[1] })
    return yes / (yes + no)
  }

  @Test(arguments: [[String](), ["b", "ac"]], [false, true]) func itIsThatOfReadingAnew(stops: [String], mixes: Bool)
    throws
  {
    try withTemporaryFolder { folder in
      let toy = try ToyDecoder(in: folder, prompts: [[0, 3, 1], [4], [2, 2, 0, 1, 3]], positions: 24)
      let members = try toy.members(2)
      let answers = try answers(toy, members, mixes: mixes, threads: 2) { $0.stops = stops }
      #expect(answers.truthProbabilities.count == answers.texts.count)
      var endings = Set<Answers.Ending>()
      for example in 0..<3 {
        for group in 0..<answers.groups {
          for text in 0..<6 {
            let index = answers.index(example, group: group, text: text)
            endings.insert(answers.endings[index])
            // A token of the toy is a letter, so the text before a stop has a token for each letter.
            let answer = answers.tokens[answers.tokenRange(index)].prefix(answers.texts[index].count)
            let expected = try naive(
              toy, mixes ? members.vectors : [members.vectors[group]], prompt: toy.tokens.prompt(of: example),
              answer: Array(answer))
            #expect(abs(Double(answers.truthProbabilities[index]) - expected) < 1e-6)
          }
        }
      }
      #expect(endings.contains(.endToken) && endings.contains(stops.isEmpty ? .length : .stop))
      #expect(Set(answers.truthProbabilities).count > 3)
    }
  }

  @Test func askingChangesNoTextAndSurvivesAStop() throws {
    try withTemporaryFolder { folder in
      let toy = try ToyDecoder(in: folder, prompts: [[0, 3, 1], [4]], positions: 24)
      let members = try toy.members(3)
      var asked = try answers(toy, members) { _ in }
      let plain = try toy.answers(members, texts: 6) { $0.maximumNewTokens = 5 }
      let truths = asked.truthProbabilities
      asked.truthProbabilities = []
      #expect(asked == plain)
      var law = Answers.Law()
      law.maximumNewTokens = 5
      var run = try stopped(
        {
          try WritingRun(
            toy.scorer(), members, WritingRun.Settings(texts: 6, mixes: false, asksTruth: true), law,
            ToyDecoder.decoder, question: TruthTokens(Self.question, yes: 1, no: 2))
        }, after: 1, in: folder)
      try run.finish()
      #expect(try run.answers().truthProbabilities == truths)
    }
  }

  /// The question needs its places: a text ends before them, and a prompt that leaves none is refused.
  @Test func theQuestionHasRoom() throws {
    try withTemporaryFolder { folder in
      let toy = try ToyDecoder(in: folder, prompts: [[0, 3, 1]], positions: 9)
      let answers = try answers(toy, toy.members(1)) { _ in }
      #expect(answers.endings.contains(.positions) && answers.tokenRange(0).count <= 2)
      try FileManager.default.createDirectory(atPath: folder + "/full", withIntermediateDirectories: false)
      let full = try ToyDecoder(in: folder + "/full", prompts: [[0, 3, 1, 2, 2]], positions: 9)
      let fault = #expect(throws: Fault.self) { _ = try self.answers(full, full.members(1)) { _ in } }
      #expect(fault?.message.contains("9 positions, of which p(true) takes 4: there is no room for a text") == true)
    }
  }
}
