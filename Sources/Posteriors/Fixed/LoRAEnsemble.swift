// LoRA-Ensemble (Mühlematter et al. 2024, arXiv:2405.14438): an ensemble whose members were trained together on one
// frozen base and predict together: one batched pass has the rows of all members. Each member's probabilities are kept,
// and averaged as in any ensemble. The authors' code computes accuracy and calibration error from the mean logits; here
// every score uses the mean probabilities.
import Adapters
import Artifacts
import Faults
import Training

/// M members, or snapshots, in one file.
package struct LoRAEnsemble: Posterior {
  /// The method's name.
  static let name = "lora-ensemble"
  /// The members' vectors, one after the other.
  let values: [Float]
  package let groups: Int
  /// The members' parameters; those that all share count once, and of sparse ones those that their masks keep.
  package internal(set) var storedParameters: Int

  /// From one file of `fit-adapters --members`, and with `setting` if they are coupled.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` for a file with a single adapter.
  package init(_ request: PosteriorRequest, _ setting: String = "members") throws {
    try self.init(request, count: request.files.fit.members, setting, or: "`method ensemble` with one file per member")
  }

  /// The `count` vectors of one file, which a fit with `setting` made.
  ///
  /// - Parameter other: what takes a file of one adapter.
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` where there is no count.
  init(_ request: PosteriorRequest, count: Int?, _ setting: String, or other: String = "`method point`") throws {
    let (path, adapter) = try request.single(Adapter.self)
    guard let count else {
      throw Fault(
        .configuration, path, "it holds one adapter, and not those of a fit with `\(setting)`",
        hint: "fit it with `\(setting)`, or use \(other)")
    }
    (values, groups) = (adapter.values, count)
    let (fit, trained) = (request.files.fit, adapter.cost.trainableParameters)
    storedParameters =
      fit.coupling == .sharedFactors ? trained : fit.sparsity != nil ? count * trained : adapter.values.count
  }

  /// Each member's only sample is itself.
  package var samples: Int { 1 }
  package func draw(group: Int, sample: Int) -> Draw {
    let count = values.count / groups
    return Draw(values: Array(values[group * count..<(group + 1) * count]))
  }
  /// A remark if there is only one member.
  package var warnings: [String] { memberRemarks(groups) }
  /// One batched pass for all members.
  package func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction {
    BatchedRun(scorer, self, versions: versions)
  }
}

/// The prediction of one data set by all members at once, several parts in each step.
private struct BatchedRun: FilledPrediction {
  let scorer: Scorer
  let posterior: LoRAEnsemble
  let versions: QuestionVersions?
  /// The calibration and test examples.
  let examples: [Int]
  /// The largest number of choices among them.
  let choices: Int
  /// The batches: fixed for the whole data set, so that the division into steps changes no bit.
  let parts: [[Int]]
  /// [example, group, choice], filled step by step.
  var logProbabilities: [Float]
  /// [example, row, group]
  var logSums: [Float]
  var completed = 0

  private static let partsPerStep = 16

  init(_ scorer: Scorer, _ posterior: LoRAEnsemble, versions: QuestionVersions?) {
    (self.scorer, self.posterior, self.versions) = (scorer, posterior, versions)
    examples = scorer.data.predictedExamples
    choices = scorer.data.maximumAnswers(of: examples)
    parts = scorer.parts(of: examples, members: posterior.groups)
    logProbabilities = [Float](repeating: 0, count: examples.count * posterior.groups * choices)
    let rows = versions == nil ? scorer.data.rowsPerExample : 0
    logSums = [Float](repeating: 0, count: examples.count * rows * posterior.groups)
  }

  var total: Int { (parts.count + Self.partsPerStep - 1) / Self.partsPerStep }
  var note: String { "" }

  mutating func advance() throws {
    let step = parts[completed * Self.partsPerStep..<min((completed + 1) * Self.partsPerStep, parts.count)]
    let positions = step.joined().map { $0 }
    let chosen = positions.map { examples[$0] }
    var next = 0
    let partsOfStep = step.map { part in
      defer { next += part.count }
      return Array(next..<next + part.count)
    }
    let all = try scorer.answers(of: chosen, parameters: posterior.values, parts: partsOfStep)
    let rows = all.logProbabilities
    keep(all.logSums, at: positions)
    let (members, width) = (posterior.groups, scorer.data.maximumAnswers)
    for member in 0..<members {
      var answers = chosen.indices.flatMap { row in
        rows[(row * members + member) * width..<(row * members + member + 1) * width]
      }
      if let versions {
        answers = try versions.combined(
          answers, width: width, examples: chosen, posterior.draw(group: member, sample: 0))
      }
      for (row, position) in positions.enumerated() {
        let target = (position * members + member) * choices
        for choice in 0..<choices { logProbabilities[target + choice] = answers[row * width + choice] }
      }
    }
    completed += 1
  }

  /// Keeps what is left of the logits (example, member, row) of the examples at `positions`.
  private mutating func keep(_ sums: [Float], at positions: [Int]) {
    guard versions == nil else { return }
    let (members, rows) = (posterior.groups, scorer.data.rowsPerExample)
    for (index, position) in positions.enumerated() {
      for member in 0..<members {
        for row in 0..<rows {
          logSums[(position * rows + row) * members + member] = sums[(index * members + member) * rows + row]
        }
      }
    }
  }

  func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) steps")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    result.logSums = logSums
    result.cost.forwardPasses = posterior.groups * (1 + (versions?.passes ?? 0))
    return result
  }
}
