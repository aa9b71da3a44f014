// The decisions' numbers as a table for other programs.
import Artifacts
import JSON

extension Decisions {
  /// The results.
  ///
  /// - Throws: what encoding the settings throws.
  package func table() throws -> ResultTable {
    var table = ResultTable()
    table.kind = .decisions
    table.settings = try settings.canonicalJSON
    func add(_ metric: String, _ value: Double?, n: Int, reason: String = "") {
      table.rows.append(
        ResultTable.Row(
          method: rule.method, dataset: header.dataset, metric: metric, value: value ?? .nan, n: n,
          reason: value == nil ? reason : ""))
    }
    let (promises, count) = (rule.promises, totals.count)
    let (noRisk, fewRows) = ("no risk was asked for", "too few labelled test rows")
    add("temperature", rule.temperature.value, n: rule.temperature.count)
    if let numbers = rule.numbers {
      let margin = (try? numbers.intervals.get())?.margin
      add("interval_margin", margin, n: promises.test.count, reason: fewRows)
      add("interval_width", margin.map { _ in totals.widths / Double(count) }, n: count, reason: fewRows)
      return table
    }
    add(
      "confidence_threshold", (try? promises.answering?.get())?.threshold, n: promises.test.count,
      reason: promises.answering == nil ? noRisk : "no threshold keeps the risk")
    add("answered", settings.risk.map { _ in Double(totals.answered) / Double(count) }, n: count, reason: noRisk)
    let hasSets = (try? promises.sets.get()) != nil
    add("set_size", hasSets ? Double(totals.setSizes) / Double(count) : nil, n: count, reason: fewRows)
    for (index, name) in header.classNames.enumerated() {
      add("answers: \(name)", Double(totals.answers[index] ?? 0) / Double(count), n: count)
    }
    return table
  }
}
