// The long-running stages, each with a command of about six hundred steps: enough that a kill lands between the
// first and the last one on any machine.
import Artifacts
import TestSupport
import Testing

/// A stage that can be killed at any moment and resumed.
enum LongStage: String, CaseIterable, CustomTestStringConvertible {
  case fitAdapters = "fit-adapters"
  case collectSwag = "collect-swag"
  case collectChain = "collect-chain"
  case collectCurvature = "collect-curvature"
  case extractEnsemble = "extract-ensemble"
  case routeAdapters = "route-adapters"
  case samplePosterior = "sample-posterior"
  case indexAdapters = "index-adapters"
  case exchangeAdapters = "exchange-adapters"
  case predict
  case generateAnswers = "generate-answers"
  case judgeEntailment = "judge-entailment"

  var name: String { rawValue }
  var testDescription: String { rawValue }

  /// Makes the stage's inputs and returns its command, without `--output`.
  ///
  /// It uses all state of a checkpoint: dropout, the best epoch, the best moments, draws.
  func command(in shop: Workshop, steps: Int = 600, batchSize: Int = 3) throws -> [String] {
    // 24 examples in batches of 3 are 8 steps an epoch.
    let (epochs, batch) = ("\(max(1, steps / 8))", "\(batchSize)")
    switch self {
    case .fitAdapters:
      return shop.inputs + [
        "--rank", "2", "--epochs", epochs, "--batch-size", batch, "--dropout", "0.1", "--learning-rate", "0.003",
        "--keep-best",
      ]
    case .collectSwag:
      let adapter = try shop.fit("start.h5", "--batch-size", batch, "--dropout", "0.1")
      return shop.inputs + [
        "--adapter", adapter, "--epochs", epochs, "--collections", "\(min(40, steps / 4))", "--deviations", "5",
        "--anneal-epochs", "1", "--keep-best",
      ]
    case .collectChain:
      // Two gradients a transition.
      let adapter = try shop.fit("start.h5", "--rank", "2", "--parametrisation", "b-lora-xs")
      return shop.inputs + [
        "--adapter", adapter, "--steps", "2", "--warmup-transitions", "\(steps / 4)", "--draws", "\(max(1, steps / 4))",
      ]
    case .collectCurvature:
      // It passes over its examples once, sixteen per step: many steps need many examples.
      let count = try TokenizedSet.read(shop.tokens).examples(of: .train).count
      let many = try shop.tokens("many.h5") { $0 = $0.repeated(max(1, steps * 16 / count)) }
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: many)
      let adapter = try there.fit("start.h5", "--steps", "8")
      return there.inputs + [
        "--adapter", adapter, "--rank", "3", "--exact-width", "8", "--criterion", "calibration",
      ]
    case .extractEnsemble:
      let adapter = try shop.fit("start.h5", "--batch-size", batch)
      return shop.inputs + [
        "--adapter", adapter, "--members", "2", "--mutual-information", "0.1", "1", "--steps", "\(max(1, steps / 2))",
      ]
    case .routeAdapters:
      return shop.inputs + [
        "--library", try shop.library("library.h5", of: 3), "--examples", shop.tokens, "--epochs", epochs,
        "--batch-size", batch,
      ]
    case .samplePosterior:
      let moments = try shop.collect("moments.h5", from: shop.fit("start.h5"))
      return shop.inputs + ["--method", "swag", "--posterior", moments, "--samples", "\(steps)"]
    case .indexAdapters:
      // It embeds 256 rows a step, of two adapters.
      let many = try shop.manyTrainingRows(128 * steps)
      let there = Workshop(folder: shop.folder, base: shop.base, tokens: many)
      let adapters = try ["0", "1"].map { try there.fit("entry-\($0).h5", "--steps", "2", "--seed", $0) }
      return there.inputs + ["--adapters"] + adapters + ["--examples", many, many]
    case .exchangeAdapters:
      // It scores one adapter a step.
      let (own, other) = (try shop.fit("ann.h5"), try shop.fit("ben.h5", "--seed", "1", "--initialization-seed", "0"))
      let names = (0..<steps).map { "client-\($0)" }
      return shop.inputs + ["--adapter", own, "--client", names[0], "--trust", "validation", "--membership"]
        + ["--clients"] + names + ["--adapters"] + names.map { _ in other }
    case .predict:
      // It predicts 256 texts a step, with a run of its own.
      let there = Workshop(folder: shop.folder, base: shop.path("texts-base.h5"), tokens: shop.path("texts.h5"))
      let adapters = try there.fitTexts()
      try there.writeNewTexts(256 * steps)
      return there.inputs + [
        "--model", there.path("model"), "--method", "dropout", "--dropout", "0.1", "--samples", "1", "--posterior",
        adapters[0], "--new", there.path("new.csv"),
      ]
    case .judgeEntailment:
      // It judges 256 pairs a step: 32 texts of a question are 992 pairs.
      let there = Workshop(folder: shop.folder, base: shop.path("pairs-base.h5"), tokens: shop.path("pairs.h5"))
      let adapter = try there.fitPairs()
      return there.inputs + [
        "--model", there.path("model"), "--method", "dropout", "--dropout", "0.1", "--samples", "1", "--posterior",
        adapter, "--generated", try there.writeAnswers(steps * 256 / 992, texts: 32),
      ]
    case .generateAnswers:
      // All prompts are one step of a sample.
      let there = Workshop(folder: shop.folder, base: shop.path("decoder.h5"), tokens: shop.path("choices.h5"))
      try there.makeDecoder()
      let adapter = try there.fit("writer.h5", "--epochs", "1")
      return there.inputs + [
        "--model", there.path("model"), "--method", "dropout", "--dropout", "0.1", "--posterior", adapter,
        "--max-new-tokens", "3", "--samples", "\(steps)",
      ]
    }
  }

  /// A command for the stage that does not end within a test.
  func endlessCommand(in shop: Workshop) throws -> [String] {
    switch self {
    case .collectCurvature: return try command(in: shop, steps: 6000)
    case .extractEnsemble: return try command(in: shop, steps: 2_000_000)
    case .exchangeAdapters:
      let reference = try shop.manyTrainingRows(2000)
      return try command(in: shop) + ["--trust", "predictions", "--reference", reference]
    default: break
    }
    let command = try command(in: shop)
    guard let flag = command.firstIndex(where: { ["--epochs", "--samples", "--draws"].contains($0) }) else {
      return command
    }
    let many =
      [
        .samplePosterior: "50000", .predict: "200", .collectChain: "500000", .generateAnswers: "50000",
        .judgeEntailment: "200",
      ][self]
      ?? "2000000"
    return command[...flag] + [many] + command[(flag + 2)...]
  }

  /// The files beside an output that a killed process may leave although there is no checkpoint: rows of `predict`, which
  /// the next process writes again.
  func rowFiles(of output: String) -> Set<String> {
    self == .predict ? ["\(output).checkpoint.log_probabilities", "\(output).checkpoint.uncertainty"] : []
  }

  /// Number of steps done according to the checkpoint at `path`; nil if there is none.
  func step(of path: String) -> Int? {
    guard exists(path), let checkpoint = try? Checkpoint.read(path) else { return nil }
    return checkpoint.integers["step"] ?? checkpoint.integers["passes"] ?? checkpoint.integers["steps"]
  }
}
