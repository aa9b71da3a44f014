// Files of numbers to predict: their bins and soft labels, and what is wrong with a label.
import Artifacts
import Faults
import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct NumbersTests {
  /// Reads files of numbers, written as `train.csv` and `test.csv`.
  private func numbers(
    _ train: [String], test: [String] = [], bins: Int = 8
  ) throws -> (train: [Question], test: [Question], bins: NumberBins?, doubts: [String]) {
    try withTemporaryFolder { folder in
      var options = QuestionFile.Options()
      (options.format, options.numberBins) = (try Format.named("numbers"), bins)
      func write(_ labels: [String], _ name: String) throws -> [String] {
        let rows = ["text,label"] + labels.enumerated().map { "\(name) \($0),\"\($1)\"" }
        try Data(rows.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).csv"))
        return ["\(folder)/\(name).csv"]
      }
      let files = try QuestionFile.read(
        train: write(train, "train"), test: test.isEmpty ? [] : write(test, "test"), options)
      return (
        files.train.flatMap(\.questions), files.test.flatMap(\.questions), files.train[0].bins,
        files.doubts.map { $0.replacing(folder + "/", with: "") }
      )
    }
  }

  @Test func theBinsAreTheRangeOfTrainingWithAMargin() throws {
    let (train, test, bins, doubts) = try numbers(["1", "3.5", "5"], test: ["2.0", "", "-7", "90"])
    // Four bins from 1 to 5, and two more at each end.
    #expect(bins?.edges == [-1, 0, 1, 2, 3, 4, 5, 6, 7])
    #expect(train[0].choices == ["-0.5", "0.5", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5"])
    #expect((train + test).map(\.number) == [1, 3.5, 5, 2, nil, -7, 90])
    #expect(train[1].label == 4 && test[1].label == nil && test[1].targets == nil)
    #expect(test[2].label == 0 && test[3].label == 7)
    #expect(
      doubts == [
        "test.csv:4: 2 numbers are outside the bins, which go from -1 to 7: scored like the others, but with the density "
          + "of the outermost bin"
      ])
  }

  @Test func softLabelsAreAGaussianOverEachBin() throws {
    let train = try numbers(["1", "3.5", "5"]).train
    let shares = try #require(train[1].targets)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    for (bin, share) in shares.enumerated() {
      // The integral of the density over a bin of width 1 by its middles; what is beyond the outermost bins is 1e-5.
      let middles = (0..<1000).map { Double(bin) - 1 + (Double($0) + 0.5) / 1000 }
      let integral = middles.reduce(0) { $0 + exp(-($1 - 3.5) * ($1 - 3.5) / (2 * 0.5625)) } / 1000
      #expect(abs(share - integral / (0.75 * (2 * Double.pi).squareRoot())) < 1e-4)
    }
    // Their mean is the number itself, also at the ends of the range, as far as the margin reaches.
    let mean = zip(try #require(train[2].targets), 0...).reduce(0) { $0 + $1.0 * (Double($1.1) - 0.5) }
    #expect(abs(mean - 5) < 0.02)
  }

  @Test(arguments: [
    (["1", "cheap"], "found the label \"cheap\", expected a finite number such as 3.72"),
    (["1", "3,5"], "found the label \"3,5\", expected a finite number such as 3.72"),
    (["1", "nan"], "found the label \"nan\", expected a finite number such as 3.72"),
    (["1", "-inf"], "found the label \"-inf\", expected a finite number such as 3.72"),
    (["2", "2.0", "2"], "all 3 labels are the number 2.0, expected different numbers"),
    (["-1e308", "1e308"], "the labels go from -1e+308 to 1e+308, where 8 bins cannot be told apart"),
    (["1", "1.0000000000000002"], "the labels go from 1.0 to 1.0000000000000002, where 8 bins cannot be told apart"),
    (["", ""], "no row has a label, found the columns text, label"),
  ]) func mistakesAreNamed(labels: [String], message: String) {
    let fault = fault { _ = try numbers(labels) }
    #expect(fault?.code == .data && fault?.message == message, "\(fault?.message ?? "")")
    if labels == ["1", "cheap"] { #expect(fault?.subject == "train.csv:3") }
  }

  @Test func aWrongLabelOfATestFileIsNamedToo() {
    #expect(fault { _ = try numbers(["1", "2"], test: ["1", "x"]) }?.subject == "test.csv:3")
  }

  @Test func tooFewBinsAreRefused() {
    let fault = fault { _ = try numbers(["1", "2"], bins: 5) }
    #expect(fault?.code == .usage && fault?.message == "found 5, expected 6 to 1000")
  }

  @Test func numbersThatAreMostlyInOneBinAreDoubted() throws {
    let doubts = try numbers((0..<30).map { "\($0)" } + ["100000"], bins: 20).doubts
    #expect(
      doubts == [
        "30 of 31 training numbers are in one of the 20 bins, from 0 to 6.25e+03: they are told apart with more bins, or "
          + "as logarithms"
      ])
  }

  private func texts(_ labels: [String]) throws {
    let rows = labels.enumerated().map { "text \($0),\($1)\n" }.joined()
    try withTemporaryFolder { folder in
      try Data("text,label\n\(rows)".utf8).write(to: URL(fileURLWithPath: folder + "/train.csv"))
      _ = try QuestionFile.read(train: [folder + "/train.csv"], test: [], QuestionFile.Options())
    }
  }

  /// Without the format, a column of many different numbers is refused, and both settings are named.
  @Test(arguments: [(40, 40), (51, 400)]) func aColumnOfNumbersIsNotTakenForClasses(distinct: Int, rows: Int) {
    let fault = fault { try texts((0..<rows).map { "\(Double($0 % distinct) / 7)" }) }
    #expect(
      fault?.message
        == "found \(distinct) different labels in \(rows) rows: this looks like numbers to predict, not classes")
    #expect(fault?.hint.contains("`format numbers`") == true && fault?.hint.contains("`ordinal`") == true)
  }

  /// Numbers of classes have no fraction, and grades are few.
  @Test func manyIntegersAndFewFractionsAreClasses() throws {
    try texts((0..<400).map { "\($0 % 150)" })
    try texts((0..<400).map { "\(Double($0 % 21) / 2)" })
  }

  @Test func tokensHoldBinsAndNumbers() throws {
    let read = try numbers(["1", "3.5", "5"], test: ["2.5", ""])
    var truncation = Truncation()
    let set = try TokenizedSet(
      QuestionSet(
        train: [], test: read.train + read.test, SplitRule(calibration: .fraction(0.1), test: nil, seed: 0)),
      named: "made", Template.named(nil, for: .classes), tokenizer("train test", opening: "<s>"), vocabularySize: 100,
      maximumLength: 64, bins: read.bins, threads: 1, truncation: &truncation)
    #expect(set.numbers?.values == [1, 3.5, 5, 2.5, 0] && set.labels == [1, 4, 5, 3, -1])
    #expect(set.votes(of: 0).isEmpty && set.targets(of: 0).reduce(0, +) > 0.99)
    #expect(set.summary.last == "numbers: 1 to 5, in 8 bins from -1 to 7")
    try withTemporaryFolder { folder in
      try set.write(to: folder + "/tokens.h5", provenance: TinyExperiment.provenance)
      #expect(try TokenizedSet.read(folder + "/tokens.h5") == set)
    }
    var grades = set
    let fault = fault { try grades.readClassesAsGrades() }
    #expect(fault?.message == "made has numbers, whose order and distance count anyway")
  }
}
