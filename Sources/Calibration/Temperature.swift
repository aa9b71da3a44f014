// Temperature scaling (Guo et al. 2017, arXiv:1706.04599): softmax(log p / T), with T fitted by maximum likelihood on
// held-out answers. Here log p is the mixture's, so accuracy and the ranking within an example stay the same for every
// method.
import Foundation

/// A temperature and how it was fitted.
package struct Temperature: Equatable, Sendable {
  /// Above 1 if the method was overconfident; 1 if nothing could be fitted.
  package let value: Double
  /// Why nothing could be fitted, or nil.
  package let remark: String?
  /// The number of answers it was fitted on.
  package let count: Int

  /// A temperature with these values.
  package init(_ value: Double, remark: String? = nil, count: Int = 0) {
    (self.value, self.remark, self.count) = (value, remark, count)
  }

  /// The temperature with the highest likelihood of `outcomes`, which must be held out from training and test.
  ///
  /// The mean negative log-likelihood is convex in b = 1/T. Its slope is mean(E_b[log p] - log p[label]), where E_b is
  /// the expectation under softmax(b log p). With votes, the cross-entropy with their shares takes the place of the
  /// likelihood, and the mean of log p over the votes that of log p[label]. The zero of the slope is found by Newton steps
  /// in log b inside a bracket that shrinks at every step. If there is no zero for b between 1/1000 and 1000, there is no
  /// best temperature, and T stays 1 with a remark.
  ///
  /// Every row counts, also where several have the same text: the scores count them too, so leaving copies out would fit
  /// the temperature to another mix of texts than the scored one. Copies do not bias it but make it less certain than
  /// `count` suggests; how certain it is depends on the number of different texts.
  ///
  /// - Parameter votes: [example][choice] the shares of the annotators' votes; nil where only the labels are known.
  package static func fit(_ outcomes: Outcomes, votes: [[Double]]? = nil) -> Temperature {
    func unidentifiable(_ reason: String) -> Temperature {
      Temperature(1, remark: "temperature not identifiable: \(reason)", count: outcomes.count)
    }
    guard outcomes.count > 0 else { return unidentifiable("no labelled calibration examples") }
    let problem = Problem(outcomes, votes)
    guard problem.spread > 1e-9 else { return unidentifiable("every choice has the same probability") }
    var (low, high) = (log(1e-3), log(1e3))
    guard problem.slope(exp(low)).first < 0 else { return unidentifiable("no better than guessing") }
    guard problem.slope(exp(high)).first > 0 else { return unidentifiable("every calibration answer is right") }
    var logInverse = 0.0
    for _ in 0..<200 where high - low > 1e-12 {
      let slope = problem.slope(exp(logInverse))
      if slope.first < 0 { low = logInverse } else { high = logInverse }
      let step = logInverse - slope.first / (slope.second * exp(logInverse))
      let inside = step.isFinite && step > low && step < high
      let next = inside ? step : (low + high) / 2
      if abs(next - logInverse) < 1e-14 { break }
      logInverse = next
    }
    return Temperature(exp(-logInverse), count: outcomes.count)
  }

  /// The slope and curvature of the likelihood in the inverse temperature.
  private struct Problem {
    /// [example] Log-probabilities of its own choices minus the label's, or minus their mean over the votes.
    let margins: [[Double]]

    init(_ outcomes: Outcomes, _ votes: [[Double]]?) {
      let mixture = outcomes.mixture
      margins = outcomes.labels.enumerated().map { example, label in
        let own = Array(mixture.logProbabilities[mixture.row(example)])
        let right = votes.map { zip(own, $0[example]).reduce(0) { $0 + $1.0 * $1.1 } } ?? own[label]
        return own.map { $0 - right }
      }
    }

    /// The largest difference between two choices of one example.
    var spread: Double {
      margins.reduce(0) { max($0, ($1.max() ?? 0) - ($1.min() ?? 0)) }
    }

    /// The mean over examples of E[margin] and Var[margin] under softmax(b * margin).
    func slope(_ inverse: Double) -> (first: Double, second: Double) {
      var (first, second) = (0.0, 0.0)
      for row in margins {
        let maximum = (row.max() ?? 0) * inverse
        var (mass, mean, square) = (0.0, 0.0, 0.0)
        for margin in row {
          let share = exp(margin * inverse - maximum)
          mass += share
          mean += share * margin
          square += share * margin * margin
        }
        first += mean / mass
        second += max(0, square / mass - (mean / mass) * (mean / mass))
      }
      return (first / Double(margins.count), second / Double(margins.count))
    }
  }
}
