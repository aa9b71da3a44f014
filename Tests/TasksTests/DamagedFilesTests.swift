// Files with random damage: for any bytes, a reader returns questions or throws a fault, and never crashes.
import Arrays
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct DamagedFilesTests {
  static let files: [(format: String, text: String)] = [
    ("arc", arcRow("a") + "\n" + arcRow("b", answer: "C") + "\n"),
    ("boolq", #"{"question": "q", "title": "t", "answer": true, "passage": "p \#u{FEFF}"}"# + "\n"),
    ("winogrande", #"{"qID": "W", "sentence": "a _ b", "option1": "a", "option2": "b", "answer": "1"}"# + "\r\n"),
    ("cb", #"{"premise": "p", "hypothesis": "h", "label": "neutral", "idx": 0}"#),
    ("mmlu", "\"q, \"\"p\"\"\nr\",8,-1,0.5, 120 ,C\r\nWhich?,a,b,c,d,A"),
    ("reviews", "sentence\tlabel\r\n\"line\n\tand \"\"two\"\"\"\t0\r\n\"good\"\t1\r\n"),
    ("sst2", "sentence\tlabel\na film \t1\nbad \t0\n"),
    ("rte", "index\tsentence1\tsentence2\tlabel\n0\t\"p\tq\tentailment\n"),
    ("mrpc", "\u{FEFF}Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\r\n1\t1\t2\tp\tq\r\n"),
    ("cola", "gj04\t1\t\tHe slept.\nc-05\t0\t*\tHim slept."),
    ("trec", "NUM:dist How far ?\nDESC:manner How ?\n"),
    ("clinc", #"{"oos_test": [["r", "oos"]], "test": [["q", "b"]], "train": [["p", "a"], ["q", "b"]]}"#),
    ("clinc-oos", #"{"oos_test": [["r", "oos"]], "test": [["q", "b"]], "train": [["p", "a"]]}"#),
    ("gsm8k", #"{"question": "Q?", "answer": "2*3=<<2*3=6>>6.\n#### 6"}"# + "\n"),
    ("aqua", #"{"question": "Q?", "options": ["A)1", "B)2"], "rationale": "R", "correct": "B"}"# + "\n"),
    ("answers", #"{"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]}"# + "\n"),
    ("votes", #"{"text": "a", "label": {"p": 3, "q": 1}}"# + "\n"),
    ("goemotions", "a day\t0,1\tx\nno\t1\ty\n"),
    ("labels", #"{"text": "a", "labels": ["p", "q"]}"# + "\n"),
    ("numbers", "text,label\na,1.5\nb,2\n"),
    ("texts", "id,text,label\nx,\"a, \"\"b\"\"\",1.0\ny,c,2\n"),
    ("jsonl", #"{"question": "Q?", "choices": {"text": ["p", "q"], "label": ["A", "B"]}, "answer": "B"}"# + "\n"),
    ("csv", "id,question,choices,answer\nx,Q?,\"[\"\"p\"\",\"\"q\"\"]\",1\n"),
  ]

  /// In the order in which formats are tried.
  @Test func everyFormatHasAFile() {
    #expect(Self.files.map(\.format) == Format.all.map(\.name))
  }

  @Test(arguments: files.map(\.format)) func aDamagedFileIsReadOrRejected(format: String) throws {
    let whole = Array(try #require(Self.files.first { $0.format == format }).text.utf8)
    var (read, refused) = (0, 0)
    try withTemporaryFolder { folder in
      let path = folder + "/file"
      // GoEmotions' names of labels.
      try Data("p\nq\n".utf8).write(to: URL(fileURLWithPath: folder + "/labels.txt"))
      for trial in 0..<300 as Range<UInt32> {
        try Data(damaged(whole, RandomStream(seed: 1, purpose: .test, place: (trial, 0)))).write(
          to: URL(fileURLWithPath: path))
        var options = QuestionFile.Options()
        options.format = trial % 2 == 0 ? try Format.named(format) : nil
        options.replacesInvalidText = trial % 3 == 0
        do {
          let file = try QuestionFile(reading: path, idPrefix: "file", options)
          let isOpen = file.format.isOpen
          #expect(file.questions.allSatisfy { isOpen || $0.label.map($0.choices.indices.contains) ?? true })
          read += 1
        } catch is Fault {
          refused += 1
        }
      }
    }
    #expect(read > 0 && refused > 0)
  }

  /// `whole` with up to four bytes changed, removed or doubled, or truncated after one of them.
  private func damaged(_ whole: [UInt8], _ stream: RandomStream) -> [UInt8] {
    var bytes = whole
    for step in 0..<1 + stream.integer(0, below: 4) where !bytes.isEmpty {
      let place = stream.integer(10 + step, below: bytes.count)
      let usual = Array("\"\n\r\t,:{}[]\\|_0A".utf8) + [0, 0xFF]
      switch stream.integer(20 + step, below: 5) {
      case 0: bytes[place] = UInt8(stream.integer(30 + step, below: 256))
      case 1: bytes[place] = usual[stream.integer(30 + step, below: usual.count)]
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(bytes[place], at: place)
      default: bytes.removeSubrange(place...)
      }
    }
    return bytes
  }
}
