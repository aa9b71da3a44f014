// Weights from similarities, and where clients end up that exchange what they have learnt again and again.
import Adapters
import Collaboration
import Faults
import JSON
import Testing

@Suite struct TrustTests {
  @Test func everyKindOfTrustSumsToOneAndLeavesOut() {
    let similarities: [Double?] = [0.2, nil, 0.9]
    for trust in Trust.allCases {
      let weights = trust.weights(similarities, own: 0, temperature: 0.5)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-15, "\(trust)")
      #expect(weights[1] == 0, "\(trust)")
    }
    #expect(Trust.none.weights(similarities, own: 2, temperature: 1) == [0, 0, 1])
    #expect(Trust.average.weights(similarities, own: 0, temperature: 1) == [0.5, 0, 0.5])
  }

  @Test func theTemperatureDividesTheSimilarities() {
    // softmax(log 1 / 2, log 9 / 2) = softmax(log 1, log 3).
    let similarities: [Double?] = [0, 2.1972245773362196]
    let weights = Trust.weights.weights(similarities, own: 0, temperature: 2)
    #expect(abs(weights[0] - 0.25) < 1e-12 && abs(weights[1] - 0.75) < 1e-12)
  }

  @Test func theUsualTemperatureIsThatOfTheKindOfSimilarity() {
    for trust in Trust.allCases {
      #expect(trust.usualTemperature == ([.validation, .predictions].contains(trust) ? 0.1 : 1), "\(trust)")
    }
  }

  @Test func theOverlapOfMixturesIsTheTrust() throws {
    let json: JSON = [
      "ann": ["rivers": 3, "towns": 1], "ben": ["rivers": 1, "towns": 1], "cem": ["birds": 2],
    ]
    let mixtures = try DataMixtures(json, path: "mixtures.json")
    let overlaps = try ["ann", "ben", "cem"].map { try mixtures.overlap("ann", $0) }
    #expect(overlaps == [0.625, 0.5, 0])
    #expect(Trust.theoretical.weights(overlaps, own: 0, temperature: 1) == [0.625 / 1.125, 0.5 / 1.125, 0])
    let fault = #expect(throws: Fault.self) { try mixtures.overlap("ann", "dan") }
    #expect(fault?.subject == "mixtures.json" && fault?.message.contains("dan") == true)
    #expect(throws: Fault.self) { try DataMixtures(["ann": ["rivers": -1]], path: "mixtures.json") }
    #expect(throws: Fault.self) { try DataMixtures(["ann": ["rivers": 0]], path: "mixtures.json") }
  }

  /// Clients with the losses |θ - cᵢ|² / 2 that take one gradient step η and then average: θ = (I - (1 - η) T)⁻¹ η T c.
  @Test(
    arguments: [
      ([[0.7, 0.3, 0], [0.3, 0.7, 0], [0, 0, 1]], [0.441176, 0.558824, 5]),
      ([[Double]](repeating: [1, 1, 1].map { $0 / 3 }, count: 3), [2, 2, 2]),
      ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 5]),
    ])
  func quadraticClientsReachTheFixedPoint(trust: [[Double]], expected: [Double]) {
    let (rate, goals) = (Float(0.2), [Float(0), 1, 5])
    var clients: [[Float]] = [[3], [-1], [0.5]]
    for _ in 0..<400 {
      let stepped = zip(clients, goals).map { [$0[0] - rate * ($0[0] - $1)] }
      clients = trust.map { AdapterMean(stepped, weights: $0).values }
    }
    for (client, expected) in zip(clients, expected) { #expect(abs(Double(client[0]) - expected) < 2e-6) }
  }
}
