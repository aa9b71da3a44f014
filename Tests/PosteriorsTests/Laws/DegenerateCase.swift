// Each method where nothing is left to spread, and what it must then predict: mostly what the point estimate predicts,
// which is in turn held to the untouched base.
import Adapters
import Artifacts
import Posteriors

/// A method without spread.
struct DegenerateCase: Sendable {
  /// The largest difference of two log-probabilities.
  var tolerance: Float = 0
  /// What the method predicts, and what it must predict: one sample for each example.
  let predictions: @Sendable (TinyRun) throws -> (found: Predictions, expected: Predictions)

  /// One for each name of the catalogue.
  static let all: [String: DegenerateCase] = [
    "base": untrained { try ($0.predict("base", []), $0.predict("point", [$1])) },
    "point": untrained { try ($0.predict("point", [$1]), $0.predict("base", [])) },
    "full": untrained(.full, tolerance: 1e-5) { try ($0.predict("full", [$1]), $0.predict("base", [])) },
    "full-ensemble": untrained(.full) { try ($0.predict("full-ensemble", [$1]), $0.predict("full", [$1])) },
    // The chance that a mask drops anything is nil: its complement rounds to 1.
    "dropout": ofPoint { try ($0.predict("dropout", [$1], Drawing(samples: 3, seed: 0, dropout: 1e-9)), $2) },
    "ensemble": ofPoint { try ($0.predict("ensemble", [$1]), $2) },
    "soup": ofPoint { try ($0.predict("soup", [$1]), $2) },
    "lora-ensemble": DegenerateCase { run in
      let one = try run.fit { $0.members = 1 }
      var same = one
      same.settings = try run.fit().settings
      return try (run.predict("lora-ensemble", [one]), run.predict("point", [same]))
    },
    "swa": ofSnapshotsThatStay("swa"),
    "aswa": ofSnapshotsThatStay("aswa", accept: .nll),
    "swad": ofSnapshotsThatStay("swad", accept: .swad),
    "dna": DegenerateCase { run in
      let loss = TrainingLoss.dna(weight: 0.1, draws: 2)
      let moments = try run.moments(loss: loss) { ($0.learningRate, $0.accept) = (1e-30, .swad) }
      let point = try run.fit { ($0.loss, $0.dropout) = (loss, 0.2) }
      return try (run.predict("dna", [moments]), run.predict("point", [point]))
    },
    "multiswa": ofSnapshotsThatStay("multiswa"),
    "swag": ofScaleZero("swag"),
    "swag-diagonal": ofScaleZero("swag-diagonal"),
    "multiswag": ofScaleZero("multiswag"),
    "hmc": ofPoint { run, adapter, point in
      var chain = try run.chain()
      chain.draws = (0..<chain.count).flatMap { _ in adapter.values }
      return try (run.predict("hmc", [chain]), point)
    },
    "tfb": ofNoNoise("tfb", .paper), "tfb-authors": ofNoNoise("tfb-authors", .authors),
    "extracted": ofEqualGates("extracted", isRandom: false),
    "extracted-random": ofEqualGates("extracted-random", isRandom: true),
    "laplace": ofFirmPrior("laplace"),
    "laplace-probit": ofFirmPrior("laplace-probit"),
    "laplace-sampled": ofFirmPrior("laplace-sampled"),
    "laplace-last-layer": ofFirmPrior("laplace-last-layer", .lastLayer),
    "laplace-exact": DegenerateCase(tolerance: 1e-4) { run in
      let curvature = try run.exactCurvature { $0.priorPrecision = 1e14 }
      return try (
        run.predict("laplace-exact", [curvature]), run.predict("point", [run.fit { $0.parametrisation = .frozenCores }])
      )
    },
    "retrieved": ofOneAdapter("retrieved"), "library-mixture": ofOneAdapter("library-mixture"),
    "adapter-mixture": ofOneAdapter("adapter-mixture"), "adapter-fusion": ofOneAdapter("adapter-fusion"),
    "adapter-soup": ofOneAdapter("adapter-soup"), "uniform": ofOneAdapter("uniform"),
    "random-gate": ofOneAdapter("random-gate"),
    "routed": ofPoint { run, _, point in
      try (run.predict("routed", [run.routed(run.library(of: 1))]), point)
    },
    "blob": ofZeroDeviation(.blob), "blob-mean": ofAnyDeviation(.blob),
    "me-lora": ofZeroDeviation(.meLoRA), "me-lora-mean": ofAnyDeviation(.meLoRA),
    "scalabl": ofZeroDeviation(.scalaBL), "scalabl-mean": ofAnyDeviation(.scalaBL),
    "rank-1": ofZeroDeviation(.rankOne),
    // Scales of 1 leave the factors as they are.
    "rank-1-mean": DegenerateCase { run in
      var adapter = try run.fit(.rankOne)
      var point = try run.fit()
      for entry in adapter.parameters.entries {
        let range = entry.offset..<entry.offset + entry.count
        if case .scale = entry.role { adapter.values.replaceSubrange(range, with: range.map { _ in 1 }) }
        guard let same = point.parameters[entry.module, entry.role] else { continue }
        point.values.replaceSubrange(same.offset..<same.offset + same.count, with: adapter.values[range])
      }
      return try (run.predict("rank-1-mean", [adapter]), run.predict("point", [point]))
    },
    // One member repels nobody, and with fast weights of 1 BatchEnsemble's only member is a point estimate.
    "repulsive": DegenerateCase { run in
      let one = try run.fit(coupling: .repulsion(strength: 1), members: 1)
      return try (run.predict("repulsive", [one]), run.predict("point", [run.fit()]))
    },
    "batch-ensemble": DegenerateCase(tolerance: 1e-5) { run in
      var one = try run.fit(coupling: .sharedFactors, members: 1)
      let point = try run.fit()
      for entry in one.parameters.entries {
        let range = entry.offset..<entry.offset + entry.count
        let factor = point.parameters[String(entry.module.dropFirst("members.0.".count)), entry.role]
        let values = factor.map { Array(point.values[$0.offset..<$0.offset + $0.count]) }
        one.values.replaceSubrange(range, with: values ?? .init(repeating: 1, count: entry.count))
      }
      return try (run.predict("batch-ensemble", [one]), run.predict("point", [point]))
    },
    "snapshots": ofOneCycle("snapshots"), "sghmc": ofOneCycle("sghmc", momentum),
    // At a density of 1 there is nothing to drop.
    "tickets": ofOneCycle("tickets", density: 1),
    "rank-masks": ofCertainMasks("rank-masks"), "rank-masks-mean": ofCertainMasks("rank-masks-mean"),
    "ivon": ofInfiniteCurvature("ivon"), "multi-ivon": ofInfiniteCurvature("multi-ivon"),
    "ivon-mean": DegenerateCase { run in
      let adapter = try run.fit(.ivon(settings: IVONSettings()))
      return try (run.predict("ivon-mean", [adapter]), run.predict("point", [adapter]))
    },
  ]

  /// TFB's noise at scale 0 is none.
  private static func ofNoNoise(_ method: String, _ rule: TFBSettings.ToleranceRule) -> DegenerateCase {
    DegenerateCase { run in
      let adapter = try run.bayesianized(by: rule)
      let drawing = Drawing(samples: 3, seed: 0, scale: 0)
      return try (run.predict(method, [adapter], drawing), run.predict("point", [adapter]))
    }
  }

  /// Without a reward for differences, gates that begin equal stay so, and every sub-model is the adapter.
  private static func ofEqualGates(_ method: String, isRandom: Bool) -> DegenerateCase {
    ofPoint { run, _, point in
      let adapter = try run.extracted {
        ($0.diversities, $0.spread, $0.isRandom) = ([0], 0, isRandom)
      }
      return try (run.predict(method, [adapter]), point)
    }
  }

  private typealias Pair = (found: Predictions, expected: Predictions)

  /// Before the first step of training, an adapter adds nothing to the base, and a whole model is the base. Its
  /// products are summed in another order than those with the base's packed matrices.
  private static func untrained(
    _ parametrisation: ParametrisationSettings? = nil, tolerance: Float = 0,
    _ pair: @escaping @Sendable (TinyRun, Adapter) throws -> Pair
  ) -> DegenerateCase {
    DegenerateCase(tolerance: tolerance) { run in
      try pair(run, run.fit(isTrained: false) { $0.parametrisation = parametrisation })
    }
  }

  /// A point estimate and its predictions.
  private static func ofPoint(
    _ pair: @escaping @Sendable (TinyRun, Adapter, Predictions) throws -> Pair
  ) -> DegenerateCase {
    DegenerateCase { run in
      let adapter = try run.fit()
      return try pair(run, adapter, run.predict("point", [adapter]))
    }
  }

  /// With a rate too small to change a number, all snapshots are the point estimate.
  private static func ofSnapshotsThatStay(
    _ name: String, accept: SwagSettings.Acceptance = .all
  ) -> DegenerateCase {
    ofPoint { run, _, point in
      let moments = try run.moments { ($0.learningRate, $0.accept) = (1e-30, accept) }
      return try (run.predict(name, [moments]), point)
    }
  }

  /// With the covariance times zero, SWAG is SWA.
  private static func ofScaleZero(_ name: String) -> DegenerateCase {
    DegenerateCase { run in
      let moments = try run.moments()
      let drawing = Drawing(samples: 3, seed: 0, scale: 0)
      return try (run.predict(name, [moments], drawing), run.predict("swa", [moments]))
    }
  }

  /// A prior of huge precision allows no other parameters than the point estimate's. The linearised network sums in
  /// another order than the network.
  private static func ofFirmPrior(
    _ name: String, _ parameters: CurvatureSettings.Parameters = .all
  ) -> DegenerateCase {
    DegenerateCase(tolerance: 1e-4) { run in
      let curvature = try run.curvature { ($0.priorPrecision, $0.parameters) = (1e14, parameters) }
      return try (run.predict(name, [curvature]), run.predict("point", [run.fit()]))
    }
  }

  /// In a library of one adapter there is nothing to choose.
  private static func ofOneAdapter(_ name: String) -> DegenerateCase {
    ofPoint { run, _, point in try (run.predict(name, [run.library(of: 1)]), point) }
  }

  /// SGHMC at temperature 0.
  private static var momentum: OptimizerSettings {
    var settings = SGHMCSettings()
    settings.temperature = 0
    return .sghmc(settings: settings)
  }

  /// The only snapshot of a single cycle is a point estimate whose rate has fallen by a cosine.
  private static func ofOneCycle(
    _ name: String, _ optimizer: OptimizerSettings? = nil, density: Double? = nil
  ) -> DegenerateCase {
    DegenerateCase { run in
      let cycle = try run.fit {
        ($0.optimizer, $0.cycles) = (optimizer, CycleSettings(count: 1))
        $0.sparsity = density.map { SparsitySettings(density: $0) }
        $0.sparsity?.interval = 1
      }
      let point = try run.fit { ($0.optimizer, $0.warmup, $0.decay) = (optimizer, 0, .cosine) }
      return try (run.predict(name, [cycle]), run.predict("point", [point]))
    }
  }

  /// Masks that certainly keep every rank leave nothing to draw.
  private static func ofCertainMasks(_ name: String) -> DegenerateCase {
    DegenerateCase { run in
      var adapter = try run.fit { $0.parametrisation = .rankMasks(prior: 0.5, temperature: 1) }
      for tensor in adapter.parameters.maskLogits {
        for place in tensor.offset..<tensor.offset + tensor.count { adapter.values[place] = 200 }
      }
      let other = name == "rank-masks" ? "rank-masks-mean" : "rank-masks"
      let drawing = Drawing(samples: 1, seed: 0)
      return try (run.predict(name, [adapter]), run.predict(other, [adapter], drawing))
    }
  }

  /// Where the curvature is infinite, IVON's Gaussian is its mean.
  private static func ofInfiniteCurvature(_ name: String) -> DegenerateCase {
    DegenerateCase { run in
      var adapter = try run.fit(.ivon(settings: IVONSettings()))
      for place in adapter.values.indices { adapter.optimizer.secondMoment[place] = .infinity }
      return try (run.predict(name, [adapter]), run.predict("ivon-mean", [adapter]))
    }
  }
}
