// Label smoothing and the focal loss: values in closed form, slopes by differences, and the loss of a whole step.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct TrainingLossTests {
  private func settings(_ loss: TrainingLoss?) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: 2)
    settings.loss = loss
    return settings
  }

  /// For p = (1/2, 1/4, 1/4): -(1 - p)^γ log p.
  @Test func theFocalLossIsThatOfTheFormula() {
    let row: [Float] = [0.693_147_18, 0, 0]
    for (label, p) in [(0, 0.5), (1, 0.25)] {
      for focus in [0, 0.5, 1, 2, 3.0] {
        var logits = row
        let loss = focalGradient(&logits, count: 3, label: label, focus: focus, weight: 2)
        #expect(abs(loss + pow(1 - p, focus) * log(p)) < 1e-6)
        for place in 0..<3 {
          func moved(_ step: Float) -> Double {
            var moved = row
            moved[place] += step
            return focalGradient(&moved, count: 3, label: label, focus: focus)
          }
          let slope = (moved(0.01) - moved(-0.01)) / 0.02
          #expect(abs(Double(logits[place]) - 2 * slope) < 2e-4, "\(focus), \(label), \(place)")
        }
      }
    }
    var certain: [Float] = [100, 0, 0]
    #expect(focalGradient(&certain, count: 3, label: 0, focus: 0.5) < 1e-12 && certain.allSatisfy { abs($0) < 1e-6 })
  }

  /// The mean over examples with their own number of choices, from the log-probabilities.
  @Test(arguments: [TrainingLoss.smoothed(share: 0.1), .focal(focus: 2), .smoothed(share: 0), .focal(focus: 0)])
  func aStepsLossAndGradientAreThoseOfTheFormula(loss: TrainingLoss) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, settings(loss))
      let values = scorer.layout.scattered
      let examples = [0, 1, 2, 3, 4]
      let rows = try scorer.logProbabilities(of: examples, parameters: values)
      let width = scorer.data.maximumChoices
      var expected = 0.0
      for example in examples {
        let count = scorer.data.choiceCount(example)
        let row = (0..<count).map { Double(rows[example * width + $0]) }
        let own = row[Int(scorer.data.labels[example])]
        let others: Double = row.reduce(0, +) - own
        switch loss {
        case .smoothed(let share): expected -= ((1 - share) * own + share / Double(count - 1) * others) / 5
        case .focal(let focus): expected -= pow(1 - exp(own), focus) * own / 5
        case .dna: Issue.record("DiverseDrawsTests has DNA's loss")
        }
      }
      var gradient = values
      let found = scorer.lossAndGradient(of: examples, parameters: values, gradient: &gradient)
      #expect(abs(found - expected) < 1e-5)
      let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      func moved(_ step: Double) -> Double {
        var unused = values
        let moved = values.indices.map { values[$0] + Float(step * Double(gradient[$0]) / norm) }
        return scorer.lossAndGradient(of: examples, parameters: moved, gradient: &unused)
      }
      #expect(abs((moved(0.01) - moved(-0.01)) / 0.02 - norm) < 0.02 * norm)
    }
  }

  @Test func withoutEffectTheyAreTheCrossEntropy() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, settings(nil))
      let plain = try fitted(scorer, settings(nil)).values
      for loss in [TrainingLoss.smoothed(share: 0), .focal(focus: 0)] {
        let own = try fitted(tinyScorer(folder, .pairs, settings(loss)), settings(loss)).values
        #expect(zip(own, plain).allSatisfy { abs($0 - $1) < 1e-4 })
      }
      let smoothed = settings(.smoothed(share: 0.2))
      #expect(try fitted(tinyScorer(folder, .pairs, smoothed), smoothed).values != plain)
    }
  }

  @Test func whatTheyAreNotDefinedOnIsRefusedByName() throws {
    for (loss, setting) in [
      (TrainingLoss.smoothed(share: 1), "label-smoothing"), (.smoothed(share: -0.1), "label-smoothing"),
      (.focal(focus: -1), "focal"), (.focal(focus: .infinity), "focal"), (.focal(focus: 20.5), "focal"),
    ] {
      let fault = #expect(throws: Fault.self) { try settings(loss).validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
    try withTemporaryFolder { folder in
      for (loss, setting) in [(TrainingLoss.smoothed(share: 0.1), "label-smoothing"), (.focal(focus: 2), "focal")] {
        let scorer = try tinyScorer(folder, .labels, settings(loss))
        let fault = #expect(throws: Fault.self) { try TrainingRun(scorer, settings(loss), seed: 0) }
        #expect(fault?.code == .configuration && fault?.message.contains("several labels") == true)
        #expect(fault?.hint == "leave out `\(setting)`")
      }
      // Shares of votes have several right choices.
      var votes = try tinyScorer(folder, .pairs).data
      votes.targets = [Float](repeating: 0.5, count: votes.count)
      try TrainingLoss.smoothed(share: 0.1).check(votes)
      for loss in [TrainingLoss.focal(focus: 2), .dna(weight: 0.1, draws: 5)] {
        let fault = #expect(throws: Fault.self) { try loss.check(votes) }
        #expect(fault?.code == .configuration && fault?.message.contains("needs one label for each text") == true)
      }
    }
  }
}
