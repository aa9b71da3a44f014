// The messages of collect-curvature in extreme cases: no curvature, too much of it, a prior without a
// maximum, one direction, one draw.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct CurvatureAtItsEdges {
  /// A copy of the adapter with changed values.
  private func changed(_ adapter: String, _ shop: Workshop, _ change: (Float) -> Float) throws -> String {
    var copy = try Adapter.read(adapter)
    copy.values = copy.values.map(change)
    try copy.write(to: shop.path("changed.h5"), provenance: TinyExperiment.provenance)
    return shop.path("changed.h5")
  }

  @Test func valuesTooLargeForLogitsStopItWithTheRow() throws {
    try Workshop.open { shop in
      let adapter = try changed(shop.fit("adapter.h5"), shop) { $0 * 1e30 }
      try shop.expectFault(
        70, "collect-curvature", shop.inputs + ["--adapter", adapter], says: ["row row-", "not finite"],
        hint: "learning rate")
    }
  }

  /// If all values are zero, B = 0 hides A's curvature and A = 0 that of B, the prior has a norm of zero, and an
  /// encoder's head is untrained.
  @Test func aPriorWithoutAMaximumIsRejectedWithAHint() throws {
    try Workshop.open { shop in
      let adapter = try changed(shop.fit("adapter.h5"), shop) { _ in 0 }
      let command = shop.inputs + ["--adapter", adapter]
      try shop.expectFault(
        65, "collect-curvature", command, says: ["prior precision is above 1e14"], hint: "--criterion calibration")
      let given = try shop.curvature("given.h5", from: adapter, "--prior-precision", "2")
      #expect(try Curvature.read(given).priorPrecision == 2)
    }
  }

  @Test func anExtremePriorIsReportedInTheLogAndInThePredictions() throws {
    try Workshop.open { shop in
      let command = shop.inputs + ["--adapter", try shop.fit("adapter.h5"), "--output", shop.path("far.h5")]
      for (precision, what) in [("1e-8", "almost everything varies"), ("1e9", "nothing varies")] {
        let run = try shop.run("collect-curvature", command + ["--prior-precision", precision])
        #expect(run.errors.contains("warning: the prior precision"), "\(run.errors)")
        #expect(run.errors.contains("has run away: \(what)"), "\(run.errors)")
        for method in ["laplace", "laplace-probit", "laplace-sampled"] {
          let warnings = try shop.predict("p.h5", method, [shop.path("far.h5")], "--samples", "2").warnings
          #expect(warnings.contains { $0.hasSuffix("has run away: \(what)") }, "\(method): \(warnings)")
        }
      }
    }
  }

  @Test func oneDirectionOfEachFactorAndOneDrawAreEnough() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let command = shop.inputs + ["--adapter", adapter, "--rank", "1", "--exact-width", "0"]
      let run = try shop.run("collect-curvature", command + ["--output", shop.path("thin.h5")])
      #expect(run.errors.contains("of its trace; a larger --rank keeps more of them"), "\(run.errors)")
      let blocks = try Curvature.read(shop.path("thin.h5")).blocks
      #expect(blocks.allSatisfy { $0.outputValues.count == 1 && $0.inputValues.count == 1 })
      for method in ["laplace", "laplace-sampled"] {
        let predictions = try shop.predict("\(method).h5", method, [shop.path("thin.h5")], "--samples", "1")
        #expect(predictions.samples == 1 && predictions.logProbabilities.allSatisfy { !$0.isNaN })
      }
    }
  }

  @Test func factorsAboveTheGivenMemoryAreRejectedWithSettingsThatFit() throws {
    try Workshop.open(hiddenSize: 64) { shop in
      let adapter = try shop.fit("adapter.h5")
      let command = shop.inputs + ["--adapter", adapter]
      try shop.expectFault(
        78, "collect-curvature", command + ["--memory", "1"], says: ["matrices need", "1 MiB are free"],
        hint: "--exact-width")
      try shop.run("collect-curvature", command + ["--memory", "4000", "--output", shop.path("wide.h5")])
    }
  }

  /// A vector that was trained in another form has no factors A and B whose curvature could be collected.
  @Test func adaptersOfAnotherFormAreRejected() throws {
    try Workshop.open { shop in
      for flags in [["--variational", "blob"], ["--parametrisation", "nola", "--bases", "3"]] {
        let adapter = shop.path("other.h5")
        try shop.run("fit-adapters", shop.inputs + ["--rank", "2", "--epochs", "1", "--output", adapter] + flags)
        try shop.expectFault(
          78, "collect-curvature", shop.inputs + ["--adapter", adapter], says: ["does not hold LoRA's factors"],
          hint: "--parametrisation lora")
      }
    }
  }
}
