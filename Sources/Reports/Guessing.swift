// Whether a method is better than a guess: a reader must know this before anything else is said about it.
import Calibration

extension Outcomes {
  /// The accuracy of the better of two guesses: a random choice, and always the choice that is right most often.
  var accuracyOfGuessing: Double {
    var counts: [Int: Int] = [:]
    for label in labels { counts[label, default: 0] += 1 }
    let random = (0..<count).reduce(0.0) { $0 + 1 / Double(mixture.row($1).count) }
    return max(random, Double(counts.values.max() ?? 0)) / Double(count)
  }

  /// Whether the accuracy, as far as these rows show, may be that of guessing: the exact 95 % interval reaches down to it.
  var mayBeGuesses: Bool {
    let right = correct.count { $0 == 1 }
    return count > 0 && BinomialBounds(successes: right, trials: count).interval(0.05).lowerBound <= accuracyOfGuessing
  }
}

extension MethodRow {
  /// The accuracy of guessing, if the interval of this row's accuracy reaches down to it; nil if the method is better, or
  /// no classes are scored.
  var guessThatIsAsGood: Double? {
    guard forecast.numbers == nil, forecast.outcomes.count > 0, let least = self[.accuracy].interval?.lowerBound else {
      return nil
    }
    let guess = forecast.outcomes.accuracyOfGuessing
    return least <= guess ? guess : nil
  }
}
