// A run on texts with two classes, and new texts for it.
import Files
import TestSupport
import Testing

extension Workshop {
  /// The text with this number: three of eight words, the middle one of which decides the class.
  private static func text(_ number: Int) -> String {
    let words = ["river", "town", "warm", "cold", "bird", "fish", "north", "south"]
    return [number / 64 % 8, number / 8 % 8, number % 8].map { words[$0] }.joined(separator: " ")
  }

  /// The text of row `number` of new.csv, counted from 0.
  static func newText(_ number: Int) -> String { text(number * 3) }

  /// Writes the model folder `model`, base and tokens of 260 texts, and fits two adapters; returns their paths.
  ///
  /// - Parameter copies: how often each of the 100 test texts is there.
  func fitTexts(copies: Int = 1) throws -> [String] {
    let model = path("model")
    try TinyEncoder.writeModel(to: model)
    func labelled(_ numbers: some Sequence<Int>) -> String {
      (["text,label"] + numbers.map { "\(Self.text($0 * 7)),\($0 * 7 / 8 % 2 == 0 ? "even" : "odd")" })
        .joined(separator: "\n")
    }
    try AtomicFile.write(labelled(0..<160), to: path("train.csv"))
    try AtomicFile.write(labelled((0..<100 * copies).map { 160 + $0 % 100 }), to: path("test.csv"))
    try run("pretrain-load", ["--model", model, "--output", base])
    let files = ["--train", path("train.csv"), "--test", path("test.csv")]
    try run("tokenize", ["--model", model, "--dataset", "own", "--output", tokens] + files)
    return try ["0", "1"].map { try fit("point-\($0).h5", "--seed", $0, "--epochs", "12", "--learning-rate", "0.02") }
  }

  /// Writes `count` texts without labels as new.csv.
  func writeNewTexts(_ count: Int) throws {
    let rows = (0..<count).map { "n\($0),\"\(Self.newText($0))\",\"a \"\"note\"\", \($0)\"" }
    try AtomicFile.write((["id,text,note"] + rows).joined(separator: "\n"), to: path("new.csv"))
  }
}
