// Predicts the blocks of one shard, one after the other. What is done lies in files beside the output, so that neither
// memory nor checkpoints grow with the number of texts.
import Artifacts
import Faults
import Files
import Posteriors
import Tasks
import Training

/// The prediction of one shard.
struct ForecastRun: Resumable {
  private let texts: NewTextWording
  private let posterior: any Posterior
  private let scorer: Scorer
  private let logProbabilities: RowSpool
  private let uncertainty: RowSpool
  private let rows: NewTexts
  /// The block of the file that `rows` is at.
  private var position = 0
  /// What is known of the shard; complete when all steps are done.
  private(set) var header: ForecastHeader
  /// Blocks of the shard that are done.
  private(set) var completed = 0

  /// A run before its first block.
  ///
  /// - Throws: `Fault` where the texts cannot be read or the files beside `output` cannot be written.
  init(
    _ texts: NewTextWording, _ posterior: any Posterior, _ scorer: Scorer, _ header: ForecastHeader, output: String
  ) throws {
    (self.texts, self.posterior, self.scorer, self.header) = (texts, posterior, scorer, header)
    rows = try texts.open()
    logProbabilities = try RowSpool("\(output).checkpoint.log_probabilities", width: header.choices)
    uncertainty = try RowSpool("\(output).checkpoint.uncertainty", width: ForecastRows.Measure.allCases.count)
  }

  var total: Int { header.ownBlocks }
  var note: String { "" }

  mutating func advance() throws {
    let block = try tokens(ofBlock: header.block(ofShard: completed))
    let forecasts = try posterior.forecast(block.set, by: scorer, choices: header.choices)
    let row = header.rows(inFirst: completed)
    try logProbabilities.write(forecasts.logProbabilities, atRow: row)
    try uncertainty.write(forecasts.uncertainty, atRow: row)
    header.truncated += block.truncated
    completed += 1
  }

  /// The tokens of a block of the file, after those of earlier calls.
  private mutating func tokens(ofBlock index: Int) throws -> (set: TokenizedSet, truncated: Int) {
    while position < index {
      _ = try rows.next(header.blockRows)
      position += 1
    }
    position += 1
    return try texts.tokens(of: rows.next(header.blockRows))
  }

  func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers = ["steps": completed, "truncated": header.truncated]
    return checkpoint
  }

  mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    header.truncated = try checkpoint.integer("truncated")
    for spool in [logProbabilities, uncertainty] { try spool.require(rows: header.rows(inFirst: completed)) }
  }

  /// Writes the forecasts.
  ///
  /// - Precondition: all steps are done.
  func write(to output: String, provenance: Provenance) throws {
    precondition(completed == total, "\(completed) of \(total) blocks")
    try logProbabilities.withNumbers(rows: header.ownRows) { logProbabilities in
      try uncertainty.withNumbers(rows: header.ownRows) { uncertainty in
        try Forecasts.write(
          to: output, header, logProbabilities: logProbabilities, uncertainty: uncertainty, provenance: provenance)
      }
    }
  }

  /// Removes the files beside the output.
  func removeSpools() {
    logProbabilities.remove()
    uncertainty.remove()
  }
}
