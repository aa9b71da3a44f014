// The Python in the README.md of an exported adapter gives the probabilities of sample-posterior. It is run as it stands,
// where there is a Python with transformers and PEFT: `python3`, or the one that the variable PYTHON names.
import Artifacts
import Foundation
import TestSupport
import Testing

/// A Python that can load adapters.
private enum Python {
  static let path = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"
  static let isComplete = (try? run("import torch, transformers, peft").code) == 0

  static func run(_ program: String) throws -> (code: Int32, output: String) {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [path, "-c", program]
    process.environment = ProcessInfo.processInfo.environment.merging(["HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"]) {
      $1
    }
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let problem = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: data, as: UTF8.self) + (process.terminationStatus == 0 ? "" : problem)
    )
  }
}

@Suite(.enabled(if: Python.isComplete, "needs a Python with torch, transformers and peft; PYTHON names it"))
struct AdapterUsageTests {
  /// The probabilities that the README's code computes for `texts`, a Python expression.
  private func probabilities(_ folder: String, base: String, texts: String) throws -> [Double] {
    let readme = try String(contentsOfFile: folder + "/README.md", encoding: .utf8)
    let code = try #require(readme.components(separatedBy: "```").dropFirst().first).replacing("python\n", with: "")
    let placeholders = try #require(code.split(separator: "\n").first { $0.hasPrefix("base, folder, ") })
    let variables = placeholders.prefix { $0 != "=" } + "= \"\(base)\", \"\(folder)\", \(texts)"
    let program = code.replacing(placeholders, with: variables) + "\nprint(*probabilities.flatten().tolist())"
    let (status, output) = try Python.run(program)
    #expect(status == 0, "\(output)")
    return output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
  }

  @Test(
    arguments: [true, false],
    [
      [], ["--pooling", "first"], ["--head", "classifier"], ["--head", "classifier", "--pooling", "mean"],
      ["--pooling", "last"],
    ])
  func theReadmeOfAnEncoder(areClasses: Bool, flags: [String]) throws {
    try check(areClasses: areClasses, flags: flags) { _ in }
  }

  @Test func theReadmeForABaseWithAnotherNumberOfLabels() throws {
    try check(areClasses: true, flags: ["--head", "classifier"]) { model in
      let program = """
        import transformers
        model = transformers.AutoModelForSequenceClassification.from_pretrained("\(model)", num_labels=3)
        model.save_pretrained("\(model)")
        """
      let (status, output) = try Python.run(program)
      try #require(status == 0, "\(output)")
    }
  }

  /// - Parameter change: what is done to the model folder before it is laid out.
  private func check(areClasses: Bool, flags: [String], change: (_ model: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let (model, questions) = (folder + "/model", folder + "/q")
      try TinyEncoder.writeModel(to: model)
      try change(model)
      try TinyEncoder.writeQuestions(0..<1, areClasses: areClasses, to: questions)
      try TinyEncoder.writeQuestions(1..<41, areClasses: areClasses, to: questions + "-train")
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: folder + "/tokens.h5")
      try shop.run("pretrain-load", ["--model", model, "--output", shop.base])
      let files = ["--train", questions + "-train", "--test", questions, "--output", shop.tokens]
      try shop.run(
        "tokenize",
        ["--model", model, "--dataset", "own", "--scoring", areClasses ? "classes" : "pairs"] + files)
      let adapter = shop.path("adapter.h5")
      try shop.run(
        "fit-adapters",
        shop.inputs + ["--rank", "2", "--epochs", "2", "--learning-rate", "0.05", "--output", adapter] + flags)
      let found = try shop.predict("p.h5", "point", [adapter], "--export-peft", shop.path("peft"))
      let row = try #require(found.splits.firstIndex(of: .test))
      let expected = (0..<found.choices).map { exp(Double(found.logProbabilities[row * found.choices + $0])) }
      // Question 0, as TinyEncoder writes it.
      let question = "river river river"
      let choices = ["river", "town", "warm", "cold"]
      let texts =
        areClasses
        ? "[(\"\(question)\",)]" : "[\(choices.map { "(\"\(question)\", \"\($0)\")" }.joined(separator: ", "))]"
      let own = try probabilities(shop.path("peft/sample-000"), base: model, texts: texts)
      #expect(own.count == expected.count)
      for (x, y) in zip(own, expected) { #expect(abs(x - y) < 1e-5) }
    }
  }
}
