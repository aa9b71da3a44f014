// Laws of training: it learns, it is reproducible to the bit, it resumes after any step, and it reports a loss that is not
// finite.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct TrainingRunTests {
  private func settings(_ change: (inout AdapterSettings) -> Void = { _ in }) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    (settings.dropout, settings.targets) = (0.2, ["all-linear"])
    change(&settings)
    return settings
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices) func trainingLearnsWhatTheFirstTokenSays(
    scoring: TokenizedSet.Scoring
  ) throws {
    try withTemporaryFolder { folder in
      let adapter = try fitted(
        try tinyScorer(folder, scoring, settings()),
        settings {
          $0.epochs = 40; $0.dropout = 0
        })
      #expect(adapter.history.count == 40)
      #expect(adapter.history.last!.trainingLoss < 0.5 * adapter.history[0].trainingLoss)
      // Behind random blocks a decoder's last position is a hash of its sequence: it can be fitted, not understood.
      #expect(scoring == .letters || adapter.history.last!.calibrationAccuracy! > 0.6)
    }
  }

  @Test func aResumedFitEndsWithTheSameBits() throws {
    try withTemporaryFolder { folder in
      let settings = settings { $0.keepBest = true }
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      for stop in 1..<12 {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func notANumberIsWrittenWithoutASign() {
    #expect((-Double.nan).shortest == "nan" && (-Double.nan).formatted(3) == "nan")
    #expect((-1.5).shortest == "-1.5" && (-1.5).formatted(3) == "-1.500")
  }

  @Test func aFitDependsOnTheSeedAndNotOnThreads() throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.batchSize, $0.epochs) = (144, 10) }
      let (one, three) = (
        try tinyScorer(folder, .letters, settings) { $0.repeated(12) },
        try tinyScorer(folder, .letters, settings, threads: 3) { $0.repeated(12) }
      )
      #expect(try fitted(one, settings) == fitted(three, settings))
      #expect(try fitted(one, settings).values != fitted(one, settings, seed: 1).values)
    }
  }

  @Test func keepBestKeepsTheEpochWithTheLowestCalibrationNLL() throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.keepBest, $0.epochs, $0.learningRate, $0.dropout) = (true, 12, 0.05, 0) }
      let scorer = try tinyScorer(folder, .letters, settings)
      let adapter = try fitted(scorer, settings)
      let best = adapter.history.min { $0.calibrationNLL < $1.calibrationNLL }!
      let kept = try CalibrationSplit(scorer.data).scores(scorer, parameters: adapter.values)
      #expect(kept.nll == best.calibrationNLL)
      #expect(adapter.optimizer.step == best.step)
    }
  }

  @Test func aLossThatIsNotFiniteStopsTheRunWithStepAndRows() throws {
    try withTemporaryFolder { folder in
      let settings = settings {
        $0.learningRate = 1e25
        ($0.weightDecayA, $0.weightDecayB, $0.weightDecayHead) = (0, 0, 0)
      }
      var run = try TrainingRun(try tinyScorer(folder, .letters, settings), settings, seed: 0)
      let fault = #expect(throws: Fault.self) { try run.finish() }
      #expect(fault?.code == .data)
      #expect(fault?.message.contains("step") == true && fault?.message.contains("row-") == true)
    }
  }

  @Test func weightDecayActsOnAAndBSeparately() throws {
    try withTemporaryFolder { folder in
      func norms(_ change: (inout AdapterSettings) -> Void) throws -> (a: Float, b: Float) {
        let settings = settings {
          $0.dropout = 0; change(&$0)
        }
        let adapter = try fitted(try tinyScorer(folder, .letters, settings), settings)
        func norm(_ suffix: String) -> Float {
          adapter.parameters.entries.filter { $0.name.hasSuffix(suffix) }
            .reduce(0) { $0 + adapter.values[$1.offset..<$1.offset + $1.count].reduce(0) { $0 + $1 * $1 } }
        }
        return (norm("lora_A.weight"), norm("lora_B.weight"))
      }
      let plain = try norms { ($0.weightDecayA, $0.weightDecayB) = (0, 0) }
      let onA = try norms { ($0.weightDecayA, $0.weightDecayB) = (20, 0) }
      let onB = try norms { ($0.weightDecayA, $0.weightDecayB) = (0, 20) }
      #expect(onA.a < 0.5 * plain.a)
      #expect(onB.b < 0.9 * plain.b && onB.a > 0.9 * plain.a)
    }
  }

  @Test func thePenaltyOnTheProductShrinksTheProduct() throws {
    try withTemporaryFolder { folder in
      func norm(_ penalty: Double) throws -> Float {
        let settings = settings { ($0.productPenalty, $0.dropout, $0.epochs) = (penalty, 0, 10) }
        let scorer = try tinyScorer(folder, .letters, settings)
        let adapter = try fitted(scorer, settings)
        return scorer.layout.adapters.values.reduce(0) { sum, place in
          let b = adapter.values[place.offsetB..<place.offsetB + 16 * 2].reduce(0) { $0 + $1 * $1 }
          return sum + b
        }
      }
      let (penalized, free) = (try norm(30), try norm(0))
      #expect(penalized < 0.5 * free)
    }
  }

  @Test(
    arguments: [nil, .olora, .nola(bases: 6, seed: 2), .tensorTrain, .frozenCores, .cores] as [ParametrisationSettings?]
  )
  func theGradientOfThePenaltyIsThatOfTheSquaredNormOfTheProducts(form: ParametrisationSettings?) throws {
    try withTemporaryFolder { folder in
      let settings = settings { ($0.parametrisation, $0.dropout) = (form, 0) }
      let scorer = try tinyScorer(folder, .letters, settings)
      let values = scorer.parametrisation.initialValues(seed: 3).enumerated().map {
        $1 + 0.05 * Float($0 % 7 - 3)
      }
      // The products as a whole, of the factors that the network reads.
      func squaredNorm(_ values: [Float]) -> Double {
        let phi = scorer.expand(values).map(Double.init)
        return scorer.layout.modules.reduce(0) { sum, module in
          let place = scorer.layout.adapters[module.name]!
          return (0..<module.outputs * module.inputs).reduce(sum) { sum, entry in
            let (row, column) = entry.quotientAndRemainder(dividingBy: module.inputs)
            let number = (0..<place.rank).reduce(0) {
              $0 + phi[place.offsetB + row * place.rank + $1] * phi[place.offsetA + $1 * module.inputs + column]
            }
            return sum + number * number
          }
        }
      }
      var gradients = [values, values]
      for (index, penalty) in [0, 0.3].enumerated() {
        _ = scorer.lossAndGradient(
          of: [0, 1], parameters: values, gradient: &gradients[index], productPenalty: penalty)
      }
      for direction in 0..<4 {
        let unit = values.indices.map { sin(Float($0 * 7 + 3 * direction + 1)) }
        func moved(_ step: Float) -> Double { squaredNorm(values.indices.map { values[$0] + step * unit[$0] }) }
        let measured = 0.3 * (moved(1e-3) - moved(-1e-3)) / 2e-3
        let computed = unit.indices.reduce(0.0) { $0 + Double(unit[$1] * (gradients[1][$1] - gradients[0][$1])) }
        #expect(abs(measured - computed) < 5e-3 * max(1, abs(measured)), "\(measured) measured, \(computed) computed")
      }
    }
  }

  @Test func fullFineTuningHasNoProductToPenalize() {
    let settings = settings { ($0.parametrisation, $0.productPenalty) = (.full, 0.1) }
    let fault = #expect(throws: Fault.self) { try settings.validate() }
    #expect(fault?.subject == "`product-penalty`")
  }

  @Test func aSetWithoutTrainingExamplesIsRejected() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters) { $0.selecting(Array(24..<40)) }
      #expect(throws: Fault.self) { try TrainingRun(scorer, settings(), seed: 0) }
    }
  }

  @Test func aSetWithoutCalibrationSplitIsRejected() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters) { $0.selecting(Array(0..<24)) }
      #expect(throws: Fault.self) { try TrainingRun(scorer, settings(), seed: 0) }
    }
  }
}
