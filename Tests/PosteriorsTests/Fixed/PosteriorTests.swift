// Point, dropout, ensemble and MultiSWAG: what they draw, and what they refuse.
import Adapters
import Artifacts
import Faults
import JSON
import Posteriors
import TestSupport
import Testing
import Transformers

private func adapter(seed: Int, settings: String = "{}", values: [Float] = [1, 2, 3, 4]) -> Adapter {
  var adapter = Adapter()
  (adapter.seed, adapter.settings, adapter.values) = (seed, settings, values.map { $0 + Float(seed) })
  return adapter
}

/// A fit with this dropout.
private func fit(dropout: Double) -> AdapterSettings {
  var fit = AdapterSettings()
  fit.dropout = dropout
  return fit
}

@Suite struct PosteriorTests {
  @Test func aPointEstimateIsItself() throws {
    let point = try FixedMembers.point(request([adapter(seed: 0)]))
    #expect(point.draw(group: 0, sample: 0).values == [1, 2, 3, 4])
    #expect(point.groups == 1 && point.samples == 1 && point.storedParameters == 4)
    #expect(throws: Fault.self) { try FixedMembers.point(request([adapter(seed: 0), adapter(seed: 1)])) }
    #expect(throws: Fault.self) { try FixedMembers.point(request([])) }
  }

  @Test func dropoutDrawsADifferentMaskForEachSample() throws {
    let dropout = try MCDropout(request([adapter(seed: 0)], fit: fit(dropout: 0.1)))
    let seeds = Set((0..<4).map { dropout.draw(group: 0, sample: $0).dropout!.seed })
    #expect(seeds.count == 4)
    #expect(dropout.draw(group: 0, sample: 0).dropout!.keepProbability == 0.9)
    #expect(
      try MCDropout(request([adapter(seed: 0)], dropout: 0.4, fit: fit(dropout: 0.1))).draw(group: 0, sample: 0)
        .dropout!
        .keepProbability == 0.6)
    #expect(throws: Fault.self) { try MCDropout(request([adapter(seed: 0)])) }
  }

  /// Dropout acts on the inputs of the adapters: without them the predictions are the base's, bit for bit.
  @Test func withEveryInputDroppedAnAdapterAddsNothing() throws {
    try TinyRun.open { run in
      let adapter = try run.fit { $0.dropout = 0.2 }
      let dropped = try run.predict("dropout", [adapter], Drawing(samples: 1, seed: 0, dropout: 1 - 1e-9))
      #expect(try dropped.logProbabilities == run.predict("base", []).logProbabilities)
      #expect(try dropped.logProbabilities != run.predict("point", [adapter]).logProbabilities)
    }
  }

  @Test func anEnsembleIsItsMembers() throws {
    let ensemble = try FixedMembers.ensemble(request([adapter(seed: 0), adapter(seed: 5)]))
    #expect(ensemble.groups == 2 && ensemble.samples == 1 && ensemble.storedParameters == 8)
    #expect(ensemble.draw(group: 1, sample: 0).values == [6, 7, 8, 9])
    #expect(try FixedMembers.ensemble(request([adapter(seed: 0)])).warnings == ["one member: no spread measured"])
  }

  @Test func membersOfEqualSeedOrOtherSettingsAreRefusedByName() throws {
    for second in [adapter(seed: 0), adapter(seed: 1, settings: #"{"rank":4}"#)] {
      let fault = #expect(throws: Fault.self) { try FixedMembers.ensemble(request([adapter(seed: 0), second])) }
      #expect(fault?.code == .configuration && fault?.subject == "file-1.h5")
    }
  }

  @Test(arguments: ["base", "soup", "ensemble", "full-ensemble"])
  func aCurvatureIsRefusedByMethodsThatDoNotReadIt(method: String) throws {
    let adapters = method == "base" ? [] : [adapter(seed: 0, settings: try AdapterSettings().canonicalJSON)]
    let request = try request(adapters + [Curvature()], method: method)
    let fault = #expect(throws: Fault.self) { try Catalogue.posterior(request) }
    #expect(fault?.code == .usage && fault?.subject == "`posterior`")
    #expect(fault?.message.contains("method \(method) takes") == true)
    #expect(fault?.message.contains("1 file of collect-curvature") == true)
  }

  @Test func multiSwagDrawsFromEachMemberWithItsOwnNoise() throws {
    let members = [sampleMoments(seed: 0), sampleMoments(seed: 1)]
    let multi = try Swag.multi(request(members, samples: 3))
    #expect(multi.groups == 2 && multi.samples == 3)
    let one = try Swag.lowRank(request([members[1]], samples: 3))
    #expect(multi.draw(group: 1, sample: 2).values == one.draw(group: 0, sample: 2).values)
    #expect(throws: Fault.self) { try Swag.multi(request([members[0], members[0]])) }
  }

  @Test func anUnknownMethodNamesTheKnownOnes() {
    let fault = #expect(throws: Fault.self) {
      try Catalogue.posterior(request([], method: "swagg"))
    }
    #expect(fault?.message.contains("swag-diagonal") == true && fault?.code == .usage)
  }
}
