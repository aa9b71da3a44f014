// A judge of pairs of texts, and a file of answers for it.
import Artifacts
import Files
import TestSupport
import Testing

extension Workshop {
  /// Writes the model folder `model`, base and tokens of pairs: a text of three words and one of a word, which alone decides
  /// the label, so that a tiny encoder learns it. Fits an adapter and returns its path.
  func fitPairs() throws -> String {
    let model = path("model")
    try TinyEncoder.writeModel(to: model)
    let words = ["river", "town", "warm", "cold", "bird", "fish", "north", "south"]
    let rows = (0..<240).map { number -> String in
      let first = [number / 64 % 8, number / 8 % 8, number % 8]
      let second = number * 5 / 3 % 8
      let label = ["entailment", "contradiction", "neutral"][second / 3]
      let texts = [first, [second]].map { "Question 0? Answer: " + $0.map { words[$0] }.joined(separator: " ") }
      return "\(texts.joined(separator: ",")),\(label)"
    }
    try AtomicFile.write((["text_a,text_b,label"] + rows).joined(separator: "\n"), to: path("pairs.csv"))
    try run("pretrain-load", ["--model", model, "--output", base])
    try run("tokenize", ["--model", model, "--dataset", "pairs", "--train", path("pairs.csv"), "--output", tokens])
    return try fit("judge.h5", "--epochs", "12", "--learning-rate", "0.02")
  }

  /// Writes `count` questions with `texts` different answers each, and returns the path.
  func writeAnswers(_ count: Int, texts: Int) throws -> String {
    let words = ["river", "town", "warm", "cold", "bird", "fish", "north", "south"]
    let written = (0..<count).map { question in
      (0..<texts).map { "\(words[($0 + question) % 8]) \(words[($0 / 8 + 2 * question) % 8])" }
    }
    try Answers.written(written, accepted: written.map { [$0[0]] }).write(
      to: path("answers.h5"), provenance: TinyExperiment.provenance)
    return path("answers.h5")
  }
}
