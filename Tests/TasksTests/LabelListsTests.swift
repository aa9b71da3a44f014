// Files with several labels for each text.
import Artifacts
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct LabelListsTests {
  private func read(
    _ train: String, test: String = "", format: String? = "labels", besides others: [String: String] = [:]
  ) throws -> (train: [Question], test: [Question]) {
    try withTemporaryFolder { folder in
      for (name, text) in others.merging(["train": train, "test": test], uniquingKeysWith: { $1 }) {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      var options = QuestionFile.Options()
      options.format = try format.map(Format.named)
      let files = try QuestionFile.read(
        train: [folder + "/train"], test: test.isEmpty ? [] : [folder + "/test"], options)
      #expect((files.train + files.test).allSatisfy { $0.format.targets == .labels })
      return (files.train.flatMap(\.questions), files.test.flatMap(\.questions))
    }
  }

  private let expected: [[Double]] = [[1, 1], [0, 0], [0, 1]]

  @Test(arguments: [
    "id,text,anger,joy\nx,a,1,1\ny,b,0,\nz,c,0,1\n", "text,label\na,anger;joy\nb,\nc,joy\n",
    "text\tlabels\na\tjoy|anger\nb\t\nc\tjoy\n", "text,emotion,label\na,x,\"joy, anger\"\nb,y,\nc,z,joy\n",
    #"{"text": "a", "labels": ["anger", "joy"]}"# + "\n" + #"{"text": "b", "labels": []}"# + "\n"
      + #"{"text": "c", "labels": ["joy"]}"#,
  ]) func everyLayoutGivesTheSame(text: String) throws {
    let questions = try read(text).train
    #expect(questions.map(\.targets) == expected && questions.allSatisfy { $0.choices == ["anger", "joy"] })
    #expect(questions.allSatisfy { $0.label == 0 })
  }

  @Test func arraysAreRecognised() throws {
    let text = #"{"text": "a", "label": ["joy"]}"# + "\n" + #"{"text": "b", "label": ["anger"]}"#
    let (train, test) = try read(text, test: #"{"text": "c", "label": ["anger"]}"#, format: nil)
    #expect(train.map(\.targets) == [[0, 1], [1, 0]] && test.map(\.targets) == [[1, 0]])
  }

  @Test func aFileOfNewTextsHasNoLabels() throws {
    let new = try read("text,anger,joy\na,1,0\nb,0,1\n", test: "text\nc\n").test
    #expect(new[0].label == nil && new[0].targets == nil && new[0].choices == ["anger", "joy"])
  }

  @Test func numbersOfGoEmotionsAreNamed() throws {
    let names = ["labels.txt": "joy\nanger\nfear\n"]
    let questions = try read("a day\t0,2\tid1\nb\t1\tid2\n", format: nil, besides: names).train
    #expect(questions.map(\.id) == ["id1", "id2"] && questions[0].choices == ["anger", "fear", "joy"])
    #expect(questions.map(\.targets) == [[0, 1, 1], [1, 0, 0]])
    let fault = fault { _ = try read("a\t3\tid1\n", format: nil, besides: names) }
    #expect(fault?.message == "found the label 3, expected a number from 0 to 2")
  }

  @Test func mistakesAreNamed() {
    let wrong = fault { _ = try read("text,anger,joy\na,2,0\n") }
    #expect(wrong?.message == "found \"2\" in the column anger, expected 0 or 1")
    let unknown = fault { _ = try read("text,label\na,joy;anger\n", test: "text,label\na,joi\n") }
    #expect(unknown?.message == "the class joi is in no training file (did you mean joy?)")
  }

  /// The published files, where they are.
  @Test(.enabled(if: shared("data/goemotions") != nil, "needs ../shared/data/goemotions"))
  func thePublishedFilesAreRead() throws {
    let folder = try #require(shared("data/goemotions"))
    let files = try QuestionFile.read(train: [folder + "/dev.tsv"], test: [folder + "/test.tsv"], .init())
    #expect(files.train[0].questions.count == 5426 && files.test[0].questions.count == 5427)
    let first = files.train[0].questions[0]
    #expect(first.choices.count == 28 && first.targets?.reduce(0, +) == 1)
    #expect(first.choices[first.targets!.firstIndex(of: 1)!] == "neutral")
  }
}
