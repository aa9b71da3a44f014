// An evaluation in the shape of lm-evaluation-harness's results file, so that scripts that read its tables read ours:
// `results.<task>.{"acc,none", "acc_stderr,none", ...}`. The data set is a group, and every method a task of it.
import Calibration
import Faults
import JSON

extension Evaluation {
  /// The JSON file. Metrics without a value are left out of `results`, and `undefined` says why.
  public func harnessJSON() throws -> String {
    let document: [(String, JSON)] = [
      ("results", perTask(taskResults)),
      ("group_subtasks", .object(.init([(dataset, .array(rows.map { .string(task($0)) }))]))),
      ("configs", try .object(.init(rows.map { (task($0), try taskConfiguration($0)) }))),
      ("versions", perTask { _ in 1 }),
      ("n-shot", perTask { _ in 0 }),
      ("higher_is_better", perTask { _ in Self.directions }),
      ("n-samples", perTask { ["original": .integer($0.forecast.count), "effective": .integer($0.forecast.count)] }),
      ("task_hashes", perTask { _ in .string(files[0].predictions.tokensDigest) }),
      ("undefined", perTask(undefined)),
      (
        "config",
        [
          "model": "credence", "model_args": .string("base=\(files[0].predictions.baseDigest)"),
          "bootstrap_iters": .integer(settings.bootstrap.draws),
          "random_seed": .integer(Int(clamping: settings.bootstrap.seed)), "ece_bins": .integer(settings.bins),
        ]
      ),
      ("remarks", .array(remarks.map(JSON.string))),
    ]
    return try JSON.object(.init(document)).encode(pretty: true) + "\n"
  }

  private func task(_ row: Row) -> String { "\(dataset)/\(row.name)" }

  private func perTask(_ value: (Row) -> JSON) -> JSON { .object(.init(rows.map { (task($0), value($0)) })) }

  private func taskResults(_ row: Row) -> JSON {
    var members: [(String, JSON)] = [
      ("alias", .string(" - \(row.name)")), ("sample_len", .integer(row.forecast.count)),
    ]
    for metric in Metric.allCases {
      guard let value = row[metric].score.value else { continue }
      members.append(("\(metric.harnessName),none", .number(value)))
      if let error = row[metric].standardError {
        members.append(("\(metric.harnessName)_stderr,none", .number(error)))
      }
    }
    if let temperature = row.forecast.temperature { members.append(("temperature,none", .number(temperature.value))) }
    return .object(.init(members))
  }

  private func undefined(_ row: Row) -> JSON {
    .object(
      .init(
        Metric.allCases.compactMap { metric in
          row[metric].score.reason.map { ("\(metric.harnessName),none", .string($0)) }
        }))
  }

  private func taskConfiguration(_ row: Row) throws -> JSON {
    let file = files.first { $0.predictions.method == row.forecast.method } ?? files[0]
    let metrics = Metric.scores.map { metric in
      JSON.object(
        .init([
          ("metric", .string(metric.harnessName)), ("aggregation", metric.isMean ? "mean" : "corpus"),
          ("higher_is_better", .bool(metric.higherIsBetter == true)),
        ]))
    }
    return .object(
      .init([
        ("task", .string(task(row))), ("dataset_path", .string(dataset)), ("output_type", "multiple_choice"),
        ("test_split", "test"), ("metric_list", .array(metrics)),
        (
          "metadata",
          [
            "version": 1, "method": .string(row.forecast.method), "groups": .integer(file.predictions.groups),
            "samples": .integer(file.predictions.samples),
            "settings": try JSON.parse(Array(file.predictions.settings.utf8), subject: "\(file.path): settings"),
          ]
        ),
      ]))
  }

  private static let directions = JSON.object(
    .init(Metric.scores.map { ($0.harnessName, .bool($0.higherIsBetter == true)) }))
}

extension Metric {
  /// Its name there: `acc` is what every script looks for.
  fileprivate var harnessName: String { self == .accuracy ? "acc" : rawValue }
  /// Whether it is a mean over examples, or a quantity of the whole set.
  fileprivate var isMean: Bool { [.accuracy, .nll, .brier].contains(self) }
}
