// Results in the format of lm-evaluation-harness's results file, which its make_table and its WandbLogger (version
// 0.4.13) read: `results.<task>.{"acc,none", "acc_stderr,none", ...}`. A data set is a group, and every method is a
// task in it. No file of samples is written, which some of its scripts need.
import Calibration
import Faults
import JSON

/// The content of the JSON file.
struct HarnessResults {
  /// A file that was scored.
  struct Source {
    let path: String
    let method: String
    let baseDigest: String
    let tokensDigest: String
    /// All settings, as canonical JSON.
    let settings: String
    let groups: Int
    let samples: Int
    /// The harness's name for the kind of answers.
    let outputType: String

    /// Predictions of choices.
    init(_ file: PredictionsFile) {
      let set = file.predictions
      (path, method, settings, outputType) = (file.path, set.method, set.settings, "multiple_choice")
      (baseDigest, tokensDigest, groups, samples) = (set.baseDigest, set.tokensDigest, set.groups, set.samples)
    }

    /// Texts.
    init(_ file: AnswersFile) {
      let set = file.answers
      (path, method, settings, outputType) = (file.path, set.method, set.settings, "generate_until")
      (baseDigest, tokensDigest, groups, samples) = (set.baseDigest, set.tokensDigest, set.groups, set.samples)
    }
  }

  /// One method on one data set.
  struct Task {
    /// The data set, with its corruption if there is one.
    let dataset: String
    /// The method, with its temperature if one was applied.
    let method: String
    /// The number of scored examples.
    let count: Int
    /// Names and values.
    let metrics: [(name: String, estimate: Estimate)]
    /// The metrics that say how good the answers are.
    let scores: [any Measure]
    /// The temperature that was applied, or nil.
    let temperature: Temperature?
    /// What was scored.
    let source: Source

    /// A row of the results table, with additional metrics.
    init(
      _ row: MethodRow, _ dataset: String, _ file: PredictionsFile, further: [(name: String, estimate: Estimate)] = []
    ) {
      (self.dataset, method, count, source) = (dataset, row.name, row.forecast.count, Source(file))
      (temperature, name) = (row.forecast.temperature, Self.plain("\(dataset)_\(row.name)"))
      metrics = row.forecast.metrics.map { ($0.name, row[$0]) } + further
      scores = row.forecast.metrics.filter { $0.direction != .neither }
    }

    /// Some metrics of a method.
    init(
      _ method: String, _ dataset: String, count: Int, _ metrics: [(name: String, estimate: Estimate)],
      scores: [any Measure], _ source: Source
    ) {
      (self.dataset, self.method, self.count) = (dataset, method, count)
      (self.metrics, self.scores, temperature, self.source) = (metrics, scores, nil, source)
      name = Self.plain("\(dataset)_\(method)")
    }

    /// `almanac_point`, `almanac_typos_2_swag_temperature`: the harness's loggers split names at slashes.
    fileprivate(set) var name: String

    /// `text` with each run of characters other than ASCII letters and digits, `.` and `-` replaced by one `_`.
    fileprivate static func plain(_ text: String) -> String {
      text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0))) }.joined(separator: "_")
    }
  }

  /// The tasks, in order, with unique names.
  let tasks: [Task]
  /// The bins and resamples.
  let settings: ScoringSettings
  /// Warnings about the results.
  let remarks: Remarks

  /// Results of `tasks`. If two of them have the same name, a `_` is appended to the later one.
  init(tasks: [Task], settings: ScoringSettings, remarks: Remarks) {
    var (named, names) = (tasks, Set<String>())
    for index in named.indices {
      while !names.insert(named[index].name).inserted { named[index].name += "_" }
    }
    (self.tasks, self.settings, self.remarks) = (named, settings, remarks)
  }

  /// The JSON file. Metrics without a value are not in `results`; `undefined` has the reasons.
  func text() throws -> String {
    var datasets: [String] = []
    for task in tasks where !datasets.contains(task.dataset) { datasets.append(task.dataset) }
    let groups = datasets.map { dataset in
      (Task.plain(dataset), JSON.array(tasks.filter { $0.dataset == dataset }.map { .string($0.name) }))
    }
    let document: [(String, JSON)] = [
      ("results", try perTask(results)), ("group_subtasks", .object(.init(groups))),
      ("configs", try perTask(configuration)), ("versions", try perTask { _ in 1 }), ("n-shot", try perTask { _ in 0 }),
      ("higher_is_better", try perTask(directions)),
      ("n-samples", try perTask { ["original": .integer($0.count), "effective": .integer($0.count)] }),
      ("task_hashes", try perTask { .string($0.source.tokensDigest) }), ("undefined", try perTask(undefined)),
      (
        "config",
        [
          "model": "credence", "model_args": .string("base=\(tasks.first?.source.baseDigest ?? "")"),
          "bootstrap_iters": .integer(settings.bootstrap.draws),
          "random_seed": .integer(Int(clamping: settings.bootstrap.seed)), "ece_bins": .integer(settings.bins),
        ]
      ),
      ("remarks", .array(remarks.sentences.map(JSON.string))),
    ]
    return try JSON.object(.init(document)).encode(pretty: true) + "\n"
  }

  private func perTask(_ value: (Task) throws -> JSON) throws -> JSON {
    .object(.init(try tasks.map { ($0.name, try value($0)) }))
  }

  private func results(_ task: Task) -> JSON {
    var members: [(String, JSON)] = [("alias", .string(task.name)), ("sample_len", .integer(task.count))]
    for (name, estimate) in task.metrics {
      guard let value = estimate.score.value else { continue }
      members.append(("\(Self.name(name)),none", .number(value)))
      if let error = estimate.standardError { members.append(("\(Self.name(name))_stderr,none", .number(error))) }
    }
    if let temperature = task.temperature { members.append(("temperature,none", .number(temperature.value))) }
    return .object(.init(members))
  }

  private func undefined(_ task: Task) -> JSON {
    .object(
      .init(
        task.metrics.compactMap { name, estimate in
          estimate.score.reason.map { ("\(Self.name(name)),none", .string($0)) }
        }))
  }

  private func configuration(_ task: Task) throws -> JSON {
    let source = task.source
    let metrics = task.scores.map { metric in
      JSON.object(
        .init([
          ("metric", .string(Self.name(metric.name))), ("aggregation", metric.isMean ? "mean" : "corpus"),
          ("higher_is_better", .bool(metric.direction == .higher)),
        ]))
    }
    let settings = try JSON.parse(Array(source.settings.utf8), subject: "\(source.path): settings")
    return [
      "task": .string(task.name), "dataset_path": .string(task.dataset), "output_type": .string(source.outputType),
      "test_split": "test", "metric_list": .array(metrics),
      "metadata": [
        "version": 1, "method": .string(source.method), "groups": .integer(source.groups),
        "samples": .integer(source.samples),
        "settings": settings, "remarks": .array(remarks.texts(about: task.method).map(JSON.string)),
      ],
    ]
  }

  private func directions(_ task: Task) -> JSON {
    .object(.init(task.scores.map { (Self.name($0.name), .bool($0.direction == .higher)) }))
  }

  /// Accuracy is called `acc`, the name that every script looks for.
  private static func name(_ metric: String) -> String { metric == Metric.accuracy.name ? "acc" : metric }
}

extension Evaluation {
  /// The results in the harness's format: a task for each method.
  package func harnessJSON() throws -> String {
    let tasks = rows.map { HarnessResults.Task($0, dataset, file(of: $0)) }
    return try HarnessResults(tasks: tasks, settings: settings, remarks: remarks).text()
  }
}

extension ShiftTest {
  /// The results in the harness's format: a task for each method and set, including corrupted sets.
  package func harnessJSON() throws -> String {
    func file(_ method: String) -> PredictionsFile { files.first { $0.predictions.method == method } ?? files[0] }
    let scored = sets.flatMap { scores in
      scores.rows.indices.map { index in
        HarnessResults.Task(
          scores.rows[index], scores.dataset, file(scores.rows[index].forecast.method),
          further: scores.detectionMetrics(of: index))
      }
    }
    let (metrics, numbers) = (corruption?.metrics ?? [], Metric.ofNumbers.filter { $0.direction != .neither })
    let corrupted = (corruption?.curves ?? []).flatMap { curve in
      curve.severities.indices.dropFirst().map { step in
        HarnessResults.Task(
          curve.name, "\(inDistribution.dataset) (\(curve.corruption) \(curve.severities[step]))",
          count: corruption?.count ?? 0,
          metrics.compactMap { metric in curve.values[metric].map { (metric.name, $0[step]) } },
          scores: isOfNumbers ? numbers : Metric.scores, .init(file(curve.method)))
      }
    }
    return try HarnessResults(tasks: scored + corrupted, settings: settings, remarks: remarks).text()
  }
}
