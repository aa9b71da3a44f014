// answers.csv: the new texts as they came, and what is said about each.
import Artifacts

/// The columns of answers.csv, and its rows.
struct AnswerTable {
  /// The largest number of choices.
  let choices: Int
  /// The classes' names; empty where each text has choices of its own.
  let classNames: [String]
  /// The columns of the file of new texts.
  let columns: [String]
  /// Whether a risk was asked for.
  let hasRisk: Bool
  /// Whether numbers are predicted.
  let isOfNumbers: Bool

  /// All columns: those of the new texts, then ours. One of ours whose name is taken begins with `credence_`.
  var header: [String] {
    let names =
      classNames.isEmpty ? (1...choices).map { "p_\($0)" } : classNames.map { "p_\($0)" }
    let ours =
      isOfNumbers
      ? ["prediction", "low", "high", "deviation", "uncertainty_kind"]
      : ["answer", "confidence"] + names + ["uncertainty", "uncertainty_kind", "set"] + (hasRisk ? ["ask_human"] : [])
    return columns + ours.map { columns.contains($0) ? "credence_\($0)" : $0 }
  }

  /// The row of a text, whose choices are called `names`.
  func row(_ fields: [String], _ answer: Answer, names: [String]) -> [String] {
    if let number = answer.number {
      let values = [number.prediction, number.interval?.lowerBound, number.interval?.upperBound, number.deviation]
      return fields + values.map { $0.map(CSV.single) ?? "" } + [answer.kind?.rawValue ?? ""]
    }
    let probabilities = answer.probabilities.map(CSV.single)
    let padding = [String](repeating: "", count: choices - probabilities.count)
    return fields + [names[answer.choice], CSV.single(answer.confidence)] + probabilities + padding + [
      CSV.single(answer.uncertainty), answer.kind?.rawValue ?? "",
      answer.set?.map { names[$0] }.joined(separator: "|") ?? "",
    ] + (answer.asksHuman.map { [$0 ? "yes" : "no"] } ?? [])
  }
}
