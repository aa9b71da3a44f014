// write-almanac: writes the question files of the embedded data set from its tables of facts and, if asked, the text for
// pretraining.
import Almanac
import ArgumentParser
import Faults
import Files
import JSON
import StageKit

@main struct WriteAlmanac: Stage {
  static let configuration = CommandConfiguration(
    commandName: "write-almanac",
    abstract: "Write the questions of the embedded data set from its tables of facts.",
    discussion: """
      Example:
        .build/release/write-almanac --facts data/almanac/facts \\
          --output data/almanac --seed 2026
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: "The folder with the tables of facts (*.tsv).") var facts: String
  @Option(help: "The folder for train.jsonl, test.jsonl, near.jsonl and far.jsonl.") var output: String
  @Option(help: "Also write train.csv, test.csv and new.csv, texts labelled with their topic, to this folder.")
  var topics: String?
  @Option(help: "Also write the questions with one answer, without choices, to files of the same names in this folder.")
  var open: String?
  @Option(help: "Also write these with answers that state the fact first, to files of the same names in this folder.")
  var reasoned: String?
  @Option(help: "Seed of the splits, wordings, wrong answers and order.") var seed: UInt64 = 2026
  @Option(help: "Also write the pretraining text to this file, as lines of {\"text\": ...}.") var corpus: String?
  @Option(help: "How many times the pretraining text repeats the facts.") var repetitions = 8

  func run(_ context: StageContext) throws {
    try Fault.check(repetitions, of: "repetitions", in: 1...10_000)
    let almanac = try Almanac(facts: facts, seed: seed)
    for file in QuestionFile.allCases {
      let questions = almanac.questions(file)
      try AtomicFile.write(Question.lines(questions), to: "\(output)/\(file.rawValue).jsonl")
      context.say("\(file.rawValue).jsonl: \(questions.count) questions")
      if let open {
        try AtomicFile.write(OpenQuestion.lines(almanac.openQuestions(file)), to: "\(open)/\(file.rawValue).jsonl")
      }
      let withReasons = reasoned == nil ? [] : almanac.reasonedQuestions(file)
      if let reasoned, !withReasons.isEmpty {
        try AtomicFile.write(OpenQuestion.lines(withReasons), to: "\(reasoned)/\(file.rawValue).jsonl")
      }
    }
    if let topics {
      for file in TopicTexts.allCases {
        try AtomicFile.write(file.table(of: almanac), to: "\(topics)/\(file.rawValue).csv")
      }
    }
    guard let corpus else { return }
    let documents = almanac.corpus(repetitions: repetitions)
    let lines = try documents.map { (["text": .string($0)] as JSON) }.map { try $0.encode() + "\n" }
    try AtomicFile.write(lines.joined(), to: corpus)
    context.say("\(corpus): \(documents.count) documents")
  }
}
