// What the rows of a set are, and the words for them. Sentences of the reports are written about questions and their
// choices; about texts and about labels, the same sentences are said with other words.

/// What a row of predictions is about.
enum RowKind: Sendable {
  /// A question with choices, one of which is right.
  case question
  /// A text with classes, one of which is right.
  case text
  /// One label of a text, which applies or not.
  case label

  /// The kind of the rows of `file`; without the tokens that it was predicted from, texts cannot be told from questions.
  init(_ file: PredictionsFile, _ texts: QuestionTexts?) {
    let hasClasses = texts?.tokens.scoring.hasClasses ?? !file.predictions.classValues.isEmpty
    self = !file.predictions.labelNames.isEmpty ? .label : hasClasses ? .text : .question
  }

  /// What an example is, which has several rows if these are labels.
  var example: RowKind { self == .label ? .text : self }

  /// `sentence`, which is written about questions and choices, with the words for this kind. It must not contain names of
  /// the user's.
  func words(_ sentence: String) -> String {
    let (row, choice): (String, (one: String, many: String))
    switch self {
    case .question: return sentence
    case .text: (row, choice) = ("text", ("class", "classes"))
    case .label: (row, choice) = ("label", ("answer", "answers"))
    }
    return sentence.replacing(#/\bquestion(s?)\b/#) { "\(row)\($0.output.1)" }
      .replacing(#/\bchoice(s?)\b/#) { $0.output.1.isEmpty ? choice.one : choice.many }
  }

  /// The same for markup.
  func words(_ markup: HTML) -> HTML { HTML(markup: words(markup.source)) }
}
