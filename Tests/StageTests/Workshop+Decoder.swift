// A decoder with a tokenizer, and questions for it.
import TestSupport
import Testing

extension Workshop {
  /// Writes the model folder `model`, its base, and the tokens of a few questions with choices, whose words are scored.
  func makeDecoder() throws {
    let model = try writeTinyModel(in: folder)
    try run("pretrain-load", ["--model", model, "--output", base])
    try writeQuestions(32, to: path("train.jsonl"), word: "where")
    try writeQuestions(5, to: path("home.jsonl"), word: "when") { $0 % 4 != 2 }
    try run(
      "tokenize",
      [
        "--model", model, "--template", "answer", "--dataset", "home", "--train", path("train.jsonl"), "--test",
        path("home.jsonl"), "--calibration-fraction", "0.25", "--output", tokens,
      ])
  }
}
