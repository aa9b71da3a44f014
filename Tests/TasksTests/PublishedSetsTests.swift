// The published data sets: every row is read, and the label counts are the published ones.
import Tasks
import TestSupport
import Testing

/// One published file and its content.
struct PublishedFile: Sendable, CustomTestStringConvertible {
  let path: String
  let format: String
  /// Number of rows with each label in order, and last of unlabelled rows if there are any.
  let labels: [Int]
  let unlabelled: Int
  var testDescription: String { path }

  init(_ path: String, _ format: String, _ labels: [Int], unlabelled: Int = 0) {
    (self.path, self.format, self.labels, self.unlabelled) = (path, format, labels, unlabelled)
  }
}

@Suite(.enabled(if: shared("data") != nil, "needs ../shared/data")) struct PublishedSetsTests {
  static let files = [
    // ARC labels its choices by letters or by numbers; both become indices here.
    PublishedFile("arc_easy/ARC-Easy-Train.jsonl", "arc", [523 + 25, 566 + 22, 545 + 33, 513 + 22, 2]),
    PublishedFile("arc_easy/ARC-Easy-Dev.jsonl", "arc", [152 + 6, 145 + 7, 137 + 5, 115 + 3]),
    PublishedFile("arc_easy/ARC-Easy-Test.jsonl", "arc", [570 + 26, 563 + 22, 610 + 23, 535 + 26, 1]),
    PublishedFile("arc_challenge/ARC-Challenge-Train.jsonl", "arc", [233 + 6, 293 + 3, 287 + 4, 283 + 10]),
    PublishedFile("arc_challenge/ARC-Challenge-Dev.jsonl", "arc", [62 + 2, 72 + 1, 78, 82 + 1, 1]),
    PublishedFile("openbookqa/train.jsonl.gz", "arc", [1378, 1212, 1146, 1221]),
    PublishedFile("openbookqa/dev.jsonl", "arc", [126, 138, 110, 126]),
    PublishedFile("commonsense_qa/train_rand_split.jsonl.gz", "arc", [1909, 1973, 1946, 1985, 1928]),
    PublishedFile("commonsense_qa/dev_rand_split.jsonl", "arc", [239, 255, 241, 251, 235]),
    PublishedFile("commonsense_qa/test_rand_split_no_answers.jsonl", "arc", [], unlabelled: 1140),
    PublishedFile("boolq/train.jsonl.gz", "boolq", [3553, 5874]),
    PublishedFile("boolq/dev.jsonl.gz", "boolq", [1237, 2033]),
    PublishedFile("winogrande/train_xs.jsonl", "winogrande", [80, 80]),
    PublishedFile("winogrande/train_s.jsonl", "winogrande", [320, 320]),
    PublishedFile("winogrande/train_m.jsonl", "winogrande", [1279, 1279]),
    PublishedFile("winogrande/train_l.jsonl.gz", "winogrande", [5117, 5117]),
    PublishedFile("winogrande/dev.jsonl", "winogrande", [628, 639]),
    PublishedFile("winogrande/test.jsonl", "winogrande", [], unlabelled: 1767),
    PublishedFile("sst2/train.tsv.gz", "sst2", [29780, 37569]),
    PublishedFile("sst2/dev.tsv", "sst2", [428, 444]),
    PublishedFile("sst2/test.tsv", "sst2", [], unlabelled: 1821),
    PublishedFile("rte/train.tsv", "rte", [1249, 1241]),
    PublishedFile("rte/dev.tsv", "rte", [146, 131]),
    PublishedFile("rte/test.tsv", "rte", [], unlabelled: 3000),
    PublishedFile("cb/train.jsonl", "cb", [115, 119, 16]),
    PublishedFile("cb/val.jsonl", "cb", [23, 28, 5]),
    PublishedFile("cb/test.jsonl", "cb", [], unlabelled: 250),
    PublishedFile("mrpc/msr_paraphrase_train.txt.gz", "mrpc", [1323, 2753]),
    PublishedFile("mrpc/msr_paraphrase_test.txt", "mrpc", [578, 1147]),
    PublishedFile("cola/in_domain_train.tsv", "cola", [2528, 6023]),
    PublishedFile("cola/in_domain_dev.tsv", "cola", [162, 365]),
    PublishedFile("cola/out_of_domain_dev.tsv", "cola", [162, 354]),
    PublishedFile("trec/train_5500.label", "trec", [86, 1250, 1162, 1223, 835, 896]),
    PublishedFile("trec/TREC_10.label", "trec", [9, 94, 138, 65, 81, 113]),
    PublishedFile("product_reviews/books/train.tsv.gz", "reviews", [850, 850]),
    PublishedFile("product_reviews/books/dev.tsv", "reviews", [150, 150]),
    PublishedFile("product_reviews/kitchen/train.tsv", "reviews", [850, 850]),
    PublishedFile("product_reviews/kitchen/dev.tsv", "reviews", [150, 150]),
    PublishedFile("gsm8k/train.jsonl.gz", "gsm8k", [7473]),
    PublishedFile("gsm8k/test.jsonl", "gsm8k", [1319]),
    PublishedFile("aqua/dev.json", "aqua", [254]),
    PublishedFile("aqua/test.json", "aqua", [254]),
  ]

  @Test(arguments: files) func allRowsAreRead(file: PublishedFile) throws {
    let path = try #require(shared("data/" + file.path))
    let read = try QuestionFile.read([path], QuestionFile.Options())[0]
    #expect(read.format.name == file.format)
    #expect(read.questions.count { $0.label == nil } == file.unlabelled)
    #expect(read.questions.count == file.labels.reduce(file.unlabelled, +))
    for (label, count) in file.labels.enumerated() {
      #expect(read.questions.count { $0.label == label } == count, "label \(label)")
    }
    #expect(Set(read.questions.map(\.id)).count == read.questions.count)
    #expect(read.replacements == 0)
  }

  static let subjects = [
    ("abstract_algebra", 100), ("astronomy", 152), ("college_chemistry", 100), ("college_computer_science", 100),
    ("college_mathematics", 100), ("college_physics", 102), ("computer_security", 100), ("conceptual_physics", 235),
    ("electrical_engineering", 145), ("elementary_mathematics", 378), ("high_school_chemistry", 203),
    ("high_school_computer_science", 100), ("high_school_mathematics", 270), ("high_school_physics", 151),
    ("high_school_statistics", 216), ("international_law", 121), ("jurisprudence", 108), ("machine_learning", 112),
    ("professional_law", 1534),
  ]

  @Test(arguments: subjects) func allOfMMLUIsRead(subject: String, rows: Int) throws {
    let test = shared("data/mmlu/test/\(subject)_test.csv") ?? shared("data/mmlu/test/\(subject)_test.csv.gz")
    let files = try QuestionFile.read(
      [try #require(shared("data/mmlu/dev/\(subject)_dev.csv")), try #require(test)], QuestionFile.Options())
    #expect(files.map(\.format.name) == ["mmlu", "mmlu"])
    #expect(files.map(\.questions.count) == [5, rows])
    #expect(files[1].questions[0].id == "\(subject)_test-1")
    #expect(files.allSatisfy { $0.questions.allSatisfy { $0.label != nil && $0.choices.count == 4 } })
  }

  @Test func arcHasRowsOfThreeFourAndFiveChoices() throws {
    let path = try #require(shared("data/arc_easy/ARC-Easy-Train.jsonl"))
    let questions = try QuestionFile.read([path], QuestionFile.Options())[0].questions
    #expect([3, 4, 5].map { n in questions.count { $0.choices.count == n } } == [5 + 1, 2140 + 101, 4])
  }

  @Test func filesWithTheSameNameAreDistinguishedByTheirFolder() throws {
    let paths = try ["books/dev.tsv", "kitchen/dev.tsv"].map { try #require(shared("data/product_reviews/" + $0)) }
    let files = try QuestionFile.read(paths, QuestionFile.Options())
    #expect(files.map { $0.questions[0].id } == ["books/dev-1", "kitchen/dev-1"])
  }

  @Test(arguments: [("clinc", 4500, 30), ("clinc-oos", 1000, 0)])
  func clincHas150IntentsAndQuestionsWithout(format: String, rows: Int, each: Int) throws {
    let path = try #require(shared("data/clinc_oos/data_full.json.gz"))
    var options = QuestionFile.Options()
    options.format = try Format.named(format)
    let files = try QuestionFile.read(train: [path], test: [path], options)
    let (train, test) = (files.train[0].questions, try #require(files.test.first).questions)
    #expect(train.count == 15_000 && test.count == rows && train[0].choices.count == 150)
    #expect(files.doubts == [] && train[0].id == "train-1" && test[0].id.hasSuffix("test-1"))
    for intent in 0..<150 {
      #expect(train.count { $0.label == intent } == 100 && test.count { $0.label == intent } == each)
    }
  }

  @Test func openBookQAHasQuestionsInTrainAndInDev() throws {
    let train = try QuestionFile.read([try #require(shared("data/openbookqa/train.jsonl.gz"))], QuestionFile.Options())
    let dev = try QuestionFile.read([try #require(shared("data/openbookqa/dev.jsonl"))], QuestionFile.Options())
    let set = try QuestionSet(
      train: train[0].questions, test: dev[0].questions,
      SplitRule(calibration: .fraction(0.1), test: nil, seed: 0))
    #expect(set.count(.calibration) == 496 && set.count(.train) == 4461 && set.count(.test) == 500)
  }
}
