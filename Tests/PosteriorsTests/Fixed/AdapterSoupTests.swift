// AdapterSoup: factors where the initialisation is shared, products cut to the best approximation otherwise.
import Adapters
import Arrays
import Artifacts
import Faults
import JSON
import Posteriors
import Testing

/// An adapter of one module with A (rank, inputs), B (outputs, rank) and a head of one number.
private func adapter(
  seed: Int, a: [Float], b: [Float], head: Float = 0, rank: Int, change: (inout AdapterSettings) -> Void = { _ in }
) throws -> Adapter {
  var settings = AdapterSettings()
  (settings.rank, settings.alpha) = (rank, Double(rank))
  change(&settings)
  var adapter = Adapter()
  adapter.parameters.append("base_model.model.x.lora_A.weight", shape: [rank, a.count / rank])
  adapter.parameters.append("base_model.model.x.lora_B.weight", shape: [b.count / rank, rank])
  adapter.parameters.append("base_model.model.score.bias", shape: [1])
  (adapter.seed, adapter.settings, adapter.values) = (seed, try settings.canonicalJSON, a + b + [head])
  return adapter
}

private func soup(_ adapters: [Adapter]) throws -> FixedMembers {
  try FixedMembers.soup(request(adapters, method: "soup"))
}

/// B A (outputs, inputs) of a vector.
private func product(_ values: [Float], rank: Int, inputs: Int, outputs: Int) -> [Double] {
  let (a, b) = (values[..<(rank * inputs)], values[(rank * inputs)..<(rank * (inputs + outputs))])
  return (0..<outputs * inputs).map { place in
    let (row, column) = place.quotientAndRemainder(dividingBy: inputs)
    return (0..<rank).reduce(0) {
      $0 + Double(b[b.startIndex + row * rank + $1]) * Double(a[a.startIndex + $1 * inputs + column])
    }
  }
}

@Suite struct AdapterSoupTests {
  @Test func aSoupOfOneAdapterIsThatAdapter() throws {
    let one = try adapter(seed: 3, a: [1, 2, 0.1], b: [0.3, 5], head: 7, rank: 1)
    let soup = try soup([one])
    #expect(soup.draw(group: 0, sample: 0).values.map(\.bitPattern) == one.values.map(\.bitPattern))
    #expect(soup.groups == 1 && soup.samples == 1 && soup.storedParameters == 6 && soup.warnings.count == 1)
  }

  @Test func factorsAreAveragedWhereTheInitializationIsShared() throws {
    let members = try [0, 1].map { seed in
      try adapter(seed: seed, a: [1, Float(seed)], b: [Float(2 * seed), 3], head: Float(4 * seed), rank: 1) {
        $0.initializationSeed = 0
      }
    }
    let soup = try soup(members)
    #expect(soup.draw(group: 0, sample: 0).values == [1, 0.5, 1, 3, 2] && soup.warnings.isEmpty)
  }

  /// Whatever their seeds, OLoRA's members begin at the base's first factors, and b-lora-xs's have them in common.
  @Test(arguments: [ParametrisationSettings.olora, .frozenCores])
  func parametrisationsThatStartAtTheBaseAverageTheirFactors(parametrisation: ParametrisationSettings) throws {
    let members = try [0, 1].map { seed in
      try adapter(seed: seed, a: [1, Float(seed)], b: [Float(2 * seed), 3], head: Float(4 * seed), rank: 1) {
        $0.parametrisation = parametrisation
      }
    }
    let soup = try soup(members)
    #expect(soup.draw(group: 0, sample: 0).values == [1, 0.5, 1, 3, 2] && soup.warnings.isEmpty)
  }

  @Test func anAdapterTwiceAndOneOfAnotherParametrisationAreRefused() throws {
    let one = try adapter(seed: 0, a: [1, 2], b: [3, 4], rank: 1)
    let other = try adapter(seed: 1, a: [1, 2], b: [3, 4], rank: 1) { $0.parametrisation = .olora }
    for (second, reason) in [(one, "file-0.h5 once more"), (other, "another parametrisation than file-0.h5")] {
      let fault = #expect(throws: Fault.self) { try soup([one, second]) }
      #expect(fault?.code == .configuration && fault?.subject == "file-1.h5")
      #expect(fault?.message.contains(reason) == true)
    }
  }

  @Test func adaptersOfDifferentScalesAreAveragedAsScaledProducts() throws {
    let members = try [1.0, 3].map { alpha in try adapter(seed: 0, a: [3, 4], b: [1, 2], rank: 1) { $0.alpha = alpha } }
    let values = try soup(members).draw(group: 0, sample: 0).values
    for (mine, expected) in zip(product(values, rank: 1, inputs: 2, outputs: 2), [6.0, 8, 12, 16]) {
      #expect(abs(mine - expected) < 1e-5)
    }
  }

  @Test func theSameSeedOnOtherDataIsASharedInitializationToo() throws {
    var members = try [0, 0].map { try adapter(seed: $0, a: [1, 2], b: [3, 4], rank: 1) }
    (members[1].values, members[1].tokensDigest) = ([3, 4, 5, 6, 1], "others")
    #expect(try soup(members).draw(group: 0, sample: 0).values == [2, 3, 4, 5, 0.5])
  }

  /// Nobody knows where adapters of PEFT began, whatever seed they are given.
  @Test func importedAdaptersAreAveragedByTheirProducts() throws {
    let members = try [0, 1].map { member in
      try adapter(seed: 0, a: [3, Float(4 - 4 * member)], b: [1, 2], rank: 1) { $0.isImported = true }
    }
    let soup = try soup(members)
    #expect(soup.warnings.first?.contains("mean of 2 products") == true)
    let mean = product(soup.draw(group: 0, sample: 0).values, rank: 1, inputs: 2, outputs: 2)
    for (mine, expected) in zip(mean, [3.0, 2, 6, 4]) {
      #expect(abs(mine - expected) < 1e-5)
    }
  }

  /// Fits that went on from one and the same adapter began at its values.
  @Test(arguments: [("one", "one", true), ("one", "another", false), (nil, "one", false)])
  func importedAdaptersThatWentOnFromOneAverageTheirFactors(first: String?, second: String?, areAlike: Bool) throws {
    let members = try [first, second].enumerated().map { member, start in
      try adapter(seed: member, a: [3, Float(4 - 4 * member)], b: [1, 2], rank: 1) {
        ($0.isImported, $0.importedStart) = (true, start)
      }
    }
    let soup = try soup(members)
    #expect(soup.warnings.isEmpty == areAlike)
    #expect((soup.draw(group: 0, sample: 0).values == [3, 2, 1, 2, 0]) == areAlike)
  }

  /// Two products with one column space: their mean has rank 1, and nothing is lost. A mean of factors would give
  /// another product.
  @Test func aMeanOfProductsThatFitsTheRankIsExact() throws {
    let members = [
      try adapter(seed: 0, a: [3, 4], b: [1, 2], head: 1, rank: 1),
      try adapter(seed: 1, a: [1, 0], b: [2, 4], head: 2, rank: 1),
    ]
    let values = try soup(members).draw(group: 0, sample: 0).values
    for (mine, expected) in zip(product(values, rank: 1, inputs: 2, outputs: 2), [2.5, 2, 5, 4]) {
      #expect(abs(mine - expected) < 1e-6)
    }
    #expect(values[4] == 1.5)
  }

  @Test(arguments: [1.0, 3]) func otherProductsAreCutToTheBestOfTheirRank(alpha: Double) throws {
    let (rank, inputs, outputs) = (2, 5, 4)
    let stream = RandomStream(seed: 9, purpose: .test)
    let members = try (0..<3).map { member in
      let draws = (0..<rank * (inputs + outputs)).map { stream.uniform(100 * member + $0) - 0.5 }
      return try adapter(
        seed: member, a: Array(draws[..<(rank * inputs)]), b: Array(draws[(rank * inputs)...]), rank: rank
      ) { if member == 2 { $0.alpha *= alpha } }
    }
    let parts = members.map { product($0.values, rank: rank, inputs: inputs, outputs: outputs) }
    let mean = parts[0].indices.map { (parts[0][$0] + parts[1][$0] + alpha * parts[2][$0]) / 3 }
    let dense = ThinSVD(mean, rows: outputs, columns: inputs)
    let made = try soup(members)
    let mine = product(made.draw(group: 0, sample: 0).values, rank: rank, inputs: inputs, outputs: outputs)
    for place in mine.indices {
      let (row, column) = place.quotientAndRemainder(dividingBy: inputs)
      let best = (0..<rank).reduce(0) { $0 + dense.values[$1] * dense.left[$1][row] * dense.right[$1][column] }
      #expect(abs(mine[place] - best) < 1e-6)
    }
    let squares = dense.values.map { $0 * $0 }
    let share = 100 * (squares[0] + squares[1]) / squares.reduce(0, +)
    #expect(made.warnings[0].contains(share.formatted(1)))
  }

  @Test func vectorsWithoutFactorsHaveNoProductToAverage() throws {
    var members = try [0, 1].map { try adapter(seed: $0, a: [1, 2], b: [3, 4], rank: 1) }
    for index in members.indices {
      members[index].parameters = ParameterTable()
      members[index].parameters.append("base_model.model.x.coefficients", shape: [5])
    }
    let fault = #expect(throws: Fault.self) { try soup(members) }
    #expect(fault?.code == .configuration && fault?.subject == "file-0.h5")
    #expect(throws: Fault.self) { try soup([]) }
  }
}
