// The cross-entropy with the votes of several annotators: its gradient, and what a fit learns from it.
import Adapters
import Arrays
import Artifacts
import Foundation
import TestSupport
import Testing
import Training

@Suite struct VoteTests {
  @Test func theGradientIsThatOfTheCrossEntropyWithTheTargets() {
    let logits: [Float] = [0.3, -1.2, 2, 0.1]
    let targets = [0.5, 0, 1.5, 0.25]
    func loss(_ logits: [Float]) -> Double {
      zip(Reference.logSoftmax(logits), targets).reduce(0) { $0 - $1.0 * $1.1 }
    }
    var gradient = logits
    #expect(abs(crossEntropyGradient(&gradient, targets: targets, weight: 0.5) - loss(logits)) < 1e-6)
    for index in logits.indices {
      var (ahead, behind) = (logits, logits)
      ahead[index] += 1e-2
      behind[index] -= 1e-2
      #expect(abs(Double(gradient[index]) - 0.5 * (loss(ahead) - loss(behind)) / 2e-2) < 1e-4)
    }
  }

  @Test func certainVotesAreLabels() throws {
    try withTemporaryFolder { folder in
      let plain = try tinyScorer(folder, .classes)
      let voted = try tinyScorer(folder, .classes) { set in
        var set = set
        set.targets = set.labels.flatMap { label in (0..<4).map { Int32($0) == label ? 1 : 0 } }
        return set
      }
      var gradients = [plain.layout.scattered, plain.layout.scattered]
      let values = plain.layout.scattered
      let loss = plain.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradients[0])
      #expect(abs(voted.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradients[1]) - loss) < 1e-6)
      let largest = gradients[0].map(abs).max()!
      for (one, other) in zip(gradients[0], gradients[1]) { #expect(abs(one - other) < 1e-5 * largest) }
    }
  }

  /// Where texts say nothing about the votes, the probabilities must become their mean, with class weights too.
  @Test(arguments: [nil, ["w": 3, "x": 1, "y": 0.5, "z": 2]] as [[String: Double]?])
  func probabilitiesAreTheMeanOfTheVotes(weights: [String: Double]?) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .classes)
      var set = experiment.tokens.selecting([Int](repeating: 0, count: 40))
      (set.rowIDs, set.splits) = (experiment.tokens.rowIDs, experiment.tokens.splits)
      set.labels = set.labels.map { _ in 0 }
      set.targets = (0..<40).flatMap { $0 % 2 == 0 ? [0.5, 0.25, 0.25, 0] : [0.5, 0.25, 0, 0.25] as [Float] }
      var fit = AdapterSettings.tiny(batchSize: 24, epochs: 60)
      fit.classWeights = weights
      let scorer = try tinyScorer(folder, .classes, fit) { _ in set }
      let adapter = try fitted(scorer, fit)
      let probabilities = try scorer.logProbabilities(of: [0], parameters: adapter.values).map { exp($0) }
      for (mine, expected) in zip(probabilities, [0.5, 0.25, 0.125, 0.125] as [Float]) {
        #expect(abs(mine - expected) < 0.02, "\(probabilities)")
      }
    }
  }
}
