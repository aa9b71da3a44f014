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
    table.settings = try rule.promises.settings.canonicalJSON
    func add(_ metric: String, _ value: Double?, n: Int, reason: String = "") {
      table.rows.append(
        ResultTable.Row(
          method: rule.method, dataset: header.dataset, metric: metric, value: value ?? .nan, n: n,
          reason: value == nil ? reason : ""))
    }
    let (promises, count) = (rule.promises, totals.count)
    let (noRisk, fewRows) = ("no risk was asked for", "too few labelled test rows")
    add("temperature", rule.temperature.value, n: rule.temperature.count)
    add(
      "confidence_threshold", promises.threshold, n: promises.test.count,
      reason: promises.settings.risk == nil ? noRisk : "no threshold keeps the risk")
    add(
      "answered", promises.settings.risk.map { _ in Double(totals.answered) / Double(count) }, n: count, reason: noRisk)
    add("set_threshold", promises.setThreshold, n: promises.test.count, reason: fewRows)
    add(
      "set_size", promises.setThreshold.map { _ in Double(totals.setSizes) / Double(count) }, n: count, reason: fewRows)
    for (index, name) in header.classNames.enumerated() {
      add("answers: \(name)", Double(totals.answers[index] ?? 0) / Double(count), n: count)
    }
    return table
  }
}
