// Several labels for each example: the sum of binary cross-entropies, its gradient, and what a fit learns.
import Adapters
import Arrays
import Artifacts
import Foundation
import TestSupport
import Testing
import Training

@Suite struct LabelScoringTests {
  @Test func theGradientIsThatOfTheBinaryCrossEntropies() {
    let (logits, targets): ([Float], [Float]) = ([0.3, -1.2, 40, -90], [1, 0, 1, 1])
    func loss(_ logits: [Float]) -> Double {
      zip(logits, targets).reduce(0) { sum, pair in
        let x = Double(pair.1 == 1 ? pair.0 : -pair.0)
        return sum + (x < 0 ? -x + log1p(exp(x)) : log1p(exp(-x)))
      }
    }
    var gradient = logits
    #expect(abs(sigmoidCrossEntropyGradient(&gradient, targets: targets, weight: 0.5) - loss(logits)) < 1e-9)
    for index in logits.indices {
      var (ahead, behind) = (logits, logits)
      ahead[index] += 1e-2
      behind[index] -= 1e-2
      #expect(abs(Double(gradient[index]) - 0.5 * (loss(ahead) - loss(behind)) / 2e-2) < 1e-3)
    }
  }

  @Test func answersAreNoAndYesOfEachLabelAndGiveTheLoss() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .labels)
      let values = scorer.layout.scattered
      let examples = [0, 5, 9]
      let rows = try scorer.logProbabilities(of: examples, parameters: values)
      #expect(rows.count == 3 * 8)
      for pair in 0..<12 { #expect(abs(exp(rows[2 * pair]) + exp(rows[2 * pair + 1]) - 1) < 1e-6) }
      var gradient = values
      let loss = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
      var expected = 0.0
      for (index, example) in examples.enumerated() {
        for (label, target) in scorer.data.targets(of: example).enumerated() {
          expected -= Double(rows[index * 8 + 2 * label + Int(target)]) / 3
        }
      }
      #expect(abs(loss - expected) < 1e-5)
    }
  }

  @Test func aFitLearnsWhichLabelsApply() throws {
    try withTemporaryFolder { folder in
      var fit = AdapterSettings.tiny(batchSize: 8, epochs: 40)
      fit.learningRate = 2e-2
      let scorer = try tinyScorer(folder, .labels, fit)
      let history = try fitted(scorer, fit).history
      #expect(history.last!.calibrationNLL < 0.5 * history[0].calibrationNLL, "\(history.last!)")
      #expect(history.last!.calibrationAccuracy! > 0.75, "\(history.last!)")
    }
  }
}
