// The number of threads changes the time of a stage, but not one bit of its output.
import TestSupport
import Testing

@Suite struct ThreadsOfAStage {
  /// Large batches, so that a step has at least four parts, and many steps: in a single step, one thread may happen to
  /// process all parts.
  @Test(arguments: LongStage.allCases)
  func theBytesAreTheSameForAnyNumberOfThreads(of stage: LongStage) throws {
    try Workshop.open(.pairs, copies: 4) { shop in
      let command = try stage.command(in: shop, steps: 160, batchSize: 40)
      for threads in ["1", "2", "3"] {
        try shop.run(stage.name, command + ["--threads", threads, "--output", shop.path("with-\(threads).h5")])
      }
      let one = try #require(bytes(shop.path("with-1.h5")))
      #expect(bytes(shop.path("with-2.h5")) == one)
      #expect(bytes(shop.path("with-3.h5")) == one)
    }
  }

  /// A decoder uses other code paths than an encoder.
  @Test func aDecodersBytesAreTheSameForAnyNumberOfThreads() throws {
    try Workshop.open(.letters, copies: 12) { shop in
      func fit(threads: String) throws -> String {
        try shop.fit(
          "\(threads).h5", "--targets", "all-linear", "--batch-size", "144", "--epochs", "20", "--threads", threads)
      }
      let (one, three) = (try fit(threads: "1"), try fit(threads: "3"))
      #expect(bytes(one) == bytes(three))
    }
  }

  /// Without this, the tests above would pass for a stage that writes constants.
  @Test func anotherSeedGivesOtherBytes() throws {
    try Workshop.open { shop in
      let adapters = try ["0", "1"].map { try shop.fit("\($0).h5", "--seed", $0) }
      #expect(bytes(adapters[0]) != bytes(adapters[1]))
      let moments = try shop.collect("moments.h5", from: adapters[0])
      let first = try shop.predict("a.h5", "swag", [moments], "--samples", "2", "--seed", "0")
      let second = try shop.predict("b.h5", "swag", [moments], "--samples", "2", "--seed", "1")
      #expect(first.logProbabilities != second.logProbabilities)
    }
  }
}
