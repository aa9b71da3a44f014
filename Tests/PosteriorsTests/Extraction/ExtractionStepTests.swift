// The steps of an extraction: what the terms of the loss are means over, and that nothing but the loss moves the gates.
import Adapters
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct ExtractionStepTests {
  private func run(
    _ scorer: Scorer, _ adapter: Adapter, _ fit: AdapterSettings, _ change: (inout ExtractionSettings) -> Void
  ) throws -> ExtractionRun {
    var settings = ExtractionSettings()
    change(&settings)
    return try ExtractionRun(scorer, adapter, fit: fit, settings, path: "point-0.h5")
  }

  /// The loss of the first step: the mean over its training questions, and that over all calibration questions, of which
  /// a batch of eight is made.
  @Test func theTermsOfAStepAreMeansOverItsQuestions() throws {
    try FittedExperiment.open(.letters) { fitted in
      func loss(members: Int, diversity: Double, fidelity: Double = 0) throws -> Double {
        var run = try run(fitted.scorer, fitted.adapter, fitted.fit) {
          ($0.members, $0.diversities, $0.fidelity, $0.steps) = (members, [diversity], fidelity, 2)
        }
        try run.advance()
        return try #require(Double(run.note.dropFirst("loss ".count).prefix { $0 != "," }))
      }
      func logarithms(_ examples: [Int], _ vectors: [Float], members: Int) throws -> [[[Double]]] {
        let rows = try fitted.scorer.logProbabilities(of: examples, parameters: vectors)
        return examples.indices.map { place in
          let count = fitted.scorer.data.choiceCount(examples[place])
          return (0..<members).map { member in
            (0..<count).map { Double(rows[(place * members + member) * 4 + $0]) }
          }
        }
      }
      let values = fitted.adapter.values
      var order = try DataOrder(training: fitted.scorer.data, fitted.fit, seed: 0)
      let batch = order.batch(step: 0)
      let answers = try logarithms(batch, values, members: 1)
      let entropy = zip(batch, answers).reduce(0) { $0 - $1.1[0][Int(fitted.scorer.data.labels[$1.0])] }
      #expect(abs(try loss(members: 1, diversity: 3, fidelity: 2) - entropy / Double(batch.count)) < 1e-3)
      let gates = try SubmodelGates(fitted.adapter.parameters, path: "a.h5")
      let logits = gates.start(members: 2, spread: 1, seed: 0)
      let vectors = gates.vectors(values, multipliers: gates.multipliers(logits))
      let calibrating = fitted.scorer.data.examples(of: .calibration)
      let information = try logarithms(calibrating, vectors, members: 2).reduce(0) {
        $0 + SubmodelLoss.mutualInformation($1)
      }
      let reward = try loss(members: 2, diversity: 0) - loss(members: 2, diversity: 100)
      #expect(calibrating.count == 8 && abs(reward - 100 * information / 8) < 2e-3)
    }
  }

  /// Where the adapter's B is next to nothing, so is the gradient, and the gates stay where they began: no decay.
  @Test func gatesThatDoNotMatterStayWhereTheyAre() throws {
    try FittedExperiment.open(.letters) { fitted in
      var adapter = fitted.adapter
      for pair in LowRankPair.all(in: adapter.parameters)! {
        for place in pair.b.offset..<pair.b.offset + pair.b.count { adapter.values[place] *= 1e-15 }
      }
      var run = try run(fitted.scorer, adapter, fitted.fit) { ($0.members, $0.steps, $0.diversities) = (2, 10, [1]) }
      try run.finish()
      let gates = try SubmodelGates(adapter.parameters, path: "a.h5")
      let start = gates.multipliers(gates.start(members: 2, spread: 1, seed: 0))
      for (own, other) in zip(try run.extracted().values, gates.vectors(adapter.values, multipliers: start)) {
        #expect(abs(own - other) <= 1e-4 * abs(other))
      }
    }
  }
}
