// The summary of the decisions about new texts: what is promised, what it rests on, and what speaks against it.
import Calibration

extension Decisions {
  /// The lines of the summary.
  package var text: String {
    let promised =
      rule.numbers.map(lines(about:)) ?? guessLines + riskLines + setLines + choiceLines + classLines + shareLines
    return ([subject] + copyLines + promised + warnings.map { "warning: \($0)" }).joined(separator: "\n") + "\n"
  }

  /// What a reader must know before using the answers.
  package var warnings: [String] {
    var warnings = shift.findings
    if !shift.findings.isEmpty {
      warnings.append("the new texts differ from the test rows: the promises do not carry over to them")
    }
    if !rule.prior.shares.isEmpty {
      warnings.append(
        "the probabilities are corrected to other class shares than those of the test rows, and the promises are not: "
          + "they hold only as far as the errors within each class stay as rare as among the test rows")
    }
    if !rule.prior.hasConverged { warnings.append("the class shares could not be estimated: do not use this prior") }
    if let remark = rule.temperature.remark {
      warnings.append("\(remark): the probabilities are as they came, T = 1")
    } else if rule.temperature.count < Remarks.fewCalibrationQuestions {
      warnings.append("\(rule.temperature.count) calibration rows are too few for a reliable temperature")
    }
    if header.truncated > 0 {
      warnings.append(
        "\(grouped(header.truncated)) of \(grouped(totals.count)) texts were cut because they are too long")
    }
    return warnings
  }

  private var subject: String {
    "\(grouped(totals.count)) texts, answered by \(rule.method); T = \(fixed(rule.temperature.value, 3)) from "
      + "\(grouped(rule.temperature.count)) calibration rows"
  }

  /// The rows that the promises rest on.
  var testRows: String {
    let count = rule.promises.test.count
    return grouped(count) + (count < rule.known.labelledRows ? " distinct" : "") + " labelled test rows"
  }

  /// How many of the labelled test rows count.
  private var copyLines: [String] {
    let (rows, texts) = (rule.known.labelledRows, rule.promises.test.count)
    guard texts < rows else { return [] }
    return [
      "\(grouped(rows)) labelled test rows, \(grouped(texts)) distinct texts: of rows with the same text only the first counts"
    ]
  }

  /// A method that only guesses is not worth a promise.
  private var guessLines: [String] {
    let test = rule.promises.test
    guard test.mayBeGuesses else { return [] }
    return [
      "\(rule.method) is no better than guessing as far as \(testRows) show: "
        + "\(percent(test.accuracy.score.value ?? 0)) are right, by guessing \(percent(test.accuracyOfGuessing)) would be"
    ]
  }

  // --- Errors ---

  private var riskLines: [String] {
    guard let target = settings.target, let answering = rule.promises.answering else {
      return ["no largest share of errors was asked for, so no text is marked for a human"]
    }
    let test = rule.promises.test
    guard test.count > 0 else {
      return [
        "all texts are for a human: no test row has a label, so nothing can be promised",
        "  label a random part of such texts, at least \(grouped(target.neededAnswers)), and test on it",
      ]
    }
    let promise = "at most \(percent(target.risk)) errors (\(percent(1 - settings.delta)) sure)"
    switch answering {
    case .success(let answering): return answerLines(answering, promise)
    case .failure(let tried):
      return [
        "all texts are for a human: the test rows do not show that any answers have \(promise)",
        "  the strictest threshold tried: \(grouped(tried.answers)) confident rows, \(grouped(tried.errors)) wrong; of all "
          + "\(testRows) \(percent(test.accuracy.score.value ?? 0)) are right",
        "  at least \(grouped(target.neededAnswers)) confident rows are needed even if none of them is wrong"
          + (test.mayBeGuesses ? "" : ": label more, or allow more errors"),
      ]
    }
  }

  /// What is answered without a human.
  private func answerLines(_ answering: SelectiveAnswering, _ promise: String) -> [String] {
    let test = rule.promises.test
    let share = Double(totals.answered) / Double(max(1, totals.count))
    let (answers, errors) = (Double(answering.answers), Double(answering.errors))
    return [
      "answers \(percent(share)) of the texts by itself with \(promise); \(percent(1 - share)) are for a human",
      "  this rests on \(testRows) that chose neither temperature nor epoch, and on new "
        + "texts of the same kind (exchangeable)",
      answering.threshold == 0
        ? "  no text is too doubtful to be answered: of the test rows \(percent(errors / answers)) are wrong"
        : "  a text is answered if its confidence is at least \(fixed(answering.threshold, 3)), as for "
          + "\(percent(answers / Double(test.count))) of the test rows, of which \(percent(errors / answers)) are wrong",
    ]
  }

  // --- Sets ---

  private var setLines: [String] {
    switch rule.promises.sets {
    case .failure(let few):
      let whose =
        few.label.map { " of \(header.classNames.isEmpty ? "choice \($0 + 1)" : header.classNames[$0])" } ?? ""
      return [
        "no sets: a coverage of \(percent(settings.coverage)) needs at least \(grouped(few.needed)) labelled test "
          + "rows\(whose), found \(grouped(few.found))"
      ]
    case .success(let sets):
      let count = Double(max(1, totals.count))
      return [
        "the set of a text holds the right class with probability \(percent(settings.coverage)); "
          + (answersReachCoverage
            ?? "it has \(fixed(Double(totals.setSizes) / count, 2)) classes in the mean, and one in "
            + "\(percent(Double(totals.singleSets) / count)) of the texts"),
        bandLine(sets.coverages),
      ]
    }
  }

  /// How far the coverage of these test rows may be from the one that was asked for.
  func bandLine(_ coverages: [ConformalCoverage]) -> String {
    let bands = coverages.compactMap(settings.band)
    let (low, high) = (bands.map(\.lowerBound).min() ?? 0, bands.map(\.upperBound).max() ?? 1)
    return "  for so few test rows the coverage itself lies between \(percent(low)) and \(percent(high)) (90 % sure)"
  }

  /// What is said of sets where the answers alone are right often enough; nil where they are not.
  private var answersReachCoverage: String? {
    let test = rule.promises.test
    guard let right = test.accuracy.score.value, right >= settings.coverage else { return nil }
    let larger = [0.95, 0.98, 0.99, 0.995, 0.999].first {
      $0 > right && ConformalCoverage.neededRows($0) <= test.count
    }
    let advice = larger.map { ": a larger coverage, such as \(percent($0)), gives sets that say more" } ?? ""
    return "the answers alone are right that often, for \(percent(right)) of the test rows\(advice)"
  }

  // --- What the promises rest on ---

  /// What follows from a choice of the method by the rows that the promises rest on.
  var choiceLines: [String] {
    guard settings.chosenFrom > 1, rule.promises.test.count > 0 else { return [] }
    let (promises, them) =
      rule.numbers == nil
      ? ("the promise about errors and the band of the coverage are", "them") : ("the band of the coverage is", "it")
    return [
      "\(rule.method) was chosen from \(settings.chosenFrom) methods by their scores on the labelled test rows: \(promises) "
        + "made for all \(settings.chosenFrom) at once (Bonferroni), which makes \(them) more cautious than for a method that "
        + "is named beforehand"
    ]
  }

  /// What the shares of the classes rest on.
  private var shareLines: [String] {
    guard !header.classNames.isEmpty, poweredShares != nil else { return [] }
    return [randomPartLine("the shares and their intervals hold")]
  }

  /// What all estimates about the new texts as a whole assume.
  func randomPartLine(_ estimates: String) -> String {
    "  \(estimates) if the labelled test rows are a random part of the same texts as the new ones"
  }

  // --- Classes ---

  /// With more classes than this, the table is in its file alone.
  private static let mostClasses = 20

  private var classLines: [String] {
    guard !header.classNames.isEmpty, header.classNames.count <= Self.mostClasses else { return [] }
    let width = header.classNames.map(\.count).max() ?? 0
    let shares = poweredShares?.shares
    return header.classNames.enumerated().map { index, name in
      let share = shares.map { shares in
        let (low, high) = (shares[index].interval.lowerBound, shares[index].interval.upperBound)
        return "; share \(percent(shares[index].value)), 95 % interval \(percent(low)) to \(percent(high))"
      }
      let prior = rule.prior.shares.isEmpty ? "" : "; corrected to \(percent(rule.prior.shares[index]))"
      let padding = String(repeating: " ", count: width - name.count)
      return "  \(name)\(padding)  \(grouped(totals.answers[index] ?? 0)) answers\(share ?? "")\(prior)"
    }
  }
}

/// A share in percent, with a decimal where it is close to 0 or 1 and not whole.
func percent(_ share: Double) -> String {
  let text = fixed(100 * share, share < 0.1 || share > 0.99 ? 1 : 0)
  return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + " %"
}

/// A count with commas between thousands.
func grouped(_ count: Int) -> String {
  var (digits, groups) = (String(count), [String]())
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return ([digits] + groups).joined(separator: ",")
}
