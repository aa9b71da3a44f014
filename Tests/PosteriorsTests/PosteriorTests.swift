// Point, dropout, ensemble and MultiSWAG: what they draw, and what they refuse.
import Adapters
import Artifacts
import Faults
import Posteriors
import TestSupport
import Testing
import Transformers

private func adapter(seed: Int, settings: String = "{}", values: [Float] = [1, 2, 3, 4]) -> Adapter {
  var adapter = Adapter()
  (adapter.seed, adapter.settings, adapter.values) = (seed, settings, values.map { $0 + Float(seed) })
  return adapter
}

private func request(_ adapters: [Adapter], samples: Int = 4, dropout: Double? = nil) -> PosteriorRequest {
  var request = PosteriorRequest(samples: samples, seed: 0, dropout: dropout)
  request.adapters = adapters.enumerated().map { ("adapter-\($0.offset).h5", $0.element) }
  return request
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
    let dropout = try MCDropout(request([adapter(seed: 0)]), trainedWith: 0.1)
    let seeds = Set((0..<4).map { dropout.draw(group: 0, sample: $0).dropout!.seed })
    #expect(seeds.count == 4)
    #expect(dropout.draw(group: 0, sample: 0).dropout!.keepProbability == 0.9)
    #expect(
      try MCDropout(request([adapter(seed: 0)], dropout: 0.4), trainedWith: 0.1).draw(group: 0, sample: 0).dropout!
        .keepProbability == 0.6)
    #expect(throws: Fault.self) { try MCDropout(request([adapter(seed: 0)]), trainedWith: 0) }
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
      #expect(fault?.code == .configuration && fault?.subject == "adapter-1.h5")
    }
  }

  @Test(arguments: ["base", "soup", "ensemble", "full-ensemble"])
  func aCurvatureIsRefusedByMethodsThatDoNotReadIt(method: String) throws {
    var request = request(method == "base" ? [] : [adapter(seed: 0, settings: try AdapterSettings().canonicalJSON)])
    request.curvatures = [("curvature.h5", Curvature())]
    let fault = #expect(throws: Fault.self) { try Catalogue.posterior(method, request, fit: AdapterSettings()) }
    #expect(fault?.code == .usage && fault?.subject == "--posterior")
    #expect(fault?.message.contains("method \(method) takes") == true)
    #expect(fault?.message.contains("1 of collect-curvature") == true)
  }

  @Test func multiSwagDrawsFromEachMemberWithItsOwnNoise() throws {
    let members = [sampleMoments(seed: 0), sampleMoments(seed: 1)]
    var both = PosteriorRequest(samples: 3, seed: 0)
    both.moments = members.enumerated().map { ("swag-\($0.offset).h5", $0.element) }
    let multi = try Swag.multi(both)
    #expect(multi.groups == 2 && multi.samples == 3)
    var one = both
    one.moments = [both.moments[1]]
    #expect(multi.draw(group: 1, sample: 2).values == (try Swag.lowRank(one)).draw(group: 0, sample: 2).values)
    both.moments[1].moments.seed = 0
    #expect(throws: Fault.self) { try Swag.multi(both) }
  }

  @Test func anUnknownMethodNamesTheKnownOnes() {
    let fault = #expect(throws: Fault.self) {
      try Catalogue.posterior("swagg", PosteriorRequest(samples: 1, seed: 0), fit: AdapterSettings())
    }
    #expect(fault?.message.contains("swag-diagonal") == true && fault?.code == .usage)
  }
}
