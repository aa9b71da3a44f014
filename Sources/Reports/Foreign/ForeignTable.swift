// Predictions as CSV, of any program: the columns of predictions.csv, of which an id and the probabilities are enough.
import Artifacts
import Faults
import Foundation

/// The columns of a table of predictions, and what is read from its rows.
package struct ForeignTable {
  private let path: String
  private let id: Int
  private let split: Int?
  private let label: Int?
  private let method: Int?
  private let dataset: Int?
  /// [choice] The columns of the probabilities, or of their logarithms.
  private let values: [Int]
  private let areLogarithms: Bool
  /// Columns of predictions.csv that follow from the probabilities, and so are not read.
  private static let derived: Set = [
    "prediction", "correct", "confidence", "scaled_confidence", "entropy_total", "entropy_aleatoric",
    "entropy_epistemic", "disagreement", "right_number", "mean", "median", "low_90", "high_90",
  ]
  /// A probability of zero counts as this: written with few digits, a small one becomes zero, and its logarithm is no
  /// number.
  private static let smallest = 1e-12
  /// Columns that are neither read nor known.
  package let unused: [String]
  private var tables: [(key: [String], predictions: ForeignPredictions, zeros: Int)] = []

  /// Finds the columns: `id`; `p_0`, `p_1`, ... or `log_p_0`, `log_p_1`, ...; and, if there, `split`, `label`, `method`,
  /// `dataset`.
  ///
  /// Throws `.data` where an id or a probability is missing.
  package init(_ columns: [String], path: String) throws {
    self.path = path
    func column(_ name: String) -> Int? { columns.firstIndex(of: name) }
    func run(_ prefix: String) -> [Int] {
      var run: [Int] = []
      while let next = column("\(prefix)\(run.count)") { run.append(next) }
      return run
    }
    let (plain, logarithms) = (run("p_"), run("log_p_"))
    guard let id = column("id"), plain.isEmpty != logarithms.isEmpty else {
      let found = columns.map { $0.isEmpty ? "(without a name)" : $0 }.joined(separator: ", ")
      throw Fault(
        .data, "\(path):1",
        "found the columns \(found); expected id, and either p_0, p_1, ... or log_p_0, log_p_1, ...",
        hint: "the columns are those of predictions.csv; choices count from 0 in the order of the tokens' classes")
    }
    (self.id, split, label, method) = (id, column("split"), column("label"), column("method"))
    dataset = column("dataset")
    (values, areLogarithms) = (plain + logarithms, plain.isEmpty)
    let used = Set([id] + [split, label, method, dataset].compactMap { $0 } + values)
    unused = columns.indices.filter { !used.contains($0) && !Self.derived.contains(columns[$0]) }.map { columns[$0] }
  }

  /// Adds a row of the file.
  ///
  /// Throws `.data` for a field that cannot be read and for probabilities that do not sum to 1.
  package mutating func add(_ fields: [String], line: Int) throws {
    let name = method.map { fields[$0] } ?? ""
    guard method == nil || !name.isEmpty else { throw fault(line, "the method is empty", "name it in every row") }
    let key = [name, dataset.map { fields[$0] } ?? ""]
    let index = tables.firstIndex { $0.key == key } ?? tables.count
    if index == tables.count {
      tables.append((key, ForeignPredictions(), 0))
      tables[index].predictions.method = name.isEmpty ? Self.name(ofFile: path) : name
      tables[index].predictions.dataset = key[1]
      tables[index].predictions.choices = values.count
    }
    let (row, zeros) = try logarithms(fields, line)
    tables[index].zeros += zeros
    tables[index].predictions.rowIDs.append(fields[id])
    tables[index].predictions.lines.append(line)
    tables[index].predictions.labels.append(try label(fields, choices: row.count, line))
    if let split = try split(fields, line) { tables[index].predictions.splits.append(split) }
    tables[index].predictions.logProbabilities +=
      row + [Float](repeating: -.infinity, count: values.count - row.count)
  }

  /// The predictions of each method for each data set, in order of appearance.
  ///
  /// Throws `.data` for a file without rows.
  package func predictions() throws -> [ForeignPredictions] {
    guard !tables.isEmpty else { throw Fault(.data, path, "has no rows, expected one for each example") }
    return tables.map { table in
      var predictions = table.predictions
      if table.zeros > 0 {
        predictions.warnings.append(
          "\(table.zeros) probabilities were written as 0 and count as \(Self.smallest)")
      }
      return predictions
    }
  }

  /// The name of a file without its folder and endings.
  static func name(ofFile path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  private func fault(_ line: Int, _ message: String, _ hint: String = "") -> Fault {
    Fault(.data, "\(path):\(line)", message, hint: hint)
  }

  /// The normalised log-probabilities of a row's own choices, and how many probabilities were 0.
  private func logarithms(_ fields: [String], _ line: Int) throws -> (row: [Float], zeros: Int) {
    let own = values.prefix { !fields[$0].isEmpty }
    guard !own.isEmpty, values.dropFirst(own.count).allSatisfy({ fields[$0].isEmpty }) else {
      throw fault(line, "a probability is empty", "only those beyond the row's number of choices may be")
    }
    let numbers = try own.map { try probability(fields[$0], line) }
    let sum = numbers.reduce(0, +)
    guard abs(sum - 1) <= 1e-3 else { throw fault(line, "the probabilities sum to \(sum), expected 1") }
    let floors = numbers.map { max($0, Self.smallest) }
    let total = log(floors.reduce(0, +))
    return (floors.map { Float(log($0) - total) }, numbers.count { $0 == 0 })
  }

  private func probability(_ text: String, _ line: Int) throws -> Double {
    let number = Double(text).map { areLogarithms ? exp($0) : $0 }
    // Rounding may take a sure forecast a little above 1.
    guard let number, (0...1.000_001).contains(number) else {
      throw areLogarithms
        ? fault(line, "\"\(text)\" is not the logarithm of a probability", "write natural logarithms, at most 0")
        : fault(line, "\"\(text)\" is not a probability", "write a number from 0 to 1")
    }
    return number
  }

  private func label(_ fields: [String], choices: Int, _ line: Int) throws -> Int32 {
    guard let label, !fields[label].isEmpty else { return -1 }
    guard let value = Int32(fields[label]), (-1..<Int32(choices)).contains(value) else {
      throw fault(
        line, "the label is \"\(fields[label])\", expected a number from 0 to \(choices - 1)",
        "labels are the choices' numbers, as in predictions.csv")
    }
    return value
  }

  private func split(_ fields: [String], _ line: Int) throws -> TokenizedSet.Split? {
    guard let split else { return nil }
    switch fields[split] {
    case "test": return .test
    case "calibration": return .calibration
    default: throw fault(line, "the split is \"\(fields[split])\", expected test or calibration")
    }
  }
}
