// Rank masks as a posterior: draws keep a rank as often as was learnt, a draw is an adapter without the ranks that it
// drops, and adapters without masks are refused.
import Adapters
import Artifacts
import Faults
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing

@Suite struct RankMaskPosteriorTests {
  private func masks(_ run: TinyRun) throws -> Adapter {
    try run.fit { $0.parametrisation = .rankMasks(prior: 0.7, temperature: 0.5) }
  }

  @Test func drawsKeepRanksByTheirProbabilities() throws {
    try TinyRun.open { run in
      let adapter = try masks(run)
      let posterior = try RankMaskPosterior(request([adapter], samples: 4000, fit: adapter.fit("file")))
      let places = adapter.parameters.maskLogits.flatMap { $0.offset..<$0.offset + $0.count }
      var counts = [Int: Int]()
      for sample in 0..<4000 {
        let values = posterior.draw(group: 0, sample: sample).values
        for place in places where values[place] == .infinity { counts[place, default: 0] += 1 }
        if sample == 0 {
          #expect(values.indices.allSatisfy { places.contains($0) || values[$0] == adapter.values[$0] })
        }
      }
      for place in places {
        let share = 1 / (1 + exp(-Double(adapter.values[place])))
        #expect(abs(Double(counts[place] ?? 0) / 4000 - share) < 5 * (share * (1 - share) / 4000).squareRoot())
      }
      #expect(places.count > 4 && posterior.groups == 1 && posterior.storedParameters == adapter.values.count)
    }
  }

  /// With all masks at 1 it is B A, and with all at 0 the base.
  @Test func aMaskKeepsOrDropsARank() throws {
    try TinyRun.open { run in
      let adapter = try masks(run)
      func predictions(_ logit: Float) throws -> Predictions {
        var certain = adapter
        for tensor in adapter.parameters.maskLogits {
          for place in tensor.offset..<tensor.offset + tensor.count { certain.values[place] = logit }
        }
        return try run.predict("rank-masks-mean", [certain])
      }
      #expect(try predictions(-200).logProbabilities == run.predict("base", []).logProbabilities)
      var plain = adapter
      plain.parameters = try run.fit(isTrained: false).parameters
      plain.settings = try run.fit(isTrained: false).settings
      plain.values = plain.parameters.entries.flatMap { entry in
        let own = adapter.parameters[entry.module, entry.role]!
        return adapter.values[own.offset..<own.offset + own.count]
      }
      let (all, expected) = (try predictions(200), try run.predict("point", [plain]))
      #expect(zip(all.logProbabilities, expected.logProbabilities).allSatisfy { $0 == $1 || abs($0 - $1) < 1e-5 })
    }
  }

  @Test func adaptersWithoutMasksAreRefusedByName() throws {
    for name in ["rank-masks", "rank-masks-mean"] {
      let fault = #expect(throws: Fault.self) {
        try Catalogue.posterior(request([Adapter()], method: name, fit: AdapterSettings()))
      }
      #expect(fault?.code == .configuration && fault?.hint.contains("rank-masks") == true)
    }
  }
}
