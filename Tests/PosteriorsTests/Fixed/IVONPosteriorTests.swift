// IVON's Gaussian: its law, its degenerate case, and what it refuses.
import Adapters
import Artifacts
import Faults
import Posteriors
import TestSupport
import Testing

@Suite struct IVONPosteriorTests {
  /// An adapter of a random A (2, 1) and B (1, 2) with the given u.
  private func adapter(_ precision: [Float], seed: Int = 0) -> Adapter {
    var adapter = Adapter()
    adapter.parameters.append("base_model.model.x.lora_A.weight", shape: [2, 1])
    adapter.parameters.append("base_model.model.x.lora_B.weight", shape: [1, 2])
    (adapter.values, adapter.seed) = ([1, -2, 3, 4], seed)
    adapter.optimizer = .init(step: 9, firstMoment: [], secondMoment: precision)
    return adapter
  }

  private func fit(sampleSize: Double? = nil, examples: Int = 50) -> AdapterSettings {
    var (fit, ivon) = (AdapterSettings(), IVONSettings())
    ivon.givenSampleSize = sampleSize
    fit.optimizer = .ivon(settings: ivon)
    return fit.onExamples(examples)
  }

  func samplesAgreeWithTheGaussian(rule: DrawRule, sampleSize: Double?) throws {
    let precision: [Float] = [0.1, 0.5, 2, 8]
    let posterior = try IVONPosterior.single(
      request([adapter(precision)], samples: 40_000, draws: rule, fit: fit(sampleSize: sampleSize)))
    let covariance = (0..<4).map { row in
      (0..<4).map { $0 == row ? 1 / ((sampleSize ?? 50) * Double(precision[row])) : 0 }
    }
    try expectGaussian(posterior, mean: [1, -2, 3, 4], covariance: covariance)
  }

  @Test(arguments: [DrawRule.independent, .antithetic, .lattice], [nil, 1000.0])
  func theLawIsTheGaussian(rule: DrawRule, sampleSize: Double?) throws {
    try samplesAgreeWithTheGaussian(rule: rule, sampleSize: sampleSize)
  }

  @Test func severalFitsAreAMixtureOfTheirGaussians() throws {
    let files = [adapter([1, 1, 1, 1]), adapter([4, 4, 4, 4], seed: 3)]
    let several = try IVONPosterior.multi(request(files, fit: fit()))
    #expect((several.groups, several.samples, several.storedParameters) == (2, 4, 16))
    for (group, file) in files.enumerated() {
      let one = try IVONPosterior.single(request([file], fit: fit()))
      #expect(several.draw(group: group, sample: 2).values == one.draw(group: 0, sample: 2).values)
    }
  }

  @Test func aColderPosteriorThanThatOfTheDataHasARemark() throws {
    func posterior(_ sampleSize: Double?) throws -> IVONPosterior {
      try IVONPosterior.single(request([adapter([1, 1, 1, 1])], fit: fit(sampleSize: sampleSize)))
    }
    #expect(try posterior(nil).warnings.isEmpty && posterior(nil).details == ["temperature": 1])
    #expect(try posterior(1e4).details == ["temperature": 0.005])
    #expect(try posterior(1e4).warnings == ["a posterior at temperature 0.005: its sample size was given"])
  }

  @Test func filesOfOtherFitsAreRefusedByName() throws {
    for name in ["ivon", "ivon-mean", "multi-ivon"] {
      let fault = #expect(throws: Fault.self) {
        try Catalogue.posterior(request([adapter([1, 1, 1, 1])], method: name, fit: AdapterSettings()))
      }
      #expect(fault?.code == .configuration && fault?.subject == "file-0.h5" && fault?.hint.contains("ivon") == true)
    }
    let stripped = #expect(throws: Fault.self) { try IVONPosterior.single(request([adapter([])], fit: fit())) }
    #expect(stripped?.code == .data && stripped?.message.contains("curvature") == true)
  }
}
