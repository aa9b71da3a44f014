// The chain of stages with adapters in the upper block only: a prefix of cached hidden states changes no result.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct StagesOnAPrefix {
  private func prefix(_ shop: Workshop, blocks: Int = 1, _ flags: String...) throws -> String {
    let path = shop.path("prefix-\(blocks).h5")
    try shop.run("compute-prefix", shop.inputs + ["--blocks", "\(blocks)", "--output", path] + flags)
    return path
  }

  @Test(arguments: [TokenizedSet.Scoring.pairs, .continuations])
  func everyStageGivesTheSameResultWithAPrefix(scoring: TokenizedSet.Scoring) throws {
    try Workshop.open(scoring) { shop in
      let prefix = try prefix(shop)
      var priors: [Double] = []
      let digests = try [[], ["--prefix", prefix]].map { below in
        func make(_ stage: String, _ name: String, _ flags: [String]) throws -> String {
          try shop.run(stage, shop.inputs + flags + below + ["--output", shop.path(name)])
          return shop.path(name)
        }
        let adapter = try make(
          "fit-adapters", "adapter.h5", ["--layers", "1", "--rank", "2", "--epochs", "2", "--dropout", "0.1"])
        let going = ["--adapter", adapter]
        let moments = try make("collect-swag", "moments.h5", going + ["--collections", "3"])
        let bayesian = try make("bayesianize-adapter", "tfb.h5", going + ["--samples", "2", "--iterations", "2"])
        let extracted = try make("extract-ensemble", "extracted.h5", going + ["--members", "2", "--steps", "2"])
        let curvature = try make("collect-curvature", "curvature.h5", going)
        let sampled = try make(
          "sample-posterior", "p.h5", ["--method", "swag", "--posterior", moments, "--samples", "2"])
        let linearized = try make("sample-posterior", "l.h5", ["--method", "laplace", "--posterior", curvature])
        // Passes with a sequence for each choice sum in another order if choices share their question.
        let same =
          [adapter, moments, bayesian, extracted, sampled] + (scoring == .pairs ? [curvature, linearized] : [])
        priors.append(try Curvature.read(curvature).priorPrecision)
        return try same.map { try ArtifactFile($0).digest }
      }
      #expect(digests[0] == digests[1])
      #expect(abs(priors[0] / priors[1] - 1) < 1e-3, "\(priors)")
    }
  }

  @Test func aPrefixOfOnlyTheUsedRowsIsSmallerAndSufficient() throws {
    try Workshop.open { shop in
      let whole = try #require(bytes(try prefix(shop))).count
      let prefix = try prefix(shop, "--training-examples", "9", "--subsample-seed", "2")
      #expect(try #require(bytes(prefix)).count < whole)
      let fit = ["--layers", "1", "--rank", "2", "--epochs", "2", "--training-examples", "9", "--subsample-seed", "2"]
      let digests = try [[], ["--prefix", prefix]].map { below in
        func make(_ stage: String, _ name: String, _ flags: [String]) throws -> String {
          try shop.run(stage, shop.inputs + flags + below + ["--output", shop.path(name)])
          return shop.path(name)
        }
        let adapter = try make("fit-adapters", "adapter.h5", fit)
        let moments = try make("collect-swag", "moments.h5", ["--adapter", adapter, "--collections", "3"])
        let extracted = try make("extract-ensemble", "extracted.h5", ["--adapter", adapter, "--members", "2"])
        let curvature = try make("collect-curvature", "curvature.h5", ["--adapter", adapter])
        let sampled = try make(
          "sample-posterior", "p.h5", ["--method", "swag", "--posterior", moments, "--samples", "2"])
        return try [adapter, moments, extracted, curvature, sampled].map { try ArtifactFile($0).digest }
      }
      #expect(digests[0] == digests[1])
      let more = shop.inputs + fit.map { $0 == "9" ? "10" : $0 } + ["--prefix", prefix]
      try shop.expectFault(
        78, "fit-adapters", more, says: [prefix, "it does not hold row"], hint: "the fit's --training-examples")
      // The search for TFB's scale draws its rows from all training rows.
      try shop.expectFault(
        78, "bayesianize-adapter",
        shop.inputs + ["--adapter", shop.path("adapter.h5"), "--prefix", prefix, "--anchors", "0"],
        says: [prefix, "it does not hold row"], hint: "without them for all rows")
      try shop.expectFault(
        64, "compute-prefix", shop.inputs + ["--blocks", "1", "--training-examples", "-1"],
        says: ["--training-examples: found -1, must be an integer of at least 0"])
    }
  }

  @Test func aPrefixOfOtherInputsIsRejected() throws {
    try Workshop.open { shop in
      let prefix = try prefix(shop)
      let fit = shop.inputs + ["--layers", "1", "--rank", "2"]
      let others = try shop.tokens("others.h5") { $0.rowIDs[0] = "another" }
      let swapped = ["--base", shop.base, "--tokens", others, "--layers", "1", "--rank", "2"]
      try shop.expectFault(
        78, "fit-adapters", swapped + ["--prefix", prefix], says: [prefix, "made from other tokens"], hint: "--tokens")
      try shop.expectFault(
        78, "fit-adapters", shop.inputs + ["--prefix", prefix], says: [prefix, "block 0, counted from 0, is adapted"],
        hint: "--blocks 0")
      try shop.expectFault(
        65, "fit-adapters", fit + ["--prefix", shop.tokens], says: ["kind tokenized-set, expected frozen-prefix"])
      try shop.expectFault(
        66, "fit-adapters", fit + ["--prefix", shop.path("nowhere.h5")], says: ["nowhere.h5: there is no such file"])
      try shop.expectFault(
        64, "compute-prefix", shop.inputs + ["--blocks", "2"],
        says: ["--blocks: found 2 as the lowest block to adapt", "the base has the blocks 0 to 1"],
        hint: "counted from 0")
    }
  }

  @Test func aDamagedPrefixIsRejected() throws {
    try Workshop.open { shop in
      let prefix = try prefix(shop)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: prefix))
      bytes[bytes.count - 100] ^= 4
      try bytes.write(to: URL(fileURLWithPath: prefix))
      try shop.expectFault(
        74, "fit-adapters", shop.inputs + ["--layers", "1", "--rank", "2", "--prefix", prefix],
        says: [prefix, "is damaged"])
    }
  }
}
