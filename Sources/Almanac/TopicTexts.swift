// The second embedded data set: questions of the almanac as texts whose label is their topic. It shows classification of
// texts, and prediction of new ones, without a download.

/// A file of texts.
package enum TopicTexts: String, Sendable, CaseIterable {
  /// Texts with labels to train on.
  case train
  /// Texts with labels that are kept back.
  case test
  /// Texts without labels, in wordings that occur nowhere else, as next month's texts would be.
  case new

  /// The topics that are classes. Capitals, continents and currencies resemble each other, as classes of people do.
  private static let topics: Set = [
    "anatomy", "animals", "astronomy", "calendar", "capitals", "continents", "currencies", "elements",
  ]

  /// Where the questions are from.
  private var source: QuestionFile {
    switch self {
    case .train: .train
    case .test: .test
    case .new: .near
    }
  }

  /// The largest number of texts.
  private var count: Int {
    switch self {
    case .train, .test: 400
    case .new: 300
    }
  }

  /// The questions whose texts are here. Many differ in their choices alone; each text occurs once, and none of `train`
  /// in `test`.
  private func questions(of almanac: Almanac) -> ArraySlice<Question> {
    var seen = self == .test ? Set(Self.train.questions(of: almanac).map(\.question)) : []
    return almanac.questions(source).filter {
      Self.topics.contains($0.topic) && seen.insert($0.question).inserted
    }.prefix(count)
  }

  /// The file as CSV with a header. The ids of new texts are those of their questions, which have the topics.
  package func table(of almanac: Almanac) -> String {
    let rows = questions(of: almanac).map { self == .new ? [$0.id, $0.question] : [$0.question, $0.topic] }
    let header = self == .new ? ["id", "text"] : ["text", "label"]
    return ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private func quoted(_ field: String) -> String {
    let isPlain = !field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
  }
}
