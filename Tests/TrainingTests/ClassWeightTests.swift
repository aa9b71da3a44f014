// Class weights: how they are written, their share in loss and gradient, and that predictions are calibrated in spite of
// them.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training

@Suite struct ClassWeightTests {
  private let weights = ["w": 0.5, "x": 2, "y": 1, "z": 4.0]

  private func settings(_ weights: [String: Double]?, epochs: Int = 1) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: epochs)
    settings.classWeights = weights
    return settings
  }

  private func fault(_ body: () throws -> Void) -> Fault? {
    do { try body() } catch { return error as? Fault }
    Issue.record("nothing was rejected")
    return nil
  }

  @Test func weightsAreParsed() throws {
    #expect(try ClassWeighting("balanced") == .balanced)
    #expect(try ClassWeighting("spam:5,a: b:0.5") == .named(["spam": 5, "a: b": 0.5]))
    for text in ["", "spam", "spam:0", "spam:-1", "spam:many", "spam:nan", "spam:inf", "spam:5,"] {
      let message = fault { _ = try ClassWeighting(text) }?.message
      #expect(message?.contains("expected a class, a colon and a weight") == true)
    }
    #expect(fault { _ = try ClassWeighting("a:1,a:2") }?.message == "it names the class a twice")
  }

  @Test func balancedWeightsAreInverseToTheNumbersOfTrainingExamples() throws {
    try withTemporaryFolder { folder in
      let set = try TinyExperiment(in: folder, scoring: .classes).tokens
      let counts = (0..<4).map { label in Double(set.examples(of: .train).count { Int(set.labels[$0]) == label }) }
      let weights = try ClassWeighting.balanced.weights(of: set, settings(nil))
      for (name, count) in zip(set.classNames, counts) {
        #expect(abs(weights[name]! - 24 / (4 * count)) < 1e-12)
      }
      let named = try ClassWeighting.named(["x": 3]).weights(of: set, settings(nil))
      #expect(abs(named["x"]! / named["y"]! - 3) < 1e-12 && named["y"] == named["z"])
      #expect(abs(zip(set.classNames, counts).reduce(0) { $0 + named[$1.0]! * $1.1 } - 24) < 1e-12)
    }
  }

  @Test func weightsThatDoNotFitTheDataAreRejected() throws {
    try withTemporaryFolder { folder in
      let set = try TinyExperiment(in: folder, scoring: .classes).tokens
      func message(_ weighting: ClassWeighting, _ set: TokenizedSet) -> String? {
        fault { _ = try weighting.weights(of: set, settings(nil)) }?.message
      }
      #expect(message(.named(["u": 2]), set) == "there is no class u")
      var rare = set
      rare.labels = set.labels.map { $0 == 3 ? 0 : $0 }
      #expect(message(.balanced, rare) == "found balanced, but the class z has no training examples")
      let letters = try TinyExperiment(in: folder, scoring: .letters).tokens
      #expect(message(.balanced, letters) == "tiny-letters has scoring letters, expected classes")
      #expect(
        fault { _ = try tinyScorer(folder, .classes, settings(["w": 1])) }?.message
          == "the adapter was fitted with class weights, but none for the class x")
    }
  }

  @Test func lossAndGradientOfAnExampleAreMultipliedByTheWeightOfItsClass() throws {
    try withTemporaryFolder { folder in
      let (plain, weighted) = (
        try tinyScorer(folder, .classes, settings(nil)), try tinyScorer(folder, .classes, settings(weights))
      )
      let values = plain.layout.scattered
      for example in 0..<8 {
        let weight = weights[plain.data.classNames[Int(plain.data.labels[example])]]!
        var gradients = [values, values]
        let loss = plain.lossAndGradient(of: [example], parameters: values, gradient: &gradients[0])
        let itsLoss = weighted.lossAndGradient(of: [example], parameters: values, gradient: &gradients[1])
        #expect(abs(itsLoss - weight * loss) < 1e-9)
        let largest = gradients[1].map(abs).max()!
        for (one, other) in zip(gradients[0], gradients[1]) {
          #expect(abs(Float(weight) * one - other) < 1e-5 * largest)
        }
      }
    }
  }

  @Test func predictionsAreDividedByTheWeights() throws {
    try withTemporaryFolder { folder in
      let (plain, weighted) = (
        try tinyScorer(folder, .classes, settings(nil)), try tinyScorer(folder, .classes, settings(weights))
      )
      let values = plain.layout.scattered
      let before = try plain.logProbabilities(of: [0, 5], parameters: values)
      let after = try weighted.logProbabilities(of: [0, 5], parameters: values)
      let divided = before.enumerated().map { exp(Double($1)) / weights[plain.data.classNames[$0 % 4]]! }
      for (index, value) in after.enumerated() {
        let total = divided[index / 4 * 4..<index / 4 * 4 + 4].reduce(0, +)
        #expect(abs(exp(Double(value)) - divided[index] / total) < 1e-6)
      }
      // The head of an exported adapter does the same by its bias.
      let exported = try plain.logProbabilities(
        of: [0, 5], parameters: weighted.undoingClassWeights(inHeadOf: values))
      for (mine, other) in zip(after, exported) { #expect(abs(mine - other) < 1e-5) }
    }
  }

  /// Where texts say nothing about the class, the probabilities must be the classes' shares, with or without weights.
  @Test func balancedWeightsLeaveTheProbabilitiesCalibrated() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .classes)
      var set = experiment.tokens.selecting([Int](repeating: 0, count: 40))
      set.rowIDs = experiment.tokens.rowIDs
      set.splits = experiment.tokens.splits
      set.labels = (0..<40).map { [0, 0, 0, 0, 0, 1, 2, 3][$0 % 8] }
      var fit = settings(nil, epochs: 60)
      fit.batchSize = 24
      fit.classWeights = try ClassWeighting.balanced.weights(of: set, fit)
      let scorer = try tinyScorer(folder, .classes, fit) { _ in set }
      let adapter = try fitted(scorer, fit)
      let probabilities = try scorer.logProbabilities(of: [0], parameters: adapter.values).map { exp($0) }
      for (mine, expected) in zip(probabilities, [0.625, 0.125, 0.125, 0.125] as [Float]) {
        #expect(abs(mine - expected) < 0.02, "\(probabilities)")
      }
    }
  }
}
