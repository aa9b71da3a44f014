// Class weights on the command line: they are recorded in the adapter, and mistakes are refused.
import Artifacts
import TestSupport
import Testing

@Suite struct ClassWeightFlagTests {
  @Test func weightsAreRecordedAndPredictionsReadThem() throws {
    try Workshop.open(.classes) { shop in
      let plain = try shop.fit("plain.h5")
      #expect(!(try Adapter.read(plain).settings.contains("classWeights")))
      let weighted = try shop.fit("weighted.h5", "--class-weights", "w:3,z:0.5")
      #expect(try Adapter.read(weighted).settings.contains(#""classWeights":{"w":"#))
      let predictions = try shop.predict("p.h5", "point", [weighted])
      #expect(predictions.settings.contains(#""classWeights":{"w":"#))
    }
  }

  @Test func mistakesAreRefused() throws {
    try Workshop.open(.classes) { shop in
      for (weights, message, hint) in [
        ("w=3", "found \"w=3\", expected a class, a colon and a weight above 0", "spam:5,other:1"),
        ("u:3", "there is no class u", "the classes are w, x, y, z"),
      ] {
        try shop.expectFault(
          64, "fit-adapters", shop.inputs + ["--class-weights", weights], says: ["--class-weights: \(message)"],
          hint: hint)
      }
    }
    try Workshop.open(.pairs) { shop in
      try shop.expectFault(
        78, "fit-adapters", shop.inputs + ["--class-weights", "balanced"],
        says: ["--class-weights: tiny-pairs has scoring pairs, expected classes"], hint: "omit it")
    }
  }
}
