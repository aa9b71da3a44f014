// Predicts a data set with a linearised network: one forward and one backward pass give the Gaussian of an example's
// logits, from which samples cost next to nothing.
import Arrays
import Artifacts
import Training

/// The prediction of one data set by Gaussian logits.
struct LinearizedRun: FilledPrediction {
  let scorer: Scorer
  private let posterior: any Posterior
  /// [group]
  private let linearizations: [Linearization]
  private let remark: (Predictions) -> String?
  private let answers: (_ gaussian: LogitGaussian, _ example: Int, _ group: Int) -> [Float]
  /// The calibration and test examples.
  private let examples: [Int]
  /// The largest number of choices among them.
  private let choices: Int
  /// [example, group, sample, choice], filled step by step.
  package var logProbabilities: [Float]
  package var completed = 0

  /// A prediction before its first step.
  ///
  /// - Parameters:
  ///   - linearizations: [group] one for each member.
  ///   - remark: a warning about the finished predictions, or nil.
  ///   - answers: the log-probabilities (sample, choice) of an example from the Gaussian of its logits under a member.
  /// - Throws: what `BLAS.prepare` throws.
  init(
    _ scorer: Scorer, _ posterior: any Posterior, _ linearizations: [Linearization],
    remark: @escaping (Predictions) -> String? = { _ in nil },
    answers: @escaping (_ gaussian: LogitGaussian, _ example: Int, _ group: Int) -> [Float]
  ) throws {
    // The covariances are products in double precision.
    try BLAS.prepare(threads: scorer.threads)
    (self.scorer, self.posterior, self.linearizations) = (scorer, posterior, linearizations)
    (self.remark, self.answers) = (remark, answers)
    examples = scorer.data.predictedExamples
    choices = scorer.data.maximumChoices(of: examples)
    logProbabilities = [Float](
      repeating: -.infinity, count: examples.count * posterior.groups * posterior.samples * choices)
  }

  private var stepsPerMember: Int { stepCount(of: examples) }
  var total: Int { posterior.groups * stepsPerMember }
  var note: String { "" }

  mutating func advance() throws {
    let (group, number) = completed.quotientAndRemainder(dividingBy: stepsPerMember)
    let step = stepExamples(number, of: examples)
    for (index, gaussian) in zip(step.indices, try linearizations[group].gaussians(ofStep: step, scorer)) {
      let width = scorer.data.choiceCount(examples[index])
      let rows = answers(gaussian, examples[index], group)
      for sample in 0..<posterior.samples {
        let target = ((index * posterior.groups + group) * posterior.samples + sample) * choices
        logProbabilities.replaceSubrange(target..<target + width, with: rows[sample * width..<(sample + 1) * width])
      }
    }
    completed += 1
  }

  func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) steps")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    if let warning = remark(result) { result.warnings.append(warning) }
    // A forward and a backward pass of each member, over more tokens than a plain prediction where the choices share
    // tokens.
    let passes = linearizations.reduce(0) { $0 + 2 * scorer.repetition(of: examples, contrasts: $1.contrasts) }
    result.cost.forwardPasses = Int(passes.rounded(.up))
    return result
  }
}
