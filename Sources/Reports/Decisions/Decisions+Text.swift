// The summary of the decisions about new texts: what is promised, what it rests on, and what speaks against it.
import Foundation

extension Decisions {
  /// The lines of the summary.
  package var text: String {
    let lines = [subject] + riskLines + setLines + classLines + shareLines + warnings.map { "warning: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a reader must know before using the answers.
  package var warnings: [String] {
    var warnings = shift.findings
    if !shift.findings.isEmpty {
      warnings.append("the new texts differ from the test rows: the promises do not carry over to them")
    }
    if !shares.isEmpty {
      warnings.append(
        "the probabilities are corrected to other class shares than those of the test rows, and the promises are not: they "
          + "hold only as far as each class looks as it does among the test rows")
    }
    if let remark = rule.temperature.remark { warnings.append("\(remark): the probabilities are as they came, T = 1") }
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

  // --- Errors ---

  private var riskLines: [String] {
    let (promises, settings) = (rule.promises, rule.promises.settings)
    guard let risk = settings.risk else {
      return ["no RISK was given, so no text is marked for a human; RISK=5% would mark those that need one"]
    }
    guard promises.test.count > 0 else { return [noLabels] }
    let sure = "\(percent(1 - settings.delta)) sure"
    guard let threshold = promises.threshold else {
      return [
        "all texts are for a human: no threshold keeps the errors to at most \(percent(risk)) (\(sure))",
        "  \(grouped(promises.test.count)) labelled test rows, \(percent(promises.test.accuracy.score.value ?? 0)) of them right; "
          + "even without an error, \(grouped(leastRows(risk, settings.delta))) confident ones are needed: label more, or ask for a larger RISK",
      ]
    }
    let share = Double(totals.answered) / Double(max(1, totals.count))
    return [
      "answers \(percent(share)) of the texts by itself with at most \(percent(risk)) errors (\(sure)); "
        + "\(percent(1 - share)) are for a human",
      "  this rests on \(grouped(promises.test.count)) labelled test rows that chose neither temperature nor epoch, and on the new "
        + "texts being of the same kind (exchangeable)",
      "  a text is answered where the confidence is at least \(fixed(threshold, 3)): so are \(percent(promises.answered.share)) of "
        + "the test rows, with \(percent(promises.answered.errors)) errors",
    ]
  }

  private var noLabels: String {
    "all texts are for a human: no test row has a label, so nothing can be promised; label a random part of the texts (a "
      + "hundred or more) and give it as TEST="
  }

  /// The fewest answers without an error that show a risk of at most `risk` with probability 1 - `delta`.
  private func leastRows(_ risk: Double, _ delta: Double) -> Int { Int((log(delta) / log(1 - risk)).rounded(.up)) }

  // --- Sets ---

  private var setLines: [String] {
    let (promises, coverage) = (rule.promises, rule.promises.settings.coverage)
    guard promises.setThreshold != nil else {
      let needed = Int((coverage / (1 - coverage)).rounded(.up))
      return [
        "no sets: for a coverage of \(percent(coverage)) at least \(grouped(needed)) labelled test rows are needed, found "
          + grouped(promises.test.count)
      ]
    }
    return [
      "the set of a text holds the right class with probability \(percent(coverage)); it has "
        + "\(fixed(Double(totals.setSizes) / Double(max(1, totals.count)), 2)) classes in the mean, and "
        + "\(percent(Double(totals.singleSets) / Double(max(1, totals.count)))) of the sets have one"
    ]
  }

  // --- Classes ---

  private var classLines: [String] {
    guard !header.classNames.isEmpty, header.classNames.count <= 20 else { return [] }
    let counts = header.classNames.enumerated().map { "\($1) \(grouped(totals.answers[$0] ?? 0))" }
    return ["answers: \(counts.joined(separator: ", "))"]
  }

  private var shareLines: [String] {
    guard !shares.isEmpty else { return [] }
    let texts = zip(header.classNames, shares).map { "\($0) \(percent($1))" }
    return ["class shares that the probabilities are corrected to: \(texts.joined(separator: ", "))"]
  }
}

/// A share in percent, with a decimal where it is below 10 % and not whole.
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
