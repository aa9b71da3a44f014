// One set of questions with the predictions of all methods: in-distribution questions, questions from another source,
// or in-distribution questions with corrupted text.
import Artifacts
import Calibration
import Faults

/// All methods' predictions on one set.
struct TestSet: Sendable {
  /// The data set's name.
  let dataset: String
  /// The corruption of its text.
  let corruption: TokenizedSet.Corruption
  /// One file for each method, in the order of the methods.
  let files: [PredictionsFile]
  /// The texts of its questions; nil if their tokens are not at hand, and copies are not known.
  let texts: QuestionTexts?

  /// Groups `files` into sets, in order of appearance; every set must have exactly one file of each of `methods`. `texts`
  /// are those of some of the sets.
  static func sets(
    of files: [PredictionsFile], methods: [String], texts: [QuestionTexts] = []
  ) throws -> [TestSet] {
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
        guard mine.count == 1 else { throw Fault(.data, mine[1].path, "has the same method and set as \(file.path)") }
        return file
      }
      if let extra = group.files.first(where: { !methods.contains($0.predictions.method) }) {
        throw Fault(.data, extra.path, "\(extra.predictions.method) has no predictions in distribution")
      }
      return TestSet(
        dataset: set.dataset, corruption: set.corruption, files: ordered,
        texts: texts.first { texts in ordered.contains(where: texts.isOf) })
    }
  }

  /// The name in tables: `almanac`, or `almanac (typos 3)`.
  var name: String { corruption.severity == 0 ? dataset : "\(dataset) (\(corruption.text))" }

  /// The scored test questions: those that have a label, or all of them if none has.
  var scoredRows: [Int] {
    let test = files[0].rows(of: .test)
    let labelled = test.filter { files[0].predictions.labels[$0] >= 0 }
    return labelled.isEmpty ? test : labelled
  }

  /// Remarks about the questions, which are of the kind `kind`: how many are not scored, and that a single one has no
  /// interval.
  func remarks(_ kind: RowKind) -> [String] {
    let (test, rowsPerExample) = (files[0].rows(of: .test), files[0].predictions.rowsPerExample)
    let unlabelled = test.count { files[0].predictions.labels[$0] < 0 } / rowsPerExample
    let count = test.count / rowsPerExample
    var remarks: [String] = []
    if unlabelled == count {
      remarks.append("no test question has a label, so nothing is scored")
    } else if unlabelled > 0 {
      remarks.append("\(unlabelled) of \(count) test questions have no label and are not scored")
    }
    let (scored, clusters) = (scoredRows.count / rowsPerExample, clusters(scoredRows))
    if clusters.count < scored {
      remarks.append(
        "\(scored - clusters.count) of \(scored) test questions are copies of others: intervals resample a question together "
          + "with its copies")
    }
    if clusters.count == 1 {
      remarks.append("a single question cannot be resampled: there are no intervals")
    }
    return remarks.map(kind.example.words)
  }

  /// The ids of the scored questions.
  var scoredIDs: [String] { scoredRows.map { files[0].predictions.rowIDs[$0] } }

  /// Which of the examples at `rows`, one or more rows each, have the same text.
  func clusters(_ rows: [Int]) -> Clusters {
    let width = files[0].predictions.rowsPerExample
    let examples = stride(from: 0, to: rows.count, by: width).map { rows[$0] }
    return texts?.clusters(examples, of: files[0].predictions) ?? Clusters(independent: examples.count)
  }

  /// How many of the rows that temperatures are fitted on are copies of others.
  var calibrationCopies: Int {
    let labelled = files.lazy.map { file in file.rows(of: .calibration).filter { file.predictions.labels[$0] >= 0 } }
    let rows = labelled.first { !$0.isEmpty } ?? []
    return rows.count - clusters(rows).count * files[0].predictions.rowsPerExample
  }

  /// Every method's forecasts for the questions at `rows`, without and, if it has one, with its temperature.
  func forecasts(_ rows: [Int], _ temperatures: [Temperature?]) -> [Forecast] {
    forecasts(rows, temperatures.map { [$0].compactMap { $0.map(FittedCalibrator.init) } })
  }

  /// Every method's forecasts for the questions at `rows`, without and with each of its calibrators.
  func forecasts(_ rows: [Int], _ calibrators: [[FittedCalibrator]]) -> [Forecast] {
    let clusters = clusters(rows)
    return zip(files, calibrators).flatMap { file, calibrators in
      let raw = Forecast(file, rows: rows, clusters)
      return [raw] + calibrators.map { Forecast(raw, $0, of: file.posterior(rows)) }
    }
  }
}
