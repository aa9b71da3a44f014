// What `tokenize` records in the provenance and reports about the files that it has read.
import Artifacts
import Checkpoints
import Faults
import Files
import StageKit
import Tasks

extension StageContext {
  /// Records the inputs and reports how each file was read.
  func report(_ files: [QuestionFile], of folder: ModelFolder) throws {
    try record(input: folder.path + "/config.json", digest: SHA256.hexDigest(ofFile: folder.path + "/config.json"))
    for (path, digest) in folder.tokenizerFiles { try record(input: path, digest: digest) }
    for file in files {
      try record(input: file.path, digest: file.digest)
      let (used, others) = (Self.list(file.fields.used), Self.list(file.fields.descriptive))
      say(
        "\(file.path): \(plural(file.questions.count, "row")), format \(file.format.name)"
          + (used.isEmpty ? "" : " from \(used)") + (others.isEmpty ? "" : "; not used: \(others)"))
      warnOfDoubts(about: file)
      if file.replacements > 0 {
        say("\(file.path): \(file.replacements) invalid UTF-8 sequences were replaced by U+FFFD")
      }
    }
  }

  /// The first ten of `names`, and how many more there are.
  private static func list(_ names: [String], _ word: (String) -> String = { $0 }) -> String {
    let shown = 10
    let more = names.count > shown ? " and \(names.count - shown) more" : ""
    return names.prefix(shown).map(word).joined(separator: ", ") + more
  }

  /// Warns of columns that are not used, and of a format that was guessed from the columns.
  private func warnOfDoubts(about file: QuestionFile) {
    if !file.fields.unused.isEmpty {
      let unused = Self.list(file.fields.unused) { $0 + file.fields.suggestion(for: $0) }
      warn("\(file.path): not used: \(unused); used: \(Self.list(file.fields.used))")
    }
    if file.isFormatGuessed, let classes = file.format.classes {
      let meanings = zip(classes.labels, classes.names).map { "\($0): \($1)" }.joined(separator: ", ")
      warn(
        "\(file.path): read as \(file.format.name) because of its columns alone (\(meanings)); if that is right, give "
          + "--format \(file.format.name), if not, --format texts")
    }
  }

  /// Warns of truncated text, and of rows that lost a whole question or choice.
  /// - Parameter positions: the most tokens that the network can read.
  func report(_ truncation: Truncation, of set: TokenizedSet, positions: Int) {
    if truncation.questions == 0 { return }
    let kinds = truncation.kinds.map { "\($0.name) in \($0.questions)" }.joined(separator: ", ")
    let needed = truncation.neededLength
    let remedy =
      needed <= positions
      ? "--maximum-length \(needed) keeps all (with make: MAXIMUM_LENGTH=\(needed))"
      : "the longest has \(needed) tokens, and the network reads \(positions) at most"
        + (set.maximumLength < positions ? " (--maximum-length; with make: MAXIMUM_LENGTH)" : "")
    warn("text was truncated at \(set.longestText) tokens in \(questions(truncation)): \(kinds); \(remedy)")
    let shown = 5
    for row in truncation.emptied.prefix(shown) { warn("\(row.location): nothing is left of \(row.parts)") }
    if truncation.emptied.count > shown {
      warn("\(truncation.emptied.count - shown) more rows lost a whole question or choice")
    }
  }

  /// Warns of texts whose windows, `windows` at most, do not reach their end.
  func report(_ truncation: Truncation, windows: String) {
    warn(
      "\(questions(truncation)) did not fit into \(windows) tokens, and lost the end; --maximum-windows "
        + "\(truncation.neededWindows) keeps all (with make: in TOKENIZE_FLAGS)")
  }

  private func questions(_ truncation: Truncation) -> String {
    plural(truncation.questions, "question")
  }

  /// Warns of an encoder's questions that all have the same choices: as classes, each needs one sequence only.
  func warnOfRepeatedChoices(in set: QuestionSet, _ scoring: TokenizedSet.Scoring) {
    guard scoring == .pairs, let choices = set.commonChoices, set.questions.count > 1 else { return }
    warn(
      "all \(set.questions.count) questions have the same \(choices.count) choices; as classes they would need one "
        + "sequence each instead of \(choices.count): --template sentence (with make: TEMPLATE=sentence)")
  }

  /// Notes that the classes are numbers, which the user may mean to be more than names.
  func noteNumbers(in set: TokenizedSet) {
    let areNumbers = set.classNames.allSatisfy { Double($0) != nil }
    guard areNumbers, set.classNames.count > 10, set.classValues.isEmpty, set.numbers == nil else { return }
    say(
      "the \(set.classNames.count) classes are numbers, but only names here: give --ordinal (with make: "
        + "TOKENIZE_FLAGS=--ordinal) for grades, whose order counts, or --format numbers (with make: "
        + "FORMAT.\(set.dataset)=numbers) to predict a number")
  }

  /// Reports questions that make scores doubtful or impossible.
  func report(_ set: QuestionSet) {
    if set.testQuestionsInTrain > 0 {
      say("test questions that also occur, word for word, among the training questions: \(set.testQuestionsInTrain)")
    }
    if set.questionsWithoutWords > 0 { say("questions without words, which are kept: \(set.questionsWithoutWords)") }
    let alike = set.questionsWithEqualChoices
    if let first = alike.first {
      warn("questions with two equal choices: \(alike.count), the first of them \(first.location)")
    }
    let unlabelled = set.questions.count { $0.label == nil }
    if unlabelled > 0 { say("test questions without a label, which get predictions but no scores: \(unlabelled)") }
  }
}
