// Columns and members: names of other tools are read, unused fields are reported, and ambiguous ones are rejected.
import Faults
import Tasks
import Testing

@Suite struct FieldNamesTests {
  @Test(arguments: ["passage", "context", "support", "article", "paragraph", "story", "Article"])
  func passagesAreReadUnderTheNamesOfOtherTools(name: String) throws {
    let file = try reading(#"{"\#(name)": "P.", "question": "Q?", "options": ["p", "q"], "answer": "A"}"#)
    #expect(file.questions[0].prompt == .passage("P.", question: "Q?"))
    #expect(file.fields.used == [name, "question", "options", "answer"] && file.fields.unused.isEmpty)
    let table = try reading("\(name),question,A,B,answer\nP.,Q?,p,q,A\n", named: "own.csv")
    #expect(table.questions[0].prompt == .passage("P.", question: "Q?"))
  }

  @Test(
    arguments: [
      (#"{"question": "Q?", "choices": ["p", "q"], "answer": 0, "lecture": "L."}"#, ["lecture"]),
      (#"{"question": "Q?", "choices": ["p", "q"], "answer": 0, "lecture": null, "hint": ""}"#, []),
      (
        #"{"question": "Q?", "choices": {"text": ["p", "q"], "label": ["A", "B"], "para": ["x", "y"]}}"#,
        ["choices.para"]
      ),
      (
        #"{"question": "Q?", "options": [{"label": "A", "text": "p", "para": "x"}, {"label": "B", "text": "q"}]}"#,
        ["options[].para"]
      ),
      (
        arcRow("a").replacing(#""stem""#, with: #""fact": "f", "stem""#).replacing("answerKey", with: "answer"),
        ["question.fact", "answer"]
      ),
      (#"{"question": "q", "passage": "p", "title": "t", "answer": true, "source": "web"}"#, ["source"]),
      (
        #"{"qID": "W", "sentence": "a _ b", "option1": "a", "option2": "b", "option3": "c", "answer": "1"}"#,
        ["option3"]
      ),
      ("question,A,B,answer,lecture\nQ?,p,q,A,\nR?,p,q,A,L.\n", ["lecture"]),
      ("question,A,B,answer,lecture,,\nQ?,p,q,A,,,\n", []),
      (",question,A,B,answer\n0,Q?,p,q,A\n", ["column 1 (without a name)"]),
      ("index\tsentence1\tsentence2\tlabels\n0\ta\tb\tentailment\n", ["labels"]),
    ] as [(String, [String])])
  func unusedFieldsAreNamed(text: String, unused: [String]) throws {
    #expect(try reading(text, named: "own").fields.unused == unused)
  }

  @Test func descriptiveFieldsAreNotReportedAsUnused() throws {
    let row = #"{"question": "Q?", "choices": ["p", "q"], "answer": 0, "Topic": "tides", "lecture": "L."}"#
    let fields = try reading(row).fields
    #expect(fields.descriptive == ["Topic"] && fields.unused == ["lecture"])
  }

  @Test func aMisspeltNameGetsASuggestion() throws {
    let own = try reading(#"{"question": "Q?", "choices": ["p", "q"], "anwser": 0, "lecture": "L."}"#).fields
    #expect(own.unused.map(own.suggestion) == [" (did you mean answer?)", ""])
    let rte = try reading("index\tsentence1\tsentence2\tlabels\n0\ta\tb\tentailment\n", named: "rte.tsv").fields
    #expect(rte.unused.map(rte.suggestion) == [" (did you mean label?)"])
  }

  @Test(arguments: [
    "Question,Choice A,Choice_B,choice-c,ANSWER\nQ?,p,q,r,B\n", "question,a,b,c,answer\nQ?,p,q,r,B\n",
    "question, A, B, C, answer\nQ?,p,q,r,B\n", "question,A,B,c,answer\nQ?,p,q,r,B\n",
    "question,C,A,B,answer\nQ?,r,p,q,B\n", "question,option0,option1,option2,label\nQ?,p,q,r,1\n",
    "ctx,ending0,ending1,ending2,label\nQ?,p,q,r,1\n", "Answer Key,Question,optionA,optionB,optionC\nB,Q?,p,q,r\n",
  ])
  func columnNamesAreRecognisedInAnyCase(text: String) throws {
    let file = try reading(text, named: "own.csv")
    #expect(file.questions[0].prompt == .stem("Q?"))
    #expect(file.questions[0].choices == ["p", "q", "r"] && file.questions[0].label == 1)
    #expect(file.fields.unused.isEmpty)
  }

  @Test(arguments: [
    ("question,A,B,D,answer", "found the choice columns A, B, D: there is a gap before D"),
    (
      "question,choice1,choice2,choice4,answer", "found the choice columns choice1, choice2, choice4: there is a gap"
    ),
    ("question,A,B,a,answer", "A and a are the same choice"),
    ("question,A,B,choices,answer", "both choices and A could hold the choices"),
    ("question,A,B,option1,option2", "both A and option1 could be the first choice"),
    ("question,A,B,A,answer", "two columns are called A"), ("question,A,B,answer,Answer", "both answer and Answer"),
    ("question,A,B,context,article", "both context and article could be the passage"),
  ])
  func ambiguousColumnsAreRejected(header: String, says: String) {
    let fault = fault { _ = try reading(header + "\nQ?,p,q,r,s\n", named: "own.csv") }
    #expect(fault?.subject == "own.csv:1")
    #expect(fault?.message.hasPrefix(says) == true, "\(fault?.message ?? "")")
  }

  @Test func numericAnswersAreRejectedIfColumnsCountFromOne() throws {
    func table(_ answers: String...) -> String {
      "question,option1,option2,option3,answer\n" + answers.map { "Q\($0)?,p,q,r,\($0)\n" }.joined()
    }
    #expect(
      refusal(of: table("B", "2")) == "answer \"2\" could count from 0, or from 1 like the choice columns")
    // A zero, or another way to name the choice, settles it.
    for answers in [table("0", "2"), table("A", "C"), table("p", "r")] { #expect(refusal(of: answers) == nil) }
    let settled = try reading(table("1", "2"), named: "own") { $0.answers = .index }
    #expect(settled.questions.map(\.label) == [1, 2])
  }

  @Test(arguments: ["\"0\"", "\"1\"", "\"3\""]) func aQuotedNumberIsReadAsInCSV(answer: String) {
    let row = #"{"question": "Q?", "choices": ["3", "1", "2", "0"], "answer": \#(answer)}"#
    let table = "question,A,B,C,D,answer\nQ?,3,1,2,0,\(answer)\n"
    let (inRow, inTable) = (refusal(of: row), refusal(of: table))
    #expect(inRow == inTable)
    #expect((inRow == nil) == (answer == "\"1\""))
  }

  private func refusal(of text: String) -> String? {
    do { _ = try reading(text, named: "own") } catch let fault as Fault { return fault.message } catch {}
    return nil
  }

  @Test func aDictionaryOfChoicesIsReadByItsLabels() throws {
    let row = #"{"question": "Q?", "options": {"A": "p", "B": "q"}, "answer": "B"}"#
    let file = try reading(row)
    #expect(file.questions[0].choices == ["p", "q"] && file.questions[0].label == 1 && file.fields.unused.isEmpty)
    let odd = fault { _ = try reading(row.replacing(#""B": "q""#, with: #""B": "q", "why": "r""#)) }
    #expect(odd?.message == #"options: found "why", expected letters or numbers as the choices' names"#)
  }

  @Test(arguments: [
    (#"{"text": ["p", "q"], "label": ["A", "A"]}"#, "choices: two choices are labelled A"),
    (
      #"{"text": ["p", "q"], "label": ["1", "2"]}"#,
      "answer: found the number 1, expected one of the choices' labels, 1, 2"
    ),
  ])
  func ambiguousLabelsAreRejected(choices: String, says: String) {
    #expect(fault { _ = try reading(#"{"question": "Q?", "choices": \#(choices), "answer": 1}"#) }?.message == says)
  }

  @Test func labelledChoicesCanBeAnsweredByIndexOnRequest() throws {
    let row = #"{"question": "Q?", "choices": {"text": ["p", "q"], "label": ["1", "2"]}, "answer": 1}"#
    #expect(try reading(row) { $0.answers = .index }.questions[0].label == 1)
  }

  @Test(arguments: [
    ("sentence\tlabel\na\t0\nb\t1\n", "sst2"), ("sentence\tlabel\n\"a\"\t0\n", "reviews"),
    ("x\t1\t\tHe slept.\n", "cola"), ("index\tsentence1\tsentence2\n0\ta\tb\n", "rte"),
  ])
  func aFormatSharedWithOtherSetsIsAGuessUnlessGiven(text: String, format: String) throws {
    let file = try reading(text, named: "x.tsv")
    #expect(file.format.name == format && file.isFormatGuessed)
    #expect(try !reading(text, named: "x.tsv") { $0.format = try Format.named(format) }.isFormatGuessed)
  }

  @Test func wordsAsLabelsConfirmAFormat() throws {
    let text = "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n"
    #expect(try !reading(text, named: "x.tsv").isFormatGuessed)
  }

  @Test(arguments: ["2", "spam"]) func anUnknownLabelInAGuessedFormatExplainsTheGuess(label: String) {
    let fault = fault { _ = try reading("sentence\tlabel\na\t0\nb\t\(label)\n", named: "x.tsv") }
    #expect(fault?.subject == "x.tsv:3")
    #expect(fault?.message == "label \(label.debugDescription) is not one of 0, 1")
    #expect(fault?.hint.contains("was read as sst2 because of its columns") == true)
  }
}
