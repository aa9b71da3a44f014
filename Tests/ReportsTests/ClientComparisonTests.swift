// The table of clients that have exchanged adapters: which row is whose, and the means over the clients.
import Artifacts
import Calibration
import Reports
import Testing

@Suite struct ClientComparisonTests {
  /// The results of two clients, of which the second has twice as many parameters, with and without an exchange.
  private func comparison(rounds: Int = 3) throws -> ClientComparison {
    let entries = try ["ann", "ben"].enumerated().flatMap { number, client in
      try ["none", "weights"].map { scheme in
        var adapter = Adapter()
        adapter.values = [Float](repeating: 0, count: 1_000_000 * (number + 1))
        var row = Adapter.Exchange()
        (row.client, row.scheme, row.clients) = (client, scheme, ["ann", "ben"])
        (row.trust, row.similarities, row.reasons) = ([0.5, 0.5], [1, 0], ["", ""])
        row.membership = 0.6 + 0.2 * Double(number) - (scheme == "none" ? 0.1 : 0)
        adapter.exchange = row
        var recipe = SyntheticPredictions(dataset: client, testCount: 60)
        (recipe.seed, recipe.skill) = (UInt64(number + 1), scheme == "none" ? 1 : 2)
        return try ClientComparison.Entry(
          adapter, path: "a.h5", predictions: recipe.predictions, predictionsPath: "p.h5")
      }
    }
    let settings = ScoringSettings(bootstrap: Bootstrap(draws: 20, seed: 1))
    return try ClientComparison(entries, rounds: rounds, settings: settings)
  }

  @Test func roundsAreCounted() throws {
    #expect(try comparison().text.hasPrefix("2 clients, 3 rounds; "))
    #expect(try comparison(rounds: 1).text.hasPrefix("2 clients, 1 round; "))
  }

  @Test func eachRowIsThatOfItsClientAndTrust() throws {
    let rows = try comparison().table().rows
    let (sent, membership) = (
      rows.filter { $0.metric == "bytes_sent" }, rows.filter { $0.metric == "membership_auroc" }
    )
    for list in [sent, membership] {
      #expect(list.map { "\($0.dataset) \($0.method)" } == ["ann none", "ann weights", "ben none", "ben weights"])
    }
    #expect(sent.map(\.value) == [0, 12e6, 0, 24e6])
    #expect(zip(membership, [0.5, 0.6, 0.7, 0.8]).allSatisfy { abs($0.value - $1) < 1e-9 })
  }

  @Test func theMeansAreOverTheClientsOfOneTrust() throws {
    let comparison = try comparison()
    let accuracies = try comparison.table().rows.filter { ($0.metric, $0.method) == ("accuracy", "weights") }
    #expect(accuracies.count == 2)
    let lines = comparison.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let means = lines.filter { $0.first == "mean" }
    try #require(means.map { $0[1] } == ["none", "weights"])
    #expect(means.map { Array($0.suffix(2)) } == [["0.00", "0.600"], ["18.00", "0.700"]])
    #expect(abs(try #require(Double(means[1][2])) - 50 * accuracies.reduce(0) { $0 + $1.value }) < 0.051)
  }
}
