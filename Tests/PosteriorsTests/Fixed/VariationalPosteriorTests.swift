// The Gaussian of a variational adapter: its law, its degenerate case, and what it refuses.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct VariationalPosteriorTests {
  /// An adapter of a random A (2, 1), with the roots given, and a B.
  private func adapter(_ roots: [Float], seed: Int = 0) -> Adapter {
    var adapter = Adapter()
    adapter.parameters.append("base_model.model.x.lora_A.weight", shape: [2, 1])
    adapter.parameters.append("base_model.model.x.lora_B.weight", shape: [1, 2])
    adapter.parameters.append("base_model.model.x.lora_A.root", shape: [2, 1])
    (adapter.values, adapter.seed) = ([1, -2, 3, 4] + roots, seed)
    return adapter
  }

  private func posterior(
    _ adapter: Adapter, samples: Int = 5, seed: Int = 0, _ rule: DrawRule = .independent,
    _ method: VariationalSettings.Method = .blob
  ) throws -> VariationalPosterior {
    try VariationalPosterior(
      request([adapter], samples: samples, seed: seed, draws: rule, fit: fit(method)), method)
  }

  private func fit(_ method: VariationalSettings.Method?) -> AdapterSettings {
    var fit = AdapterSettings()
    fit.variational = method.map { VariationalSettings($0) }
    return fit
  }

  /// Before training, a deviation is 0.00184 on average: the integral of G² over G from 0.05 / √2 to 0.05.
  @Test(arguments: [(0.0019, true), (0.003, true), (0.001, true), (0.0038, false), (0.04, false), (0.0005, false)])
  func aPosteriorThatHasHardlyMovedIsRemarked(deviation: Double, isRemarked: Bool) throws {
    let root = Float(deviation.squareRoot())
    let remarks = try posterior(adapter([root, -root])).warnings
    #expect(remarks.count == (isRemarked ? 1 : 0))
    #expect(remarks.allSatisfy { $0.hasPrefix("nearly a point estimate: its standard deviations were 0.0018 ") })
  }

  @Test(arguments: DrawRule.allCases, VariationalSettings.Method.allCases)
  func samplesAgreeWithTheGaussian(rule: DrawRule, method: VariationalSettings.Method) throws {
    let adapter = adapter([0.5, -0.3])
    var covariance = [[Double]](repeating: .init(repeating: 0, count: 6), count: 6)
    (covariance[0][0], covariance[1][1]) = (0.0625, 0.0081)
    try expectGaussian(
      try posterior(adapter, samples: 40_000, rule, method), mean: adapter.values, covariance: covariance)
  }

  @Test func theRuleOfDrawingDecidesHowSamplesGoTogether() throws {
    // Two random tensors of one shape: their numbers are coordinates of one vector.
    var adapter = adapter([0.5, 0.5])
    adapter.parameters.append("base_model.model.y.lora_A.weight", shape: [2, 1])
    adapter.parameters.append("base_model.model.y.lora_A.root", shape: [2, 1])
    adapter.values += [1, -2, 0.5, 0.5]
    let random = [0, 1, 6, 7]
    func draws(_ rule: DrawRule) throws -> [[Float]] {
      let posterior = try posterior(adapter, samples: 8, rule)
      return (0..<8).map { posterior.draw(group: 0, sample: $0).values }
    }
    let pairs = try draws(.antithetic)
    for place in random {
      #expect(abs((pairs[2][place] + pairs[3][place]) / 2 - adapter.values[place]) < 1e-6)
    }
    #expect(try pairs[2] == draws(.independent)[2])
    let lattice = try draws(.lattice)
    for place in random {
      let strata = lattice.map { 0.5 * erfc(-Double(($0[place] - adapter.values[place]) * 4) / 2.0.squareRoot()) }
        .sorted()
      for (lower, upper) in zip(strata, strata.dropFirst()) { #expect(abs(upper - lower - 0.125) < 1e-4) }
    }
    for draw in lattice + pairs { #expect(draw[0] - adapter.values[0] != draw[6] - adapter.values[6]) }
  }

  @Test func aRuleOfDrawingIsRefusedWhereNoGaussianIsDrawn() throws {
    for rule in [DrawRule.antithetic, .lattice, .linearised] {
      func posterior(_ name: String, _ method: VariationalSettings.Method?) throws -> any Posterior {
        try Catalogue.posterior(request([adapter([1, 1])], method: name, draws: rule, fit: fit(method)))
      }
      for (name, method) in [("point", nil), ("ensemble", nil), ("blob-mean", VariationalSettings.Method.blob)] {
        let fault = #expect(throws: Fault.self) { try posterior(name, method) }
        #expect(fault?.code == .usage && fault?.subject == "`draws`" && fault?.message.contains(name) == true)
      }
      #expect(throws: Never.self) { try posterior("blob", .blob) }
    }
  }

  @Test func adaptersThatWereTrainedForAnotherMethodAreRefusedWithItsName() throws {
    var whole = AdapterSettings()
    whole.parametrisation = .full
    for (name, fit, method) in [
      ("point", fit(.blob), "blob"), ("ensemble", fit(.meLoRA), "me-lora"), ("blob", fit(.scalaBL), "scalabl"),
      ("scalabl", fit(.rankOne), "rank-1"),
      ("point", whole, "full"), ("soup", whole, "full"),
    ] {
      let fault = #expect(throws: Fault.self) {
        try Catalogue.posterior(request([adapter([1, 1])], method: name, fit: fit))
      }
      #expect(
        fault?.code == .configuration && fault?.subject == "file-0.h5" && fault?.hint == "use `method \(method)`")
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func withoutDeviationTheDrawsAreTheMean(method: VariationalSettings.Method) throws {
    let adapter = adapter([0, 0])
    let mean = try FixedMembers.variationalMean(request([adapter], fit: fit(method)), method)
    #expect(mean.draw(group: 0, sample: 0).values == adapter.values)
    for sample in 0..<3 {
      let drawn = try posterior(adapter, .independent, method).draw(group: 0, sample: sample)
      #expect(drawn.values == adapter.values)
    }
  }

  @Test func aSampleDependsOnTheSeedsAndItsNumberAlone() throws {
    let one = try posterior(adapter([0.5, 0.5])).draw(group: 0, sample: 1).values
    #expect(try posterior(adapter([0.5, 0.5]), samples: 9).draw(group: 0, sample: 1).values == one)
    #expect(try posterior(adapter([0.5, 0.5])).draw(group: 0, sample: 2).values != one)
    #expect(try posterior(adapter([0.5, 0.5]), seed: 1).draw(group: 0, sample: 1).values != one)
    #expect(try posterior(adapter([0.5, 0.5], seed: 1)).draw(group: 0, sample: 1).values != one)
  }

  @Test func aSavedAndLoadedFileDrawsTheSame() throws {
    try withTemporaryFolder { folder in
      let adapter = adapter([0.5, 0.1])
      try adapter.write(to: folder + "/a.h5", provenance: TinyExperiment.provenance)
      let loaded = try Adapter.read(folder + "/a.h5")
      #expect(
        try posterior(loaded).draw(group: 0, sample: 3).values == posterior(adapter).draw(group: 0, sample: 3).values)
    }
  }

  @Test func anAdapterOfAnotherMethodIsRefusedByName() throws {
    for method in [nil, VariationalSettings.Method.meLoRA] {
      let fault = #expect(throws: Fault.self) {
        try VariationalPosterior(request([adapter([1, 1])], fit: fit(method)), .blob)
      }
      #expect(fault?.code == .configuration && fault?.subject == "file-0.h5" && fault?.hint.contains("blob") == true)
      #expect(throws: Fault.self) {
        try FixedMembers.variationalMean(request([adapter([1, 1])], fit: fit(method)), .blob)
      }
    }
  }

  @Test func theMethodsAreInTheCatalogue() throws {
    for method in VariationalSettings.Method.allCases {
      for name in [method.rawValue, method.rawValue + "-mean"] {
        #expect(Catalogue.names.contains(name))
        #expect(
          try Catalogue.posterior(request([adapter([1, 1])], method: name, fit: fit(method))).storedParameters == 6)
      }
    }
  }

  @Test func fullModelsAreThoseOfTheirFilesAndAdaptersAreRefused() throws {
    var fit = fit(nil)
    fit.parametrisation = .full
    let both = [adapter([1, 2]), adapter([3, 4], seed: 1)]
    let ensemble = try Catalogue.posterior(request(both, method: "full-ensemble", fit: fit))
    #expect(ensemble.groups == 2 && ensemble.draw(group: 1, sample: 0).values.last == 4)
    let one = try Catalogue.posterior(request([both[0]], method: "full", fit: fit))
    #expect(one.groups == 1 && one.draw(group: 0, sample: 0).values == both[0].values)
    #expect(throws: Fault.self) { try Catalogue.posterior(request(both, method: "full", fit: fit)) }
    let fault = #expect(throws: Fault.self) {
      try Catalogue.posterior(request([adapter([1, 2])], method: "full"))
    }
    #expect(fault?.code == .configuration && fault?.subject == "file-0.h5")
  }

  @Test func oneSampleHasARemark() throws {
    #expect(try posterior(adapter([1, 1]), samples: 1).warnings == ["one sample: no spread measured"])
    #expect(try posterior(adapter([1, 1]), samples: 2).warnings.isEmpty)
  }

  @Test func swagRefusesToCollectFromAVariationalAdapter() throws {
    try withTemporaryFolder { folder in
      var settings = fit(.blob)
      (settings.rank, settings.epochs) = (2, 1)
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens, settings: settings, threads: 1)
      let run = try TrainingRun(scorer, settings, seed: 0)
      let fault = #expect(throws: Fault.self) {
        try SwagRun(scorer, from: try run.adapter(method: "blob"), fit: settings, SwagSettings())
      }
      #expect(fault?.code == .configuration)
    }
  }
}
