// The sections about the recommended method's answers.
import Calibration

extension Evaluation {
  /// The answers of the recommended method.
  var answerSheet: AnswerSheet {
    let file = files.first { $0.predictions.method == finding.recommended } ?? files[0]
    return AnswerSheet(
      file, finding.candidates.first { $0.method == finding.recommended }?.row.forecast.temperature, texts)
  }

  /// How sure the answers are, which classes are mixed up, and the least sure answers.
  var answerSections: [Page.Section] {
    let sheet = answerSheet
    let isMixedUp = !sheet.classNames.isEmpty && sheet.hasLabels
    return [sheet.confidenceSection] + (isMixedUp ? [sheet.confusionSection] : []) + [sheet.leastSureSection]
  }
}

extension AnswerSheet {
  /// At most this many classes are in a table.
  private static let mostClasses = 20

  private var subject: String {
    file.predictions.method + (temperature.map { " with T = \(fixed($0.value, 2))" } ?? "")
  }

  fileprivate var confidenceSection: Page.Section {
    let levels = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]
    let lines = levels.map { level -> Page.Line in
      let sure = answers.filter { $0.confidence >= level }
      return Page.Line(
        cells: ["at least \(fixed(100 * level, 0)) %", "\(sure.count)", share(sure.count, of: answers.count)]
          + (hasLabels ? [share(sure.count { $0.isRight == true }, of: sure.count { $0.label != nil })] : []))
    }
    let table = Page.table(
      "answers by confidence", ["Confidence", "answers", "share %"] + (hasLabels ? ["of them right %"] : []), lines)
    return Page.section(
      "Answers and how sure they are",
      """
      All \(answers.count) test \(kind.words("questions")), with or without a label, as answered by the recommended method: \(subject). \
      Confidence is the probability of the answer.
      """, [classTable, table])
  }

  /// How often each class is the answer; empty if there are no classes.
  private var classTable: HTML {
    let counts = classCounts
    guard !counts.isEmpty else { return "" }
    let order = counts.indices.sorted { (counts[$1].given, $0) < (counts[$0].given, $1) }
    let shown = counts.count > Self.mostClasses ? Array(order.prefix(Self.mostClasses)) : Array(counts.indices)
    let lines = shown.map { index -> Page.Line in
      let (given, right, labelled) = counts[index]
      let known = answers.count { $0.choice == index && $0.label != nil }
      return Page.Line(
        cells: ["\(classNames[index])", "\(given)", share(given, of: answers.count)]
          + (hasLabels ? ["\(labelled)", share(right, of: known), share(right, of: labelled)] : []))
    }
    let head: [HTML] = ["Class", "answers", "share %"]
    let scored: [HTML] = hasLabels ? ["\(kind.words("questions"))", "right when answered %", "found %"] : []
    let note: HTML = shown.count < counts.count ? "<p class=\"note\">The \(shown.count) most frequent answers.</p>" : ""
    return "\(note)\(Page.table("answers by class", head + scored, lines))"
  }

  fileprivate var confusionSection: Page.Section {
    let counts = confusion
    let matrix: [HTML] =
      counts.count > Self.mostClasses
      ? []
      : [
        Page.table(
          "right classes and answers", ["Right class"] + classNames.map { "\($0)" },
          counts.indices.map { right in
            Page.Line(
              cells: ["\(classNames[right])"]
                + counts[right].enumerated().map { $0 == right ? "<b>\($1)</b>" : $1 == 0 ? "\u{00B7}" : "\($1)" })
          }, style: "dense")
      ]
    let pairs = mixedUp().map { pair in
      Page.Line(
        cells: [
          "\(classNames[pair.one]) and \(classNames[pair.other])", "\(pair.count)", "\(counts[pair.one][pair.other])",
          "\(counts[pair.other][pair.one])",
        ])
    }
    let table = Page.table(
      "classes that are mixed up", ["Classes", "mistakes", "second for first", "first for second"], pairs)
    return Page.section(
      "Which classes are mixed up",
      """
      Labelled test \(kind.words("questions")): a row for each right class, a column for each answer of \(subject). \
      \(matrix.isEmpty ? "There are too many classes for a table of all." : "") Below, the pairs with the most mistakes.
      """, matrix + (pairs.isEmpty ? [] : [table]))
  }

  fileprivate var leastSureSection: Page.Section {
    let shown = leastSure()
    let hasTexts = shown.contains { texts?.text(of: $0.row, in: file.predictions) != nil }
    let lines = shown.map { answer -> Page.Line in
      let text: HTML = "<span class=\"text\">\(texts?.text(of: answer.row, in: file.predictions) ?? "")</span>"
      let right = answer.label.map { name($0, of: answer.row) } ?? "\u{2013}"
      return Page.Line(
        cells: ["\(file.predictions.rowIDs[answer.row])"] + (hasTexts ? [text] : []) + [
          "\(name(answer.choice, of: answer.row))", "\(fixed(100 * answer.confidence, 1))",
        ] + (hasLabels ? ["\(right)"] : []))
    }
    return Page.section(
      "Where it is least sure",
      """
      The \(shown.count) test \(kind.words("questions")) with the lowest confidence of \(subject)\
      \(hasTexts ? ", as the model reads them: some models lower capitals, and long texts are cut" : ""). \
      <code>predictions.csv</code> has all of them.
      """,
      [
        Page.table(
          "least sure answers",
          ["Id"] + (hasTexts ? ["<span class=\"text\">Text</span>"] : []) + ["Answer", "Confidence %"]
            + (hasLabels ? ["Right answer"] : []), lines)
      ])
  }

  /// A share in percent, or a dash if there is nothing to share.
  private func share(_ part: Int, of whole: Int) -> HTML {
    whole == 0 ? "\u{2013}" : "\(fixed(100 * Double(part) / Double(whole), 1))"
  }
}
