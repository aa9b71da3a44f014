// Files with the votes of several annotators.
import Artifacts
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct VotesTests {
  /// Reads files of votes, written as `train.csv` and `test.csv`.
  private func votes(_ train: String, test: String = "", format: String? = "votes") throws -> (
    train: [Question], test: [Question]
  ) {
    try withTemporaryFolder { folder in
      var options = QuestionFile.Options()
      options.format = try format.map(Format.named)
      try Data(train.utf8).write(to: URL(fileURLWithPath: folder + "/train.csv"))
      if !test.isEmpty { try Data(test.utf8).write(to: URL(fileURLWithPath: folder + "/test.csv")) }
      let files = try QuestionFile.read(
        train: [folder + "/train.csv"], test: test.isEmpty ? [] : [folder + "/test.csv"], options)
      #expect((files.train + files.test).allSatisfy { $0.format.targets == .votes })
      return (files.train.flatMap(\.questions), files.test.flatMap(\.questions))
    }
  }

  @Test(arguments: [",", "\t", ";"]) func aTableHasAColumnForEachClass(delimiter: String) throws {
    let text = "id,b,Text,a\nx,3,warm day,1\ny,0.25,cold day,0.75\nz,2,both,2\nu,,none,\n"
    let questions = try votes(text.replacing(",", with: delimiter)).train
    #expect(questions.map(\.id) == ["x", "y", "z", "u"])
    #expect(questions[0].prompt.texts == ["warm day"] && questions.allSatisfy { $0.choices == ["a", "b"] })
    #expect(questions.map(\.label) == [1, 0, 0, nil])
    #expect(questions.map(\.targets) == [[0.25, 0.75], [0.75, 0.25], [0.5, 0.5], nil])
  }

  @Test func linesHaveAnObjectOfVotesAndTheClassesOfTraining() throws {
    let text = """
      {"text": "warm day", "label": {"b": 3, "a": 1}}
      {"text": "cold day", "label": {"c": 1}}
      """
    let (train, test) = try votes(text, test: #"{"text": "warm", "label": {"b": 1}}"#, format: nil)
    #expect((train + test).allSatisfy { $0.choices == ["a", "b", "c"] })
    #expect(train.map(\.label) == [1, 2] && train[0].targets == [0.25, 0.75, 0])
    #expect(test[0].label == 1 && test[0].targets == [0, 1, 0])
  }

  @Test(arguments: [
    ("text,a,b\nx,many,1\n", "found \"many\" in the column a, expected a number of votes"),
    ("text,a,b\nx,-1,1\n", "found \"-1\" in the column a, expected a number of votes"),
    ("text,a\nx,1\n", "found the columns text, a, expected a text and two classes or more"),
    (#"{"text": "x", "label": {"a": -1}}"#, "label.a: found the number -1, expected a number of votes"),
  ]) func mistakesAreNamed(text: String, message: String) {
    let fault = fault { _ = try votes(text) }
    #expect(fault?.code == .data && fault?.message == message, "\(fault?.message ?? "")")
  }

  @Test func aClassThatNoTrainingFileHasIsRejected() {
    let fault = fault { _ = try votes("text,warm,cold\nx,1,2\n", test: "text,warm,colt\nx,1,2\n") }
    #expect(fault?.message == "the class colt is in no training file (did you mean cold?)")
  }

  @Test func tokensHoldTheSharesAndPlainLabelsCountAsOneVote() throws {
    let voted = try votes("text,a,b\nwarm,3,1\nboth,0,0\n").train
    var plain = voted[1]
    (plain.id, plain.label) = ("plain", 1)
    var truncation = Truncation()
    let set = try TokenizedSet(
      QuestionSet(train: [], test: voted + [plain], SplitRule(calibration: .fraction(0.1), test: nil, seed: 0)),
      named: "made", Template.named(nil, for: .classes), tokenizer("warm both", opening: "<s>"), vocabularySize: 100,
      maximumLength: 64, threads: 1, truncation: &truncation)
    #expect(set.targets == [0.75, 0.25, 0, 0, 0, 1] && set.labels == [0, -1, 1])
    try withTemporaryFolder { folder in
      try set.write(to: folder + "/tokens.h5", provenance: TinyExperiment.provenance)
      #expect(try TokenizedSet.read(folder + "/tokens.h5") == set)
    }
  }
}
