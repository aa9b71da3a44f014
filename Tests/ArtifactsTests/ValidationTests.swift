// Invalid values are rejected before a file is created; reading makes the same checks (`ForgeryTests`).
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing

@Suite struct ValidationTests {
  /// Writes `value` after `change` and returns the reason of the rejection, without "not written, because".
  private func refusal<Value: Artifact>(_ value: Value, _ change: (inout Value) -> Void) throws -> String {
    try withTemporaryFolder { folder in
      var value = value
      change(&value)
      do { try value.write(to: folder + "/a.h5", provenance: Sample.provenance) } catch let fault as Fault {
        #expect(fault.code == .internalError)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        return String(fault.message.dropFirst("not written, because ".count))
      }
      return "nothing was thrown"
    }
  }

  @Test func adapters() throws {
    #expect(try refusal(Sample.adapter) { $0.values[5] = .nan } == "values is nan at index 5")
    #expect(
      try refusal(Sample.adapter) { $0.optimizer.firstMoment[1] = .infinity } == "the first moment is inf at index 1")
    #expect(
      try refusal(Sample.adapter) { $0.optimizer.secondMoment[1] = -1 } == "the second moment is negative somewhere")
    #expect(
      try refusal(Sample.adapter) { $0.history[1].trainingLoss = .nan }
        == "epoch 2 of the history has values that are not finite")
    #expect(
      try refusal(Sample.adapter) { $0.history[0].calibrationECE = 1.5 }
        == "epoch 1 of the history has an accuracy or an ECE outside 0 to 1")
  }

  @Test func anAdapterWhoseOptimizerHasNotStartedIsValid() throws {
    #expect(
      try refusal(Sample.adapter) { $0.optimizer = .init(step: 0, firstMoment: [], secondMoment: []) }
        == "nothing was thrown")
  }

  @Test func moments() throws {
    #expect(try refusal(Sample.moments) { $0.mean[0] = .nan } == "the mean is nan at index 0")
    #expect(try refusal(Sample.moments) { $0.variance[0] = -1e-9 } == "the variance is negative somewhere")
    #expect(try refusal(Sample.moments) { $0.snapshots = 1 } == "it has 2 deviations of only 1 snapshots")
    #expect(try refusal(Sample.moments) { $0.snapshots = 0 } == "0 snapshots were taken")
  }

  /// A head has one output per class: a choice beyond them would use the logit of the next example.
  @Test func classes() throws {
    #expect(
      try refusal(Sample.tokens) { set in
        (set.scoring, set.classNames, set.labelTokens) = (.classes, ["yes"], [])
        set.sequenceOffsets = set.sequenceOffsets.indices.map { Int32($0) }
        set.tokenOffsets = set.sequenceOffsets.map { Int64($0) }
        (set.tokens, set.segments) = (set.rowIDs.map { _ in 0 }, set.rowIDs.map { _ in 0 })
      } == "choice_offsets has 4 entries and ends at 7, expected 1 and 7")
  }

  @Test func setsOfWrittenAnswers() throws {
    let order = "example b is not a prompt followed by an answer and the end token"
    #expect(try refusal(Sample.writtenAnswers) { _ in } == "nothing was thrown")
    #expect(
      try refusal(Sample.writtenAnswers) { $0.endToken = nil } == "its end token is missing or beyond the vocabulary")
    #expect(try refusal(Sample.writtenAnswers) { $0.tokens[7] = 8 } == order)
    #expect(try refusal(Sample.writtenAnswers) { $0.segments[4...5] = [1, 1] } == order)
    #expect(try refusal(Sample.writtenAnswers) { $0.segments[7] = 0 } == order)
    #expect(
      try refusal(Sample.writtenAnswers) { $0.labels[2] = 0 }
        == "example c has 0 references, the label 0 and an answer of 0 tokens")
    #expect(
      try refusal(Sample.writtenAnswers) { ($0.referenceOffsets[3], $0.referenceTexts) = (4, ["a", "b", "c", "d"]) }
        == "example c has 1 references, the label -1 and an answer of 0 tokens")
    #expect(
      try refusal(Sample.writtenAnswers) { $0.segments[2...3] = [0, 0] }
        == "example a has 2 references, the label 0 and an answer of 0 tokens")
    #expect(try refusal(Sample.writtenAnswers) { $0.segments[6...7] = [0, 0] } == "nothing was thrown")
  }

  /// Numbers are scored in bins: there is an edge more than there are bins, and a number for each example.
  @Test func numbers() throws {
    func refused(_ edges: [Double], _ values: [Double]) throws -> String {
      try refusal(Sample.predictions) {
        ($0.choiceCounts[1], $0.numbers) = (3, BinnedNumbers(edges: edges, values: values))
        $0.logProbabilities.replaceSubrange(12..., with: $0.logProbabilities.prefix(12))
      }
    }
    #expect(try refused([0, 1, 2, 4], [1.5, 0]) == "nothing was thrown")
    #expect(try refused([0, 1, 2], [1.5, 0]) == "it has 3 edges for 3 bins")
    #expect(try refused([0, 1, 1, 4], [1.5, 0]) == "the edges of its bins do not ascend")
    #expect(try refused([0, 1, 2, .infinity], [1.5, 0]) == "the edges of its bins do not ascend")
    #expect(try refused([0, 1, 2, 4], [1.5, .nan]) == "it has no finite number for each example")
    #expect(try refused([0, 1, 2, 4], [1.5]) == "it has no finite number for each example")
    #expect(
      try refusal(Sample.predictions) { $0.numbers = BinnedNumbers(edges: [0, 1, 2, 4], values: [1.5, 0]) }
        == "it has numbers, but its choices are not the same bins for all examples")
  }

  @Test func curvature() throws {
    #expect(try refusal(Sample.curvature) { $0.priorPrecision = .nan } == "its prior precision is nan")
    #expect(try refusal(Sample.curvature) { $0.priorPrecision = 0 } == "its prior precision is 0.0")
    #expect(try refusal(Sample.curvature) { $0.blocks = [] } == "it has no blocks")
    let name = "the block base_model.model.q_proj.lora_A.weight"
    #expect(try refusal(Sample.curvature) { $0.blocks[0].offset = 17 } == "\(name) is outside the parameter vector")
    let values = "\(name) has an eigenvalue that is negative or not finite"
    #expect(try refusal(Sample.curvature) { $0.blocks[0].outputValues[1] = -1 } == values)
    #expect(try refusal(Sample.curvature) { $0.blocks[0].outputValues[0] = .infinity } == values)
    // Huge values, each of them finite.
    #expect(
      try refusal(Sample.curvature) {
        ($0.blocks[0].outputValues[0], $0.blocks[0].inputValues[0]) = (1e300, 1e300)
      } == values)
    #expect(try refusal(Sample.curvature) { $0.blocks[0].inputRows[2] = .nan } == "\(name) is nan at index 2")
  }

  @Test func libraries() throws {
    #expect(
      try refusal(Sample.library) { $0.names = ["moons", "bones"] } == "its names are not in ascending order")
    #expect(try refusal(Sample.library) { $0.top = 0 } == "it has the top 0 by 1 blocks")
    #expect(try refusal(Sample.library) { $0.temperature = 0 } == "its temperature is 0.0")
    #expect(try refusal(Sample.library) { $0.values[1] = .nan } == "values is nan at index 1")
    #expect(try refusal(Sample.library) { $0.router[1] = .nan } == "router is nan at index 1")
    #expect(try refusal(Sample.library) { $0.router = [1] } == "router has 1 values, expected 2")
    #expect(
      try refusal(Sample.library) { $0.embeddings[3] = 2 } == "the embedding of moons has the squared length 4.0")
  }

  @Test func exchanges() throws {
    #expect(
      try refusal(Sample.exchanged) { $0.exchange?.trust[0] = 1.5 } == "the trust in a client is not from 0 to 1")
    #expect(try refusal(Sample.exchanged) { $0.exchange?.clients[1] = "ann" } == "two clients have the same name")
  }

  @Test func weightsOfGroups() throws {
    #expect(try refusal(Sample.predictions) { $0.weights = [0.75, 0.25, 0, 1] } == "nothing was thrown")
    for weights in [[1.25, -0.25], [0.5, 0.25]] as [[Float]] {
      #expect(
        try refusal(Sample.predictions) { $0.weights = [0.75, 0.25] + weights }
          == "the weights of example b are \(weights)")
    }
  }

  @Test func tokens() throws {
    #expect(try refusal(Sample.tokens) { $0.labels[0] = 2 } == "example 7-980 has the label 2, beyond its 2 choices")
    #expect(try refusal(Sample.tokens) { $0.labels[0] = -2 } == "example 7-980 has the label -2, beyond its 2 choices")
    #expect(try refusal(Sample.tokens) { $0.tokens[2] = 100 } == "a token id is beyond the vocabulary of 100")
    #expect(try refusal(Sample.tokens) { $0.labelTokens[2] = -1 } == "a letter's id is beyond the vocabulary of 100")
    #expect(try refusal(Sample.tokens) { $0.labelTokens.append(1) } == "it has 4 answer letters for 3 choices")
    #expect(try refusal(Sample.tokens) { $0.segments[0] = 2 } == "segments must be 0 or 1 for each token")
    #expect(try refusal(Sample.tokens) { $0.tokenOffsets[1] = 5 } == "token_offsets decreases somewhere")
    #expect(try refusal(Sample.tokens) { $0.maximumLength = 4 } == "sequence 2 has 5 tokens")
    #expect(try refusal(Sample.tokens) { $0.tokenOffsets[1] = 4 } == "sequence 1 has 0 tokens")
    #expect(try refusal(Sample.tokens) { $0.scoring = .pairs } == "example 7-980 has 1 sequences")
    #expect(
      try refusal(Sample.tokens) { $0.choiceOffsets[3] = 6 }
        == "choice_offsets has 4 entries and ends at 6, expected 4 and 7")
    #expect(
      try refusal(Sample.tokens) { ($0.rowIDs[1], $0.splits[1]) = ("7-980", .train) }
        == "two examples of one split have the id 7-980")
  }

  @Test func windows() throws {
    #expect(try refusal(Sample.windows) { $0.longTexts.maximumWindows = 2 } == "example a has 3 sequences")
    #expect(try refusal(Sample.windows) { $0.longTexts.cut = .end } == "example a has 3 sequences")
    #expect(
      try refusal(Sample.windows) { $0.longTexts.overlap = 1 } == "it has at most 8 windows that overlap by 1.0")
    #expect(
      try refusal(Sample.tokens) { $0.longTexts.cut = .windows }
        == "its long texts have the cut windows, but letters scoring")
  }

  /// The same id in two splits is a leak that `tokenize` reports; the file format allows it.
  @Test func anIdMayOccurInTwoSplits() throws {
    #expect(try refusal(Sample.tokens) { $0.rowIDs[1] = "7-980" } == "nothing was thrown")
  }

  /// Swift considers these two texts equal; they are different ids.
  @Test func idsAreComparedByTheirBytes() throws {
    let change: (inout TokenizedSet) -> Void = {
      $0.rowIDs[0...1] = ["é", "e\u{0301}"]
      $0.splits[1] = .train
    }
    #expect(try refusal(Sample.tokens, change) == "nothing was thrown")
  }

  @Test func predictions() throws {
    let change = { (place: Int, value: Float) in
      try refusal(Sample.predictions) { $0.logProbabilities[place] = value }
    }
    #expect(try change(1, .nan) == "a log-probability of example a, choice 1, is nan")
    #expect(try change(1, -.infinity) == "a log-probability of example a, choice 1, is -inf")
    #expect(try change(14, -2) == "a log-probability of example b, choice 2, is -2.0")
    #expect(try change(0, -0.7).hasPrefix("probabilities of example a sum to 0.996"))
    #expect(try change(0, -0.6941) == "nothing was thrown")
    #expect(try refusal(Sample.predictions) { $0.splits[0] = .train } == "it has predictions for training examples")
    #expect(try refusal(Sample.predictions) { $0.labels[1] = 2 } == "example b has the label 2, beyond its 2 choices")
    #expect(
      try refusal(Sample.predictions) { $0.choiceCounts[0] = 2 }
        == "the file claims 3 choices, but the widest example has 2")
    #expect(try refusal(Sample.predictions) { $0.samples = 0 } == "it has 2 groups of 0 samples")
  }

  @Test func entailments() throws {
    #expect(try refusal(Sample.entailments) { $0.relations[2] = 3 } == "relations contains a number that is unknown")
    #expect(
      try refusal(Sample.entailments) { $0.hasContradiction = false }
        == "relations contains a contradiction, which it does not know")
    #expect(try refusal(Sample.entailments) { $0.relations.removeLast() } == "it has 4 relations, expected 5")
    #expect(try refusal(Sample.entailments) { $0.rowIDs[1] = "a" } == "two questions have the same row id")
  }

  @Test func answers() throws {
    #expect(try refusal(Sample.answers) { $0.law.temperature = -1 } == "its temperature is -1.0")
    #expect(
      try refusal(Sample.answers) { $0.truthProbabilities[1] = 1.5 }
        == "truth_probabilities has no probability somewhere")
    #expect(try refusal(Sample.answers) { $0.truthProbabilities = [] } == "nothing was thrown")
    #expect(try refusal(Sample.answers) { $0.law.topP = 0 } == "its top k is 40 and its top p 0.0")
    #expect(try refusal(Sample.answers) { $0.law.stops[0] = "" } == "one of its stops is empty")
    #expect(try refusal(Sample.answers) { $0.samples = 2 } == "it mixes 3 draws in 1 groups of 2 samples")
    #expect(try refusal(Sample.answers) { $0.splits[0] = .train } == "it has answers to training examples")
    #expect(try refusal(Sample.answers) { $0.texts.removeLast() } == "it has 3 texts and 4 endings, expected 4")
    #expect(try refusal(Sample.answers) { $0.tokenOffsets[3] = 3 } == "text 2 has 0 tokens")
    #expect(try refusal(Sample.answers) { $0.endings[0] = .length } == "text 0 has 2 tokens, which are not the most")
    #expect(
      try refusal(Sample.answers) { $0.logProbabilities[2] = 0.5 } == "log_probabilities has a probability above 1")
    #expect(
      try refusal(Sample.answers) { $0.lawLogProbabilities[2] = .nan } == "law_log_probabilities is nan at index 2")
    #expect(
      try refusal(Sample.answers) { $0.aleatoricEntropies[0] = 1.5 }
        == "an aleatoric entropy is negative or above the total one")
    #expect(
      try refusal(Sample.answers) { $0.mixedDraws = 1 } == "one draw has an entropy that is not its own")
  }

  @Test func results() throws {
    #expect(try refusal(Sample.results) { $0.rows[0].value = .infinity } == "the ece of swag on arc is infinite")
    #expect(
      try refusal(Sample.results) { $0.rows[0].value = .nan } == #"the ece of swag on arc is nan with the reason """#)
    #expect(try refusal(Sample.results) { $0.rows[0].low = 0.3 } == "the interval of ece of swag on arc is invalid")
  }
}
