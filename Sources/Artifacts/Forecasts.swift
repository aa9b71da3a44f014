// The artifact of `predict`: what one method says about new texts, for one shard of their file. It has one row for each
// text, however many draws the method has, and is mapped: a reader needs no more memory for a million texts than for ten.
import Faults
import Files

/// What all shards of a file of new texts have in common, and which of them this is.
///
/// The texts are divided into blocks of `blockRows` rows in the order of their file, and shard i has the blocks i, i +
/// `shards`, i + 2 `shards`, ... A block is predicted by itself, so that its values do not depend on the shards.
package struct ForecastHeader: Equatable, Sendable {
  /// The method.
  package var method = ""
  /// The data set that the method was fitted on.
  package var dataset = ""
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens that the method was fitted on.
  package var tokensDigest = ""
  /// SHA-256 of the file of new texts.
  package var textsDigest = ""
  /// How that file was read, as canonical JSON: its columns and encoding.
  package var reading = "{}"
  /// All settings of the method, as canonical JSON.
  package var settings = "{}"
  /// Number of members and of draws from each.
  package var groups = 1
  package var samples = 1
  /// Rows in the whole file of new texts.
  package var rows = 0
  /// Rows in a block; the last block of the file may have fewer.
  package var blockRows = 1
  /// Which shard this is, from 0, and how many there are.
  package var shard = 0
  package var shards = 1
  /// The largest number of choices of any row.
  package var choices = 0
  /// The classes' names in order; empty where each text has choices of its own.
  package var classNames: [String] = []
  /// How many texts of this shard were cut because they were too long.
  package var truncated = 0

  /// An empty header, to be filled in.
  package init() {}

  /// Blocks of the whole file.
  package var blocks: Int { (rows + blockRows - 1) / blockRows }
  /// How many of them this shard has.
  package var ownBlocks: Int { max(0, (blocks - shard + shards - 1) / shards) }
  /// The block of the file that is block `index` of this shard.
  package func block(ofShard index: Int) -> Int { shard + index * shards }
  /// The rows of block `index`, counted from 0 in the whole file.
  package func rows(ofBlock index: Int) -> Range<Int> { index * blockRows..<min(rows, (index + 1) * blockRows) }
  /// Rows in the first `count` blocks of this shard.
  package func rows(inFirst count: Int) -> Int {
    (0..<count).reduce(0) { $0 + rows(ofBlock: block(ofShard: $1)).count }
  }
  /// Rows of this shard.
  package var ownRows: Int { rows(inFirst: ownBlocks) }
}

/// The forecasts for some rows.
package struct ForecastRows: Equatable, Sendable {
  /// What is measured of each row, in the order of `uncertainty`; nats, and a share for the last.
  package enum Measure: Int, CaseIterable, Sendable { case total, aleatoric, epistemic, disagreement }

  /// The largest number of choices: the stride of a row.
  package let choices: Int
  /// [row, choice] Natural logarithms of the mixture, without a temperature; minus infinity beyond a row's own choices.
  package var logProbabilities: [Float]
  /// [row, measure]
  package var uncertainty: [Float]

  package init(choices: Int, logProbabilities: [Float], uncertainty: [Float]) {
    (self.choices, self.logProbabilities, self.uncertainty) = (choices, logProbabilities, uncertainty)
  }

  /// The number of rows.
  package var count: Int { uncertainty.count / Measure.allCases.count }
  /// The value of a measure for row `row`.
  package func value(_ measure: Measure, _ row: Int) -> Double {
    Double(uncertainty[row * Measure.allCases.count + measure.rawValue])
  }
  /// [row] How many choices it has.
  package var choiceCounts: [Int32] {
    (0..<count).map { row in
      Int32(logProbabilities[row * choices..<(row + 1) * choices].count { $0 != -.infinity })
    }
  }
}
