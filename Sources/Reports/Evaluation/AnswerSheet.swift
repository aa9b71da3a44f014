// The recommended method's answers to all test questions, labelled or not: what it answers, how sure it is, which classes
// it mixes up, and where it is least sure.
import Artifacts
import Calibration

/// The answers of one method to the test questions, after temperature scaling.
struct AnswerSheet {
  /// The answer to one question.
  struct Answer {
    /// The question's row in the file.
    let row: Int
    /// The index of the choice.
    let choice: Int
    /// Its probability.
    let confidence: Double
    /// The index of the right choice; nil if it is unknown.
    let label: Int?

    /// Whether it is right; nil if that is unknown.
    var isRight: Bool? { label.map { $0 == choice } }
  }

  /// Where the predictions are from.
  let file: PredictionsFile
  /// The temperature; nil if there is none.
  let temperature: Temperature?
  /// The answers, in the file's order.
  let answers: [Answer]
  /// The names of choices, and the texts; nil if the tokens are not at hand.
  let texts: QuestionTexts?

  init(_ file: PredictionsFile, _ temperature: Temperature?, _ texts: QuestionTexts?) {
    (self.file, self.temperature, self.texts) = (file, temperature, texts)
    let rows = file.rows(of: .test)
    let raw = Mixture(file.posterior(rows))
    let mixture = temperature.map { raw.scaled(by: $0.value) } ?? raw
    answers = zip(rows.indices, rows).map { index, row in
      let label = Int(file.predictions.labels[row])
      return Answer(
        row: row, choice: mixture.prediction(index), confidence: mixture.confidence(index),
        label: label < 0 ? nil : label)
    }
  }

  /// What is answered.
  var kind: RowKind { RowKind(file, texts) }
  /// The classes; empty if every question has choices of its own.
  var classNames: [String] { texts?.classNames ?? [] }
  /// Whether any label is known.
  var hasLabels: Bool { answers.contains { $0.label != nil } }

  /// How many answers each class is, and how often it would be right: [class].
  var classCounts: [(given: Int, right: Int, labelled: Int)] {
    classNames.indices.map { index in
      let given = answers.filter { $0.choice == index }
      return (given.count, given.count { $0.isRight == true }, answers.count { $0.label == index })
    }
  }

  /// [right class][answer] The number of labelled questions.
  var confusion: [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classNames.count), count: classNames.count)
    for answer in answers { if let label = answer.label { counts[label][answer.choice] += 1 } }
    return counts
  }

  /// The pairs of classes that are mixed up most often, in either direction; those with equal counts in their order.
  func mixedUp(most: Int = 10) -> [(one: Int, other: Int, count: Int)] {
    let counts = confusion
    let pairs = counts.indices.flatMap { one in
      (0..<one).map { other in (one: other, other: one, count: counts[one][other] + counts[other][one]) }
    }
    return pairs.filter { $0.count > 0 }
      .sorted { ($1.count, $0.one, $0.other) < ($0.count, $1.one, $1.other) }.prefix(most).map { $0 }
  }

  /// The answers with the lowest confidence, the least sure first.
  func leastSure(most: Int = 20) -> [Answer] {
    answers.sorted { ($0.confidence, $0.row) < ($1.confidence, $1.row) }.prefix(most).map { $0 }
  }

  /// The name of choice `choice` of the question at `row`; its index, counting from 0, if names are not at hand.
  func name(_ choice: Int, of row: Int) -> String {
    let names = texts?.choices(of: row, in: file.predictions) ?? []
    return names.indices.contains(choice) ? names[choice] : "choice \(choice)"
  }

  /// What can be said if no question is scored: how often each class is the answer, and how many answers are doubtful.
  var sentences: [String] {
    let counts = zip(classNames, classCounts).map { "\($0) \($1.given)" }
    let doubtful = answers.count { $0.confidence < Self.doubtful }
    let method = file.predictions.method
    return (counts.isEmpty || counts.count > 20 ? [] : ["Answers of \(method): \(counts.joined(separator: ", "))."]) + [
      "\(method) is less than \(fixed(100 * Self.doubtful, 0)) % sure of \(doubtful) of its \(answers.count) answers."
    ]
  }

  private static let doubtful = 0.9
}
