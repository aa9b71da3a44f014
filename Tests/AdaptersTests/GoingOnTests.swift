// Which settings decide what a vector means, so that adapters that differ in one of them cannot be averaged.
import Adapters
import Faults
import Testing

@Suite struct GoingOnTests {
  @Test func theDifferenceInMeaningIsNamed() throws {
    let changes: [(name: String, change: (inout AdapterSettings) -> Void)] = [
      ("rank", { $0.rank = 3 }), ("alpha", { $0.alpha = 3 }), ("rs-lora", { $0.rankStabilized = true }),
      ("ranks", { $0.ranks = ["query": 3] }), ("alphas", { $0.alphas = ["query": 3] }),
      ("parametrisation", { $0.parametrisation = .olora }), ("variational", { $0.variational = .init(.blob) }),
      ("precision", { $0.precision = .int8 }), ("pooling", { $0.pooling = .first }),
      ("head", { $0.dense = .init(activation: .tanh, isTrained: true) }), ("members", { $0.members = 2 }),
    ]
    for (name, change) in changes {
      var other = AdapterSettings()
      change(&other)
      let difference = try #require(AdapterSettings().difference(inMeaningFrom: other))
      #expect(difference.hasPrefix("its `\(name)` is "))
    }
  }

  /// Settings that say on how many examples a fit was, which flags do not say.
  static let counting: [@Sendable (Int?, inout AdapterSettings) -> Void] = [
    { count, settings in
      var ivon = IVONSettings()
      (ivon.curvature, ivon.examples) = (10, count)
      settings.optimizer = .ivon(settings: ivon)
    },
    { count, settings in
      var sghmc = SGHMCSettings()
      sghmc.examples = count
      settings.optimizer = .sghmc(settings: sghmc)
    },
    { count, settings in
      (settings.members, settings.coupling) = (2, .repulsion(strength: 3, examples: count))
    },
    { count, settings in settings.parametrisation = .rankMasks(prior: 0.8, temperature: 0.1, examples: count) },
  ]

  @Test(arguments: counting.indices) func theNumberOfExamplesIsNoShape(index: Int) throws {
    func settings(_ count: Int?) -> AdapterSettings {
      var settings = AdapterSettings()
      Self.counting[index](count, &settings)
      return settings
    }
    // The same command goes on, and so does one that says nothing of it.
    var expected = settings(7)
    expected.initializationSeed = 0
    for flags in [settings(nil), AdapterSettings()] {
      #expect(try flags.goingOn(from: settings(24), seed: 0, path: "start.h5").onExamples(7) == expected)
    }
    // Adapters of clients with other numbers of examples can be averaged.
    #expect(settings(24).difference(inMeaningFrom: settings(25)) == nil)
  }

  @Test func anotherOptimizerIsRefusedInWordsOfTheUser() {
    var (ivon, flags) = (AdapterSettings(), AdapterSettings())
    Self.counting[0](24, &ivon)
    Self.counting[1](nil, &flags)
    let fault = #expect(throws: Fault.self) { try flags.goingOn(from: ivon, seed: 0, path: "start.h5") }
    #expect(fault?.subject == "`optimizer`" && fault?.message == "found sghmc, but start.h5 has ivon")
    var masks = AdapterSettings()
    masks.parametrisation = .rankMasks(prior: 0.7, temperature: 0.1, examples: 24)
    var others = masks
    others.parametrisation = .rankMasks(prior: 0.8, temperature: 0.1, examples: 24)
    #expect(masks.difference(inMeaningFrom: others) == "its `mask-prior` is 0.8, expected 0.7")
  }

  /// The flag that differs is named, and not the one that it belongs to.
  @Test func aSettingOfTheSameOptimizerIsRefusedByItsOwnFlag() {
    typealias Change = (inout AdapterSettings) -> Void
    func sghmc(_ change: (inout SGHMCSettings) -> Void) -> OptimizerSettings {
      var settings = SGHMCSettings()
      change(&settings)
      return .sghmc(settings: settings)
    }
    let pairs: [(flag: String, message: String, start: Change, flags: Change)] = [
      (
        "friction", "found 0.3, but start.h5 has 0.2", { $0.optimizer = sghmc { $0.friction = 0.2 } },
        { $0.optimizer = sghmc { $0.friction = 0.3 } }
      ),
      (
        "temperature", "found 0.5, but start.h5 has 1.0", { $0.optimizer = sghmc { _ in } },
        { $0.optimizer = sghmc { $0.temperature = 0.5 } }
      ),
      ("optimizer", "found sghmc, but start.h5 has adamw", { _ in }, { $0.optimizer = sghmc { _ in } }),
      (
        "sampling-share", "found 0.5, but start.h5 has 0.1", { $0.cycles = CycleSettings(count: 3) },
        { $0.cycles = CycleSettings(count: 3, samplingShare: 0.5) }
      ),
      (
        "bases", "found 9, but start.h5 has 8", { $0.parametrisation = .nola(bases: 8, seed: 0) },
        { $0.parametrisation = .nola(bases: 9, seed: 0) }
      ),
      (
        "repulsion", "found 2.0, but start.h5 has 1.0", { $0.coupling = .repulsion(strength: 1, examples: 24) },
        { $0.coupling = .repulsion(strength: 2) }
      ),
      ("repulsion", "found 2.0, but start.h5 has none", { _ in }, { $0.coupling = .repulsion(strength: 2) }),
      ("precision", "found int8, but start.h5 has float32", { _ in }, { $0.precision = .int8 }),
    ]
    for pair in pairs {
      var (start, flags) = (AdapterSettings(), AdapterSettings())
      pair.start(&start)
      pair.flags(&flags)
      let fault = #expect(throws: Fault.self) { try flags.goingOn(from: start, seed: 0, path: "start.h5") }
      #expect(fault?.subject == "`\(pair.flag)`" && fault?.message == pair.message)
    }
  }

  @Test func howItWasTrainedIsNoDifferenceInMeaning() {
    var other = AdapterSettings()
    (other.epochs, other.learningRate, other.batchSize, other.dropout, other.layers) = (9, 0.5, 3, 0.1, [1])
    #expect(AdapterSettings().difference(inMeaningFrom: other) == nil)
  }
}
