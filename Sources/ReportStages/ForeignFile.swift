// Files of predictions that other programs made: CSV, or HDF5.
import Artifacts
import Files
import Reports
import StageKit
import Tasks

/// Predictions of one method for one data set, from the file at `path`.
package struct ForeignFile {
  let path: String
  let predictions: ForeignPredictions

  /// What the file at `path` says: several methods and data sets, if it is a table.
  ///
  /// - Throws: `Fault` for a file that cannot be read or is of another kind.
  package static func read(_ path: String, _ context: StageContext) throws -> [ForeignFile] {
    guard isTable(path) else {
      return [ForeignFile(path: path, predictions: try ForeignPredictions.read(context.open(path)))]
    }
    try context.record(input: path, digest: SHA256.hexDigest(ofFile: path))
    var file = try TableFile(csv: path)
    var table = try ForeignTable(file.columns, path: path)
    while let row = try file.next() { try table.add(row.fields, line: row.line) }
    if !table.unused.isEmpty {
      context.warn("\(path): columns that are not used: \(table.unused.joined(separator: ", "))")
    }
    return try table.predictions().map { ForeignFile(path: path, predictions: $0) }
  }

  /// Whether the file at `path` is a table by its name.
  static func isTable(_ path: String) -> Bool { path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") }

  /// Whether it is about the data set of a run, which is `home`, or does not say what it is about.
  func isAbout(home: String) -> Bool { predictions.dataset.isEmpty || predictions.dataset == home }

  /// The predictions in the order of `reference`.
  ///
  /// - Throws: `Fault` of kind `.data` for predictions of other examples.
  func like(_ reference: PredictionsFile) throws -> PredictionsFile {
    try PredictionsFile(path: path, predictions, like: reference)
  }
}
