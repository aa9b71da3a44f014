// Rounds of clients: what stays the same, whom a client trusts, and whose adapter it leaves out.
import Adapters
import Artifacts
import Collaboration
import Faults
import JSON
import TestSupport
import Testing
import Training

/// Four clients: the answers of the last two are those of the first two, one choice further.
private struct Clients {
  let scorers: [Scorer]
  let adapters: [Adapter]
  static let settings = AdapterSettings.tiny(batchSize: 6, epochs: 30)

  init(in folder: String) throws {
    scorers = try (0..<4).map { client in
      try tinyScorer(folder, .classes, Self.settings) { tokens in
        var set = tokens
        if client >= 2 { set.labels = set.labels.map { ($0 + 1) % 4 } }
        return set
      }
    }
    adapters = try scorers.enumerated().map { try fitted($1, Self.settings, seed: $0 % 2) }
  }

  private var classNames: [String] { scorers[0].data.classNames }

  /// The round of client `index`, where `change` has been done to the other adapters.
  func round(_ index: Int, largestRatio: Double = 10, _ change: (Int, inout Adapter) -> Void = { _, _ in }) throws
    -> ClientRound
  {
    let arrivals = try adapters.enumerated().map { number, adapter in
      var adapter = adapter
      adapter.classNames = classNames
      if number != index { change(number, &adapter) }
      return try Arrival("client-\(number)") { adapter }
    }
    let own = OwnAdapter(adapters[index], Self.settings, classNames: classNames)
    return ClientRound(arrivals, own: own, index: index, largestRatio: largestRatio)
  }
}

@Suite struct ClientRoundTests {
  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test func trustInNobodyElseKeepsEveryBit() throws {
    try withTemporaryFolder { folder in
      var clients = try Clients(in: folder)
      var odd = clients.adapters
      odd[0].values[3] = -0.0
      clients = Clients(scorers: clients.scorers, adapters: odd)
      var round = try clients.round(0)
      let result = round.result(try round.similarities { _, _ in 0 }, .none, temperature: 1)
      #expect(bits(result.values) == bits(odd[0].values))
      #expect(result.exchange?.trust == [1, 0, 0, 0] && result.exchange?.mean == "none")
      #expect(result.optimizer == odd[0].optimizer)
    }
  }

  @Test(arguments: [2, 3, 7]) func theAverageOfEqualAdaptersIsTheAdapter(count: Int) throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      let same = Clients(
        scorers: clients.scorers, adapters: [Adapter](repeating: clients.adapters[0], count: count))
      var round = try same.round(1)
      let result = round.result(try round.similarities { _, _ in 0 }, .average, temperature: 1)
      #expect(result.values == clients.adapters[0].values)
      #expect(result.exchange?.mean == "factors")
    }
  }

  @Test func adaptersThatBeganElsewhereAreAveragedByTheirProducts() throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      var round = try clients.round(0)
      let result = round.result(try round.similarities { _, _ in 0 }, .average, temperature: 1)
      #expect(result.exchange?.mean == "products")
      let overlaps: [Double?] = [0.5, 0, 0.5, 0]
      #expect(round.result(overlaps, .theoretical, temperature: 1).exchange?.mean == "factors")
      // Clients 0 and 2 have the seed of the own.
      var twoOfOneStart = try clients.round(0) { number, adapter in if number != 2 { adapter.baseDigest = "other" } }
      let similarities = try twoOfOneStart.similarities { _, _ in 0 }
      #expect(twoOfOneStart.result(similarities, .average, temperature: 1).exchange?.mean == "factors")
    }
  }

  @Test func eachAdapterCountsByTheTrustInIt() throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      let values = clients.adapters.map(\.values)
      func mean(_ change: (Int, inout Adapter) -> Void) throws -> (values: [Float], trust: [Double]) {
        var round = try clients.round(0, change)
        let similarities = try round.similarities { _, client in client == "client-2" ? 1 : 0 }
        let result = round.result(similarities, .weights, temperature: 0.5)
        return (result.values, try #require(result.exchange).trust)
      }
      // Clients 0 and 2 have the seed of the own.
      let ofFactors = try mean { number, adapter in if number != 2 { adapter.baseDigest = "other" } }
      #expect(ofFactors.trust[2] > 0.8)
      let weights = [ofFactors.trust[0], ofFactors.trust[2]]
      #expect(ofFactors.values == AdapterMean([values[0], values[2]], weights: weights).values)
      let ofProducts = try mean { _, _ in }
      let pairs = try #require(LowRankPair.all(in: clients.adapters[0].parameters))
      let fits = [AdapterSettings](repeating: Clients.settings, count: 4)
      let expected = AdapterMean(products: values, weights: ofProducts.trust, fits: fits, pairs: pairs).values
      #expect(ofProducts.trust[2] > 0.7 && ofProducts.values == expected)
    }
  }

  @Test(arguments: [Trust.validation, .predictions]) func twoGroupsOfClientsBecomeTwoBlocksOfTrust(trust: Trust) throws
  {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      for own in 0..<4 {
        var round = try clients.round(own)
        let scorer = clients.scorers[own]
        let similarities: [Double?]
        if trust == .validation {
          let split = try CalibrationSplit(scorer.data)
          similarities = try round.similarities { values, _ in -(try split.scores(scorer, parameters: values).nll) }
        } else {
          let compare = try round.ofPredictions(on: clients.scorers[0])
          similarities = try round.similarities { values, _ in try compare(values) }
        }
        let row = round.result(similarities, trust, temperature: 0.1).exchange!.trust
        let others = own < 2 ? [2, 3] : [0, 1]
        #expect(others.allSatisfy { row[$0] < 0.25 }, "\(own): \(row)")
        #expect(abs(row.reduce(0, +) - 1) < 1e-12)
      }
    }
  }

  @Test func hostileAdaptersAreLeftOutAndTheRoundGoesOn() throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      let attacks: [(reason: String, change: (inout Adapter) -> Void)] = [
        ("another base", { $0.baseDigest = "other" }),
        ("its classes are w, z, expected w, x, y, z", { $0.classNames = ["w", "z"] }),
        ("other names or shapes", { $0.parameters = ParameterTable() }),
        (
          "`alpha`",
          { adapter in
            var other = Clients.settings
            other.alpha = 99
            adapter.settings = (try? other.canonicalJSON) ?? ""
          }
        ),
        ("cannot be read", { $0.settings = "{}" }),
        ("not finite", { $0.values[0] = .nan }),
        ("times away", { adapter in adapter.values = adapter.values.map { 100 * $0 } }),
        ("times away", { adapter in adapter.values = adapter.values.map { $0 / 100 } }),
      ]
      for (reason, change) in attacks {
        var round = try clients.round(0) { number, adapter in if number == 1 { change(&adapter) } }
        let similarities = try round.similarities { _, _ in 0 }
        #expect(round.arrivals[1].reason.contains(reason), "\(round.arrivals[1].reason)")
        let row = try #require(round.result(similarities, .average, temperature: 1).exchange)
        #expect(row.trust[1] == 0 && row.trust[2] > 0.3 && row.reasons[1] == round.arrivals[1].reason)
      }
    }
  }

  @Test func anAdapterWithAnswersThatAreNotFiniteIsLeftOutUnlessItIsTheOwn() throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      func compared(_ code: Fault.Code, of client: String) throws -> ClientRound {
        var round = try clients.round(0)
        _ = try round.similarities { _, name in
          if name == client { throw Fault(code, "row 3", "its logits are not finite") }
          return 0
        }
        return round
      }
      let other = try compared(.internalError, of: "client-1")
      #expect(other.arrivals.map(\.reason) == ["", "its logits are not finite", "", ""])
      #expect(throws: Fault.self) { try compared(.internalError, of: "client-0") }
      #expect(throws: Fault.self) { try compared(.noInput, of: "client-1") }
    }
  }

  /// Stopped after any step, a round ends as if it had not been; an adapter without finite answers is scored once more,
  /// since a checkpoint does not hold the reason.
  @Test func aRoundGoesOnWhereItWasStopped() throws {
    try withTemporaryFolder { folder in
      let clients = try Clients(in: folder)
      func begin() throws -> ClientRoundRun {
        let round = try clients.round(0) { number, adapter in if number == 2 { adapter.baseDigest = "other" } }
        return ClientRoundRun(
          round,
          similarity: { values, client in
            if client == "client-1" { throw Fault(.internalError, "row 3", "its logits are not finite") }
            return Double(values[0])
          }, testMembership: { 0.75 })
      }
      var unbroken = try begin()
      try unbroken.finish()
      #expect(unbroken.total == 5 && unbroken.membership == 0.75 && unbroken.similarities[1...2] == [nil, nil])
      for stop in 1..<unbroken.total {
        var run = try stopped(begin, after: stop, in: folder)
        #expect(run.completed == 1)
        try run.finish()
        #expect(run.similarities == unbroken.similarities && run.membership == unbroken.membership)
        #expect(run.round.arrivals.map(\.reason) == unbroken.round.arrivals.map(\.reason))
      }
    }
  }

  /// Without factors there are no products to average, and parameters that began elsewhere cannot be averaged.
  @Test func anAdapterWithoutFactorsIsAveragedFromTheSameStartOnly() throws {
    var adapter = Adapter()
    adapter.parameters.append("base_model.model.score.weight", shape: [2, 2])
    (adapter.values, adapter.settings) = ([1, 2, 3, 4], try AdapterSettings().canonicalJSON)
    let own = OwnAdapter(adapter, AdapterSettings(), classNames: [])
    #expect(own.reason(against: adapter, largestRatio: 2) == nil)
    adapter.seed = 1
    #expect(own.reason(against: adapter, largestRatio: 2)?.contains("it began at other values") == true)
  }

  @Test func anAdapterWhoseFileCannotBeReadIsLeftOut() throws {
    let arrival = try Arrival("ben") { throw Fault(.noInput, "ben.h5", "there is no such file") }
    #expect(arrival.adapter == nil && arrival.reason == "ben.h5: there is no such file")
  }
}

extension ClientRound {
  /// [client] The similarities of all adapters of the round.
  fileprivate mutating func similarities(_ similarity: ([Float], _ client: String) throws -> Double) throws -> [Double?]
  {
    var result: [Double?] = []
    for number in arrivals.indices { result.append(try self.similarity(of: number, by: similarity)) }
    return result
  }
}

extension Clients {
  fileprivate init(scorers: [Scorer], adapters: [Adapter]) { (self.scorers, self.adapters) = (scorers, adapters) }
}
