// A run of the pipeline in small: the files that the catalogue's methods are made from, and predictions from them, all
// within one process.
import Adapters
import Artifacts
import Posteriors
import TestSupport
import Testing
import Training

/// A tiny experiment of letters, on a number of threads.
struct TinyRun {
  let folder: String
  let experiment: TinyExperiment
  /// The questions, repeated.
  let tokens: TokenizedSet
  let batchSize: Int
  let threads: Int

  /// Hands a run without files to `body`.
  ///
  /// - Parameter copies: how often the questions are repeated, and the batches enlarged.
  static func open<Result>(
    threads: Int = 1, copies: Int = 1, _ body: (TinyRun) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      return try body(
        TinyRun(
          folder: folder, experiment: experiment, tokens: experiment.tokens.repeated(copies), batchSize: 8 * copies,
          threads: threads))
    }
  }

  /// The files of a method: of two members where it takes one file for each.
  func files(of method: Method) throws -> [any PosteriorFile] {
    guard let files = method.files else { return [] }
    return try (files.contains("%") ? [files.replacing("%", with: "0"), files.replacing("%", with: "1")] : [files])
      .map(file)
  }

  /// The file of that name in a run, such as `swag/0`.
  private func file(_ name: String) throws -> any PosteriorFile {
    let seed = try #require(Int(name.suffix(1)), "\(name) does not end in a member's number")
    switch String(name.dropLast(2)) {
    case "adapters/point": return try fit(seed: seed)
    case "adapters/dropout": return try fit { $0.dropout = 0.2 }
    case "adapters/lora-ensemble": return try fit { $0.members = 2 }
    case "adapters/full": return try fit(seed: seed) { $0.parametrisation = .full }
    case "adapters/blob", "adapters/me-lora", "adapters/scalabl", "adapters/rank-1":
      return try fit(VariationalSettings.Method(rawValue: String(name.dropFirst("adapters/".count).dropLast(2)))!)
    case "adapters/batch-ensemble": return try fit(coupling: .sharedFactors)
    case "adapters/repulsive": return try fit(coupling: .repulsion(strength: 1))
    case "adapters/snapshots": return try fit { $0.cycles = CycleSettings(count: 2) }
    case "adapters/tickets":
      return try fit {
        ($0.cycles, $0.sparsity) = (CycleSettings(count: 2, exploration: 0.3), SparsitySettings(density: 0.5))
        $0.sparsity?.interval = 2
      }
    case "adapters/sghmc":
      return try fit {
        ($0.optimizer, $0.cycles) = (.sghmc(settings: SGHMCSettings()), CycleSettings(count: 2, snapshots: 2))
      }
    case "adapters/rank-masks":
      return try fit { $0.parametrisation = .rankMasks(prior: 0.7, temperature: 0.5) }
    case "adapters/ivon": return try fit(.ivon(settings: IVONSettings()), seed: seed)
    case "swag": return try moments(seed: seed)
    case "aswa": return try moments(seed: seed) { $0.accept = .nll }
    case "swad": return try moments(seed: seed) { $0.accept = .swad }
    case "dna": return try moments(loss: .dna(weight: 0.1, draws: 2)) { $0.accept = .swad }
    case "chain": return try chain(seed: seed)
    case "tfb": return try bayesianized()
    case "tfb/authors": return try bayesianized(by: .authors)
    case "extracted": return try extracted()
    case "extracted/random": return try extracted { $0.isRandom = true }
    case "curvature/all": return try curvature()
    case "library": return try library()
    case "library/routed": return try routed(library())
    case "curvature/last-layer": return try curvature { $0.parameters = .lastLayer }
    case "curvature/exact": return try exactCurvature()
    default:
      Issue.record("no test makes \(name), which the catalogue has a method for: add a case to TinyRun.file")
      return try fit()
    }
  }

  func scorer(_ settings: AdapterSettings) throws -> Scorer {
    try Scorer(
      experiment.architecture, base: experiment.base, data: tokens, settings: settings, threads: threads)
  }

  /// An adapter after three epochs, or before its first step.
  func fit(
    seed: Int = 0, isTrained: Bool = true, _ change: (inout AdapterSettings) -> Void = { _ in }
  ) throws -> Adapter {
    var settings = AdapterSettings.tiny(batchSize: batchSize, epochs: 3)
    change(&settings)
    var run = try TrainingRun(scorer(settings), settings, seed: seed)
    if isTrained { try run.finish() }
    var adapter = try run.adapter(method: "point")
    adapter.baseDigest = experiment.base.digest
    return adapter
  }

  /// An adapter of a variational method.
  func fit(_ method: VariationalSettings.Method) throws -> Adapter {
    try fit {
      $0.variational = VariationalSettings(method)
      $0.parametrisation = $0.variational?.parametrisation
    }
  }

  /// Two members that are coupled.
  func fit(coupling: MemberCoupling, members: Int = 2) throws -> Adapter {
    try fit {
      ($0.members, $0.coupling) = (members, coupling)
      $0.parametrisation = coupling == .sharedFactors ? .diagonalCores : nil
    }
  }

  /// An adapter of another optimizer, at a rate of gradient descent.
  func fit(_ optimizer: OptimizerSettings, seed: Int = 0) throws -> Adapter {
    try fit(seed: seed) { ($0.optimizer, $0.learningRate) = (optimizer, 0.1) }
  }

  /// The moments of five snapshots that follow a point estimate, which was fitted with `loss`.
  func moments(
    seed: Int = 0, loss: TrainingLoss? = nil, _ change: (inout SwagSettings) -> Void = { _ in }
  ) throws -> SwagMoments {
    var settings = SwagSettings()
    (settings.collections, settings.deviations) = (5, 3)
    change(&settings)
    let adapter = try fit(seed: seed) { ($0.loss, $0.dropout) = (loss, loss == nil ? 0 : 0.2) }
    let fit = try adapter.fit("point")
    var run = try SwagRun(scorer(fit), from: adapter, fit: fit, settings)
    try run.finish()
    var moments = try run.moments()
    moments.baseDigest = experiment.base.digest
    return moments
  }

  /// Three draws of a chain that starts near a point estimate.
  func chain(seed: Int = 0) throws -> Chain {
    var settings = ChainSettings()
    (settings.warmup, settings.draws, settings.steps) = (2, 3, 3)
    let adapter = try fit(seed: seed)
    let fit = try adapter.fit("point")
    var run = try ChainRun(scorer(fit), from: adapter, fit: fit, settings)
    try run.finish()
    var chain = try run.file()
    chain.baseDigest = experiment.base.digest
    return chain
  }

  /// A point estimate with the scale of TFB's noise.
  func bayesianized(by rule: TFBSettings.ToleranceRule = .paper) throws -> Adapter {
    var settings = TFBSettings()
    settings.rule = rule == .paper ? nil : rule
    (settings.samples, settings.iterations, settings.largest) = (2, 3, 0.5)
    let adapter = try fit()
    let fit = try adapter.fit("point")
    var run = try TFBSearch(scorer(fit), adapter, fit: fit, settings, path: "point")
    try run.finish()
    return try run.bayesianized()
  }

  /// Two sub-models of a point estimate.
  func extracted(_ change: (inout ExtractionSettings) -> Void = { _ in }) throws -> Adapter {
    var settings = ExtractionSettings()
    (settings.members, settings.diversities) = (2, [0.1, 1])
    change(&settings)
    let adapter = try fit()
    let fit = try adapter.fit("point")
    var run = try ExtractionRun(scorer(fit), adapter, fit: fit, settings, path: "point")
    try run.finish()
    return try run.extracted()
  }

  /// The curvature around a point estimate.
  func curvature(_ change: (inout CurvatureSettings) -> Void = { _ in }) throws -> Curvature {
    var settings = CurvatureSettings()
    change(&settings)
    let adapter = try fit()
    let fit = try adapter.fit("point")
    var run = try CurvatureRun(scorer(fit), from: adapter, fit: fit, settings, availableMemory: .max)
    try run.finish()
    var curvature = try run.curvature().file
    curvature.baseDigest = experiment.base.digest
    return curvature
  }

  /// The exact curvature around a point estimate of small cores.
  func exactCurvature(_ change: (inout CurvatureSettings) -> Void = { _ in }) throws -> Curvature {
    var settings = CurvatureSettings()
    settings.parameters = .exact
    change(&settings)
    let adapter = try fit { $0.parametrisation = .frozenCores }
    let fit = try adapter.fit("point")
    var run = try ExactCurvatureRun(scorer(fit), from: adapter, fit: fit, settings, availableMemory: .max)
    try run.finish()
    var curvature = try run.curvature()
    curvature.baseDigest = experiment.base.digest
    return curvature
  }

  /// The predictions of the method `name` from these files; three draws unless told otherwise.
  func predict(_ name: String, _ files: [any PosteriorFile], _ drawing: Drawing = .threeDraws) throws -> Predictions {
    let named = files.enumerated().map { (path: "file-\($0.offset).h5", file: $0.element) }
    guard let first = named.first else {
      return try predict(name, PosteriorFiles(reading: [], base: experiment.base))
    }
    return try predict(name, PosteriorFiles(named, fit: first.file.fit(first.path)), drawing)
  }

  /// The predictions of the method `name` from files as `sample-posterior` reads them.
  func predict(_ name: String, _ files: PosteriorFiles, _ drawing: Drawing = .threeDraws) throws -> Predictions {
    let scorer = try scorer(files.fit)
    let request = PosteriorRequest(name, files, drawing, parameterCount: scorer.parameters.count)
    var prediction = try Catalogue.posterior(request).prediction(on: scorer, versions: nil)
    try prediction.finish()
    return prediction.predictions()
  }
}

extension Drawing {
  /// Three draws with the seed 0.
  static let threeDraws = Drawing(samples: 3, seed: 0)
}
