// One set of questions under all methods: those the models were trained for, those of another source, or the first ones
// with their text corrupted.
import Artifacts
import Calibration
import Faults

/// All methods' predictions on one set.
struct TestSet: Sendable {
  /// The data set's name.
  let dataset: String
  /// What was done to its text.
  let corruption: TokenizedSet.Corruption
  /// One file for each method, in the order of the methods.
  let files: [PredictionsFile]

  /// Sorts `files` into sets, in order of appearance; every set must have one file of each of `methods`.
  static func sets(of files: [PredictionsFile], methods: [String]) throws -> [TestSet] {
    var groups: [(first: PredictionsFile, files: [PredictionsFile])] = []
    for file in files {
      let index = groups.firstIndex { group in
        group.first.predictions.dataset == file.predictions.dataset
          && group.first.predictions.corruption == file.predictions.corruption
      }
      if let index { groups[index].files.append(file) } else { groups.append((file, [file])) }
    }
    return try groups.map { group in
      for file in group.files { try file.check(comparableWith: group.first) }
      let set = group.first.predictions
      let ordered = try methods.map { method in
        let mine = group.files.filter { $0.predictions.method == method }
        guard let file = mine.first else {
          throw Fault(
            .data, group.first.path, "no predictions of \(method) on the same questions",
            hint: "every method needs a file for every set: \(methods.joined(separator: ", "))")
        }
        guard mine.count == 1 else { throw Fault(.data, mine[1].path, "the same method and set as \(file.path)") }
        return file
      }
      if let extra = group.files.first(where: { !methods.contains($0.predictions.method) }) {
        throw Fault(.data, extra.path, "\(extra.predictions.method) has no predictions in distribution")
      }
      return TestSet(dataset: set.dataset, corruption: set.corruption, files: ordered)
    }
  }

  /// The name in tables: `almanac`, or `almanac (typos 3)`.
  var name: String { corruption.severity == 0 ? dataset : "\(dataset) (\(corruption.text))" }

  /// The test questions that are scored: those that have a label, or all where none has.
  var scoredRows: [Int] {
    let test = files[0].rows(of: .test)
    let labelled = test.filter { files[0].predictions.labels[$0] >= 0 }
    return labelled.isEmpty ? test : labelled
  }

  /// What a reader must know about the questions: which are not scored, and that one alone has no interval.
  var remarks: [String] {
    let test = files[0].rows(of: .test)
    let unlabelled = test.count { files[0].predictions.labels[$0] < 0 }
    var remarks: [String] = []
    if unlabelled == test.count {
      remarks.append("no test question has a label, so nothing is scored")
    } else if unlabelled > 0 {
      remarks.append("\(unlabelled) of \(test.count) test questions have no label and are not scored")
    }
    if scoredRows.count == 1 { remarks.append("one question cannot be resampled: no number has an interval") }
    return remarks
  }

  /// The ids of the scored questions.
  var scoredIDs: [String] { scoredRows.map { files[0].predictions.rowIDs[$0] } }

  /// Every method's forecasts about the questions at `rows`, each as it came and with its temperature.
  func forecasts(_ rows: [Int], _ temperatures: [Temperature?]) -> [Forecast] {
    zip(files, temperatures).flatMap { file, temperature in
      let raw = Forecast(file, rows: rows)
      return temperature.map { [raw, raw.scaled(by: $0)] } ?? [raw]
    }
  }
}
