// Which settings decide what a vector means, so that adapters that differ in one of them cannot be averaged.
import Adapters
import Testing

@Suite struct GoingOnTests {
  @Test func theDifferenceInMeaningIsNamed() throws {
    let changes: [(name: String, change: (inout AdapterSettings) -> Void)] = [
      ("rank", { $0.rank = 3 }), ("alpha", { $0.alpha = 3 }), ("rs-lora", { $0.rankStabilized = true }),
      ("ranks", { $0.ranks = ["query": 3] }), ("alphas", { $0.alphas = ["query": 3] }),
      ("parametrisation", { $0.parametrisation = .olora }), ("variational", { $0.variational = .init(.blob) }),
      ("precision", { $0.precision = .int8 }), ("pooling", { $0.pooling = .first }),
      ("head", { $0.dense = .init(activation: .tanh, isTrained: true) }), ("members", { $0.members = 2 }),
    ]
    for (name, change) in changes {
      var other = AdapterSettings()
      change(&other)
      let difference = try #require(AdapterSettings().difference(inMeaningFrom: other))
      #expect(difference.hasPrefix("its `\(name)` is "))
    }
  }

  @Test func howItWasTrainedIsNoDifferenceInMeaning() {
    var other = AdapterSettings()
    (other.epochs, other.learningRate, other.batchSize, other.dropout, other.layers) = (9, 0.5, 3, 0.1, [1])
    #expect(AdapterSettings().difference(inMeaningFrom: other) == nil)
  }
}
