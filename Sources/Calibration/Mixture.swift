// The predictive distribution: the mean of all samples' probabilities. Samples have equal weight, and so have groups
// unless an example says otherwise. The mean is over probabilities, never over logits: that would be another model,
// sharper than any of its members.

/// The probability of every choice of every example.
package struct Mixture: Equatable, Sendable {
  /// The stride of a row.
  package let choices: Int
  /// [example] How many choices the example has.
  package let choiceCounts: [Int32]
  /// [example, choice] Natural logarithms; minus infinity beyond an example's number of choices.
  package let logProbabilities: [Double]
  /// [example, choice] Probabilities; zero beyond an example's number of choices.
  package let probabilities: [Double]

  /// The number of examples.
  package var count: Int { choiceCounts.count }

  /// The mixture of all groups and samples: log-mean-exp in Double.
  package init(_ samples: PosteriorSamples) {
    self.init(choices: samples.choices, choiceCounts: samples.choiceCounts) { example in
      var leaves: [[Double]] = []
      for group in 0..<samples.groups {
        for sample in 0..<samples.samples { leaves.append(samples.leaf(example, group, sample)) }
      }
      let shares = samples.shares(example)?.flatMap { Array(repeating: $0, count: samples.samples) }
      return logMeanExp(leaves, shares: shares)
    }
  }

  /// One distribution per example, from logits or log-probabilities: [example, choice].
  package init(logits: [Float], choices: Int, choiceCounts: [Int32]) {
    self.init(PosteriorSamples(logits: logits, choices: choices, choiceCounts: choiceCounts))
  }

  /// softmax(log p / T) of every row: a `temperature` above 1 flattens it and one below 1 sharpens it.
  package func scaled(by temperature: Double) -> Mixture {
    precondition(temperature > 0 && temperature.isFinite, "temperature \(temperature)")
    return mappingLogits { logit, _ in logit / temperature }
  }

  /// Every log-probability passed through `change`, with its choice, and normalised again.
  func mappingLogits(_ change: (Double, _ choice: Int) -> Double) -> Mixture {
    mappingRows { row in row.enumerated().map { change($1, $0) } }
  }

  /// The log-probabilities of every row passed through `change`, and normalised again.
  func mappingRows(_ change: (_ row: [Double]) -> [Double]) -> Mixture {
    Mixture(choices: choices, choiceCounts: choiceCounts) { change(Array(logProbabilities[row($0)])) }
  }

  /// The examples at `indices`, in that order.
  package func selecting(_ indices: [Int]) -> Mixture {
    Mixture(choices: choices, choiceCounts: indices.map { choiceCounts[$0] }) { example in
      row(indices[example]).map { logProbabilities[$0] }
    }
  }

  /// The indices of the choices of `example` in `probabilities`.
  package func row(_ example: Int) -> Range<Int> {
    (example * choices)..<(example * choices + Int(choiceCounts[example]))
  }

  /// The most probable choice of `example`; the lowest index wins ties.
  package func prediction(_ example: Int) -> Int { firstMaximum(probabilities[row(example)]) }

  /// The probability of the most probable choice of `example`.
  package func confidence(_ example: Int) -> Double { probabilities[example * choices + prediction(example)] }

  private init(choices: Int, choiceCounts: [Int32], logits: (Int) -> [Double]) {
    var logProbabilities = [Double](repeating: -.infinity, count: choiceCounts.count * choices)
    var probabilities = [Double](repeating: 0, count: choiceCounts.count * choices)
    for example in choiceCounts.indices {
      let row = softmax(logits(example))
      for choice in row.probabilities.indices {
        logProbabilities[example * choices + choice] = row.logarithms[choice]
        probabilities[example * choices + choice] = row.probabilities[choice]
      }
    }
    (self.choices, self.choiceCounts) = (choices, choiceCounts)
    (self.logProbabilities, self.probabilities) = (logProbabilities, probabilities)
  }
}
