// One round for one client: θᵢ ← Σⱼ Tᵢⱼ θⱼ over the adapters that have arrived (Wagner, Fan and Jaggi 2024,
// arXiv:2404.09753), with the trust T of `Trust`. Where clients began at different values, their products B A are averaged,
// since the published mean of factors with unrelated A's means nothing.
import Adapters
import Artifacts
import Faults
import JSON
import Training

/// What a client does with the adapters of a round.
package struct ClientRound {
  /// How the adapters are compared for `Trust.weights`.
  package enum Similarity: String, CaseIterable, Sendable {
    /// By their products B A.
    case products
    /// By the rows of their matrices, as published.
    case rows
  }

  /// The round's adapters, in the same order for all clients.
  package private(set) var arrivals: [Arrival]
  private let own: OwnAdapter
  private let index: Int

  /// The adapters of a round, of which number `index` is the client's own. Those that cannot be averaged with it are left
  /// out.
  package init(_ arrivals: [Arrival], own: OwnAdapter, index: Int, largestRatio: Double) {
    (self.arrivals, self.own, self.index) = (arrivals, own, index)
    for (number, arrival) in arrivals.enumerated() where number != index {
      guard let adapter = arrival.adapter,
        let reason = own.reason(against: adapter, largestRatio: largestRatio)
      else { continue }
      self.arrivals[number].leaveOut(reason)
    }
  }

  /// The similarity of adapter `number` to the client's own; nil if it is left out. One with answers that are not finite is
  /// left out here.
  ///
  /// - Throws: what `similarity` throws for the client's own adapter.
  package mutating func similarity(
    of number: Int, by similarity: ([Float], _ client: String) throws -> Double
  ) throws -> Double? {
    guard let adapter = arrivals[number].adapter else { return nil }
    do { return try similarity(adapter.values, arrivals[number].client) } catch let fault as Fault
      where number != index && fault.code == .internalError
    {
      arrivals[number].leaveOut(fault.message)
      return nil
    }
  }

  /// The similarity for `Trust.weights`.
  package func ofWeights(_ values: [Float], by similarity: Similarity) -> Double {
    switch similarity {
    case .products: own.geometry.cosine(own.adapter.values, values)
    case .rows: own.geometry.cosineOfRows(own.adapter.values, values)
    }
  }

  /// The similarity for `Trust.predictions`, on the data set of `scorer`.
  ///
  /// - Throws: `Fault` where the answers of the client's own adapter are not finite.
  package func ofPredictions(on scorer: Scorer) throws -> ([Float]) throws -> Double {
    let ownValues = own.adapter.values
    let answers = try SharedAnswers(scorer, ownValues)
    return { -answers.divergence(from: try $0 == ownValues ? answers : SharedAnswers(scorer, $0)) }
  }

  /// The client's adapter after the round, with the trust in `row`.
  ///
  /// The optimizer's moments stay those of the client's own adapter; `fit-adapters` keeps or resets them.
  package func result(_ similarities: [Double?], _ trust: Trust, temperature: Double) -> Adapter {
    let weights = trust.weights(similarities, own: index, temperature: temperature)
    var (result, row) = (own.adapter, Adapter.Exchange())
    (row.client, row.scheme, row.temperature) = (arrivals[index].client, trust.rawValue, temperature)
    (row.clients, row.reasons) = (arrivals.map(\.client), arrivals.map(\.reason))
    (row.trust, row.similarities) = (weights, similarities.map { trust.hasSimilarities ? $0 ?? .nan : .nan })
    if weights[index] < 1 { (result.values, row.mean) = mean(weights) }
    result.exchange = row
    return result
  }

  private func mean(_ weights: [Double]) -> (values: [Float], name: String) {
    let taken = zip(arrivals, weights).compactMap { arrival, weight in arrival.adapter.map { ($0, weight) } }
      .filter { $0.1 > 0 }
    let (members, weights) = (taken.map(\.0.values), taken.map(\.1))
    let shareStart = taken.allSatisfy { adapter, _ in
      (try? AdapterSettings(canonicalJSON: adapter.settings, subject: "")).map { own.sharesStart(with: adapter, $0) }
        == true
    }
    guard !shareStart, let pairs = LowRankPair.all(in: own.adapter.parameters) else {
      return (AdapterMean(members, weights: weights).values, "factors")
    }
    // All have the scales of the client's own.
    let fits = [AdapterSettings](repeating: own.fit, count: members.count)
    return (AdapterMean(products: members, weights: weights, fits: fits, pairs: pairs).values, "products")
  }
}
