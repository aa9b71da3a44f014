// Reads the files of --predictions: ours, and those of other programs.
import Artifacts
import Faults
import Files
import Reports
import StageKit
import Tasks

/// The predictions of one method as they were read.
enum PredictionsInput {
  case own(PredictionsFile)
  /// By another program, from the file at `path`.
  case foreign(path: String, ForeignPredictions)

  /// Reads the files at `paths` and brings foreign ones into the order of the first of ours.
  ///
  /// - Throws: `Fault` for a file that cannot be read or is of another kind, and for foreign predictions of other examples.
  static func files(_ paths: [String], _ context: StageContext) throws -> [PredictionsFile] {
    let inputs = try paths.flatMap { try read($0, context) }
    var reference: PredictionsFile?
    for case .own(let file) in inputs where reference == nil { reference = file }
    return try inputs.map { input in
      switch input {
      case .own(let file): return file
      case .foreign(let path, let predictions):
        let file =
          try reference.map { try PredictionsFile(path: path, predictions, like: $0) }
          ?? PredictionsFile(path: path, predictions)
        reference = reference ?? file
        return file
      }
    }
  }

  private static func read(_ path: String, _ context: StageContext) throws -> [PredictionsInput] {
    guard !path.hasSuffix(".csv"), !path.hasSuffix(".csv.gz") else { return try table(path, context) }
    let file = try context.open(path)
    guard file.schema == ForeignPredictions.schema else {
      return [.own(try PredictionsFile(path: path, Predictions.read(file)))]
    }
    return [.foreign(path: path, try ForeignPredictions.read(file))]
  }

  private static func table(_ path: String, _ context: StageContext) throws -> [PredictionsInput] {
    try context.record(input: path, digest: SHA256.hexDigest(ofFile: path))
    var file = try TableFile(csv: path)
    var table = try ForeignTable(file.columns, path: path)
    while let row = try file.next() { try table.add(row.fields, line: row.line) }
    if !table.unused.isEmpty {
      context.warn("\(path): columns that are not used: \(table.unused.joined(separator: ", "))")
    }
    return try table.predictions().map { .foreign(path: path, $0) }
  }
}
