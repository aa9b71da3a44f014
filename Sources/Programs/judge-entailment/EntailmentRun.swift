// Judges every pair of different texts of every question, some pairs at a time.
import Artifacts
import Calibration
import Posteriors
import Reports
import Training

/// The decisions about the texts of one method.
struct EntailmentRun: Resumable {
  /// A pair of different texts of one question, in one of its two orders.
  struct Pair {
    /// The question's index, and those of the texts among its own.
    let question, first, second: Int
    /// Where its relation stands.
    let place: Int
  }

  static let pairsPerStep = 256

  private let task: PairTask
  private let posterior: any Posterior
  private let scorer: Scorer
  /// [question] What stands before each of its texts.
  private let prompts: [String]
  /// All pairs, question by question.
  let pairs: [Pair]
  /// What is known so far: a pair that was not judged yet is neutral.
  private(set) var entailments = Entailments()
  /// How many pairs were cut.
  private(set) var truncated = 0
  private(set) var completed = 0

  /// A run before its first pair. Every text entails itself.
  init(_ file: AnswersFile, _ task: PairTask, _ posterior: any Posterior, _ scorer: Scorer) throws {
    (self.task, self.posterior, self.scorer) = (task, posterior, scorer)
    entailments.hasContradiction = task.hasContradiction
    var (prompts, pairs): ([String], [Pair]) = ([], [])
    let reasoning = file.hasReasoning
    for row in file.answers.splits.indices where file.answers.splits[row] == .test {
      let texts = file.differentAnswers(to: row, reasoning: reasoning)
      entailments.rowIDs.append(file.answers.rowIDs[row])
      entailments.texts += texts
      entailments.textOffsets.append(Int32(entailments.texts.count))
      for first in texts.indices {
        for second in texts.indices {
          if first != second {
            let place = entailments.relations.count
            pairs.append(Pair(question: prompts.count, first: first, second: second, place: place))
          }
          entailments.relations.append((first == second ? Entailment.entailment : .neutral).rawValue)
        }
      }
      prompts.append(file.answers.prompts[row].split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }
    (self.prompts, self.pairs) = (prompts, pairs)
  }

  var total: Int { (pairs.count + Self.pairsPerStep - 1) / Self.pairsPerStep }
  var note: String { "" }

  /// How many of the pairs entail.
  var entailedPairs: Int {
    entailments.relations.count { $0 == Entailment.entailment.rawValue } - entailments.texts.count
  }

  mutating func advance() throws {
    let first = completed * Self.pairsPerStep
    let block = pairs[first..<min(pairs.count, first + Self.pairsPerStep)]
    let tokens = try task.tokens(of: block.map { (text($0.question, $0.first), text($0.question, $0.second)) })
    let forecasts = try posterior.forecast(tokens.set, by: scorer, choices: task.classes.count)
    for (row, pair) in block.enumerated() {
      let values = forecasts.logProbabilities[row * forecasts.choices..<(row + 1) * forecasts.choices]
      entailments.relations[pair.place] = task.decision(values).rawValue
    }
    truncated += tokens.truncated
    completed += 1
  }

  private func text(_ question: Int, _ text: Int) -> String {
    "\(prompts[question]) \(entailments.texts[entailments.textRange(question).lowerBound + text])"
  }

  func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers = ["steps": completed, "truncated": truncated]
    checkpoint.vectors["relations"] = entailments.relations.map(Float.init)
    return checkpoint
  }

  mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    truncated = try checkpoint.integer("truncated")
    entailments.relations = try checkpoint.vector("relations").map { UInt8($0) }
  }
}
