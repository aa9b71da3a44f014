// Readers of the classification sets that are tables: SST-2, RTE, MRPC, CoLA, TREC, product reviews; and MMLU's CSV.
import Faults

/// SST-2: `sentence`, `label`; its test file has `index`, `sentence`. Raw tabs.
func readSST2(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try Table(source, try source.tabSeparatedRows()).questions(
    reading, counter: "index", texts: ["sentence"], label: "label", .sentiment
  ) { .sentence($0[0], .sentiment) }
}

/// Product reviews: like SST-2, but quoted, with line ends and tabs inside the quotes.
func readReviews(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try Table(source, try source.quotedRows(delimiter: 0x09)).questions(
    reading, texts: ["sentence"], label: "label", .sentiment
  ) { .sentence($0[0], .sentiment) }
}

/// RTE: `index`, `sentence1`, `sentence2`, `label` in words. Raw tabs: a quote is a character of the text.
func readRTE(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try Table(source, try source.tabSeparatedRows()).questions(
    reading, counter: "index", texts: ["sentence1", "sentence2"], label: "label", .entailment
  ) { .sentencePair($0[0], $0[1], .entailment) }
}

/// MRPC: `Quality`, two ids, two strings. Raw tabs: its quotes are unbalanced, so that a CSV reader would lose rows.
func readMRPC(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  try Table(source, try source.tabSeparatedRows()).questions(
    reading, texts: ["#1 String", "#2 String"], label: "Quality", others: ["#1 ID", "#2 ID"], .paraphrase
  ) { .sentencePair($0[0], $0[1], .paraphrase) }
}

/// CoLA: source, label, the author's mark, sentence; no header.
func readCoLA(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let columns = ["source", "label", "mark", "sentence"]
  return try Table(source, try source.tabSeparatedRows(), columns: columns).questions(
    reading, texts: ["sentence"], label: "label", others: ["source", "mark"], .acceptability
  ) { .sentence($0[0], .acceptability) }
}

/// TREC: `NUM:dist How far is it from Denver to Aspen ?`; the coarse label is the class.
func readTREC(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  var questions: [Question] = []
  for line in try source.lines() {
    let halves = line.text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let label = halves[0].split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2, label.count == 2 else {
      throw source.fault(
        line.number, "expected coarse:fine, a space and a question, found \(line.text.prefix(40).debugDescription)")
    }
    let location = source.location(line.number)
    questions.append(
      Question(
        id: reading.id(questions.count + 1), prompt: .sentence(String(halves[1]), .answerType),
        choices: Classes.answerType.names, label: try Classes.answerType.index(of: String(label[0]), at: location),
        location: location))
  }
  return ReadRows(questions: questions)
}

/// MMLU: question, four choices, a letter; no header. The file's name is the subject, and ids begin with it.
func readMMLU(_ source: SourceText, _ reading: RowReading) throws -> ReadRows {
  let columns = ["question", "A", "B", "C", "D", "answer"]
  let table = try Table(source, try source.quotedRows(delimiter: 0x2C), columns: columns)
  var questions: [Question] = []
  for row in table.rows {
    let location = source.location(row.number)
    let written = row.fields[5]
    let label = written.isEmpty ? nil : try indexOfLabel(written, among: Array(letters[0..<4]), at: location)
    questions.append(
      Question(
        id: reading.id(questions.count + 1), prompt: .stem(row.fields[0]), choices: Array(row.fields[1...4]),
        label: label, location: location))
  }
  return ReadRows(questions: questions)
}
