// Warnings that a reader must know before trusting a result: remarks of the stages that made the predictions, and what
// the results themselves show. Every output prints this one list.
import Calibration

/// All remarks of a report, in order.
package struct Remarks: Sendable {
  /// One remark about some methods.
  struct Remark {
    /// The methods that it is about, in the table's order; empty if it is about the questions.
    var methods: [String]
    /// Its text.
    let text: String
  }

  private let methods: [String]
  private let kind: RowKind
  private(set) var list: [Remark] = []

  /// No remarks yet, about a table of `methods` on rows of the kind `kind`.
  init(_ methods: [String], _ kind: RowKind) { (self.methods, self.kind) = (methods, kind) }

  /// Adds `text` about `method`, or about the questions. Methods with the same text share one remark.
  mutating func add(_ text: String, about method: String? = nil) {
    if let index = list.firstIndex(where: { $0.text == text }) {
      if let method, !list[index].methods.contains(method) { list[index].methods.append(method) }
    } else {
      list.append(Remark(methods: method.map { [$0] } ?? [], text: text))
    }
  }

  /// The sentences without markers: `swag: one sample: no spread measured`.
  package var sentences: [String] { list.map { sentence($0, names: methods.count) } }

  /// The remarks about the row `name`, which is a method's with or without its temperature, and about the questions,
  /// without the methods' names.
  func texts(about name: String) -> [String] {
    let method =
      Calibrator.allCases.lazy.map { Forecast.separator + $0.rawValue }.first(where: name.hasSuffix)
      .map { String(name.dropLast($0.count)) } ?? name
    return list.filter { $0.methods.isEmpty || $0.methods.contains(method) }.map(\.text)
  }

  /// The numbers of the remarks about `method` in a table, such as `1,3`; empty if there are none. A remark about all
  /// methods has no number.
  func marker(_ method: String) -> String {
    marked.enumerated().filter { $1.methods.contains(method) }.map { "\($0.offset + 1)" }.joined(separator: ",")
  }

  /// The sentences with their markers, for directly below a table: `[1] swag: one sample: no spread measured`.
  package var lines: [String] {
    var number = 0
    return list.map { remark in
      let line = sentence(remark, names: Self.mostNames)
      guard isMarked(remark) else { return line }
      number += 1
      return "[\(number)] \(line)"
    }
  }

  private var marked: [Remark] { list.filter(isMarked) }

  private func isMarked(_ remark: Remark) -> Bool { !remark.methods.isEmpty && !isAboutAll(remark) }

  private func isAboutAll(_ remark: Remark) -> Bool { methods.count > 1 && remark.methods.count == methods.count }

  /// If a line would have more names than this, it counts the methods instead: the numbers in the table show which.
  private static let mostNames = 6

  private func sentence(_ remark: Remark, names: Int) -> String {
    let some = remark.methods
    let subject =
      isAboutAll(remark)
      ? "all methods"
      : some.count > names ? "\(some.count) of \(methods.count) methods" : some.joined(separator: ", ")
    return subject.isEmpty ? remark.text : "\(subject): \(remark.text)"
  }
}

extension Remarks {
  /// With fewer calibration questions than this, a temperature, and what is chosen by it, is mostly luck.
  static let fewCalibrationQuestions = 30
  /// Temperatures outside this range get a remark.
  private static let usualTemperatures = 0.5...2
  /// With fewer answers than this, it is no surprise if all are the same.
  private static let fewAnswers = 10

  /// Adds the remarks of the stages that made `files`.
  mutating func addWarnings(of files: [PredictionsFile]) {
    for file in files {
      for warning in file.predictions.warnings { add(warning, about: file.predictions.method) }
    }
  }

  /// Adds remarks about the fitted `temperatures`, one for each method. Of the calibration questions, `copies` are copies
  /// of others.
  mutating func add(_ temperatures: [Temperature?], copies: Int) {
    if let count = temperatures.lazy.compactMap({ $0?.count }).first, count - copies < Self.fewCalibrationQuestions {
      let questions = "\(count) calibration questions\(copies > 0 ? " with \(copies) copies" : "")"
      add(kind.words("T: \(questions) are too few for a reliable temperature"))
    }
    for (method, temperature) in zip(methods, temperatures) {
      guard let temperature else { continue }
      if let remark = temperature.remark {
        add("\(remark), so T = 1", about: method)
      } else if temperature.value > Self.usualTemperatures.upperBound {
        add("T is above 2: very overconfident before scaling", about: method)
      } else if temperature.value < Self.usualTemperatures.lowerBound {
        add("T is below 0.5: very underconfident before scaling", about: method)
      }
    }
  }

  /// Adds why calibrators that were asked for have no rows, and what is to be said about those that have.
  mutating func add(_ calibrations: [Evaluation.Calibrations]) {
    for (method, calibrations) in zip(methods, calibrations) {
      for reason in calibrations.misfits { add(reason, about: method) }
      for fit in calibrations.fitted where fit.calibrator != .temperature {
        if let remark = fit.remark { add("\(fit.calibrator.rawValue): \(remark)", about: method) }
      }
    }
  }

  /// Adds remarks about the scores of `rows`: answers that are all the same, and accuracy no better than guessing.
  /// `dataset` is the data set's name if a report has several, otherwise empty. `classNames` are the names of the choices
  /// that all questions have; empty if they have none in common.
  mutating func add(_ rows: [MethodRow], dataset: String = "", classNames: [String] = []) {
    let prefix = dataset.isEmpty ? "" : "\(dataset): "
    for row in rows where row.isRaw {
      if let numbers = row.forecast.numbers {
        let guess = numbers.errorOfTheMean
        guard let most = row[.rmse].interval?.upperBound, most >= guess else { continue }
        add(
          "\(prefix)the RMSE is no better than that of predicting the mean for every text, "
            + NumberFormat.significant.text(guess), about: row.name)
        continue
      }
      let forecast = row.forecast
      let answers = Set((0..<forecast.count).map(forecast.mixture.prediction))
      if let answer = answers.first, answers.count == 1, forecast.count >= Self.fewAnswers {
        add("\(prefix)all \(forecast.count) answers are \(name(ofAnswer: answer, classNames))", about: row.name)
      }
      if let guess = row.guessThatIsAsGood {
        add("\(prefix)accuracy is no better than guessing, which reaches \(fixed(100 * guess, 1)) %", about: row.name)
      }
    }
  }

  private func name(ofAnswer answer: Int, _ classNames: [String]) -> String {
    if kind == .label { return answer == 0 ? "no" : "yes" }
    return classNames.isEmpty ? kind.words("choice \(answer) (counting from 0)") : classNames[answer]
  }

  /// Adds remarks about differences from the point estimate that are certain but too small to matter.
  mutating func add(_ finding: Finding) {
    for candidate in finding.candidates {
      guard let difference = candidate.minusReference, difference.excludesZero, !difference.isDifference
      else { continue }
      add(
        "NLL differs from \(MethodRow.reference)'s by less than \(Estimate.leastDifference), too little to matter",
        about: candidate.method)
    }
  }

  /// Adds remarks about rows that are more confident on the shifted set than on `home`: the interval of the detection
  /// is below one half.
  mutating func add(_ scores: ShiftTest.Scores, moreConfidentThanOn home: String) {
    for (index, row) in scores.rows.enumerated() where row.isRaw {
      guard let highest = scores.mainDetection(of: index)?.interval?.upperBound, highest < 0.5 else { continue }
      add("\(scores.dataset): more confident there than on \(home) (AUROC below 50 %)", about: row.name)
    }
  }
}

extension NumberOutcomes {
  /// The root mean squared error of the best prediction that is the same for all examples: their standard deviation.
  fileprivate var errorOfTheMean: Double {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)).squareRoot()
  }
}
