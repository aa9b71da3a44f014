// The data sets that are tables: one test for each of their peculiarities.
import Faults
import Tasks
import Testing

@Suite struct ClassSetsTests {
  @Test func sst2KeepsTheSpaceAtTheEndOfARow() throws {
    let file = try reading("sentence\tlabel\nhide new secretions \t0\na \"charming\" film \t1\n", named: "train.tsv")
    #expect(file.format.name == "sst2")
    #expect(file.questions[0].prompt == .sentence("hide new secretions ", .sentiment))
    #expect(file.questions.map(\.label) == [0, 1])
    #expect(file.questions.map(\.id) == ["train-1", "train-2"])
    #expect(file.questions[0].choices == ["negative", "positive"])
  }

  @Test func sst2TestFileHasAnIndexAndNoLabel() throws {
    let file = try reading("index\tsentence\n0\ta film\n1\tanother\n", named: "test.tsv")
    #expect(file.format.name == "sst2")
    #expect(file.questions.map(\.id) == ["test-0", "test-1"])
    #expect(file.questions.map(\.label) == [nil, nil])
  }

  @Test func rteQuotesAreCharacters() throws {
    let text = "index\tsentence1\tsentence2\tlabel\n0\t\"Open quote\tplain\tnot_entailment\n1\ta\tb\tentailment\n"
    let file = try reading(text, named: "train.tsv")
    #expect(file.format.name == "rte")
    #expect(file.questions[0].prompt == .sentencePair("\"Open quote", "plain", .entailment))
    #expect(file.questions.map(\.label) == [1, 0])
  }

  @Test func rteRejectsTheLabelOfAnotherSet() {
    let text = "index\tsentence1\tsentence2\tlabel\n0\ta\tb\tentailment\n1\ta\tb\tneutral\n"
    let fault = fault { _ = try reading(text, named: "train.tsv") }
    #expect(fault?.subject == "train.tsv:3")
    #expect(fault?.message == #"label "neutral" is not one of entailment, not_entailment"#)
  }

  @Test func mrpcHasAByteOrderMarkAndUnbalancedQuotes() throws {
    let rows = [
      "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String", "1\t10\t11\tHe said \"yes\tHe agreed", "0\t12\t13\tp\tq\"",
    ]
    let text = "\u{FEFF}" + rows.joined(separator: "\r\n") + "\r\n"
    let file = try reading(text, named: "msr_paraphrase_train.txt")
    #expect(file.format.name == "mrpc")
    #expect(file.questions.count == 2)
    #expect(file.questions[0].prompt == .sentencePair("He said \"yes", "He agreed", .paraphrase))
    #expect(file.questions[1].prompt == .sentencePair("p", "q\"", .paraphrase))
    #expect(file.questions.map(\.label) == [1, 0])
  }

  @Test func colaHasNoHeaderAndKeepsControlCharacters() throws {
    let file = try reading("gj04\t1\t\tHe \u{8}slept.\nc-05\t0\t*\tHim slept.", named: "dev.tsv")
    #expect(file.format.name == "cola")
    #expect(file.questions.map(\.label) == [1, 0])
    #expect(file.questions[0].prompt == .sentence("He \u{8}slept.", .acceptability))
  }

  @Test func trecIsLatin1() throws {
    let text = Array("NUM:dist How far ?\nDESC:manner How did ".utf8) + [0xF0] + Array(" happen ?\n".utf8)
    let file = try reading(bytes: text, named: "train.label")
    #expect(file.format.name == "trec")
    #expect(file.questions[1].prompt == .sentence("How did \u{F0} happen ?", .answerType))
    #expect(file.questions.map(\.label) == [5, 2])
  }

  @Test func trecRejectsAnUnknownLabel() {
    let fault = fault { _ = try reading("NUM:dist How far ?\nTIME:day When ?\n", named: "train.label") }
    #expect(fault?.subject == "train.label:2")
    #expect(fault?.message.contains(#"label "TIME" is not one of ABBR"#) == true)
  }

  @Test func reviewsContainLineEndsTabsAndDoubledQuotes() throws {
    let text = "sentence\tlabel\r\n\"line one\n\tand \"\"two\"\"\"\t0\r\n\"good\"\t1\r\n"
    let file = try reading(text, named: "train.tsv")
    #expect(file.format.name == "reviews")
    #expect(file.questions[0].prompt == .sentence("line one\n\tand \"two\"", .sentiment))
    #expect(file.questions.map(\.label) == [0, 1])
    // A row is named by the line on which it begins.
    #expect(file.questions[1].location.hasSuffix("train.tsv:4"))
  }

  @Test func mmluFieldsContainLineEndsCommasAndQuotes() throws {
    let text = "\"Let p = (1, 2).\nFind \"\"p\"\".\",8,-1,0.5, 120 ,C\r\nWhich?,a,b,c,d,A"
    let file = try reading(text, named: "abstract_algebra_test.csv")
    #expect(file.format.name == "mmlu")
    #expect(file.questions[0].prompt == .stem("Let p = (1, 2).\nFind \"p\"."))
    // Numbers remain text and spaces are kept: the template trims them.
    #expect(file.questions[0].choices == ["8", "-1", "0.5", " 120 "])
    #expect(file.questions.map(\.label) == [2, 0])
    #expect(file.questions.map(\.id) == ["abstract_algebra_test-1", "abstract_algebra_test-2"])
  }

  @Test func aRowWithTooFewFieldsIsNamedByItsFirstLine() {
    let text = "\"two\nlines\",1,2,3,4,A\nq,1,2,3,A\n"
    let fault = fault { _ = try reading(text, named: "x_dev.csv") { $0.format = try Format.named("mmlu") } }
    #expect(fault?.subject == "x_dev.csv:3")
    #expect(fault?.message == "found 5 fields, expected 6: question, A, B, C, D, answer")
  }

  @Test func aMissingColumnIsNamed() {
    let fault = fault {
      _ = try reading("text\tlabel\na\t1\n", named: "x.tsv") { $0.format = try Format.named("sst2") }
    }
    #expect(fault?.subject == "x.tsv:1")
    #expect(fault?.message == "no column called sentence, found text, label")
  }

  @Test func commasInPlaceOfTabsAreNamed() {
    let fault = fault { _ = try reading("sentence,label\na film,1\n") { $0.format = try Format.named("sst2") } }
    #expect(fault?.subject == "train.jsonl:1")
    #expect(fault?.message == "the columns are separated by commas, expected tabs")
    #expect(fault?.hint == "separate them by tabs")
  }
}
