// CLINC150 (Larson et al. 2019, arXiv:1909.02027): questions to an assistant with one of 150 intents, and questions that
// have none of them. All splits are in one JSON file.
import Faults
import JSON

/// Reads a split of `{"train": [[text, intent], ...], "test": ..., "oos_test": ...}`: `train` for training, else `test`.
///
/// The questions of a split without intents have no label.
func readCLINC(_ source: SourceText, _ reading: RowReading, test: String) throws -> ReadRows {
  let name = reading.isForTraining ? "train" : test
  let document = try JSON.parse(source.bytes, subject: source.path)
  var rows = ReadRows()
  for (index, row) in try document.array(name, in: source.path).enumerated() {
    let cells = try row.array()
    guard cells.count == 2 else { throw row.fault("found \(cells.count) elements, expected a text and its intent") }
    let intent = try cells[1].string()
    rows.questions.append(
      Question(
        id: "\(name)-\(index + 1)", prompt: .sentence(try cells[0].string(), .category), choices: [], label: nil,
        location: "\(source.path): \(name)[\(index)]"))
    rows.labels.append(intent == "oos" ? nil : TextClasses.label(intent))
  }
  return rows
}
