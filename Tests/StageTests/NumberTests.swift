// Every flag that takes a number, in every program, with unreasonable numbers: the program works with them or
// rejects them, and never crashes. The programs list their flags themselves, so that none is forgotten.
import Foundation
import JSON
import TestSupport
import Testing

@Suite struct NumbersThatTrap {
  static let numbers = ["0", "-1", "2147483648", "9223372036854775807", "1e308", "nan"]
  /// Flags that name files.
  static let paths: Set = [
    "base", "tokens", "adapter", "prefix", "output", "log-file", "model", "train", "test", "facts", "corpus",
    "posterior", "library", "examples",
    "content-free", "export-peft", "predictions", "histories", "in-distribution", "shifted", "corrupted", "csv", "json",
    "html", "predictions-csv", "growth-csv", "collapse-csv", "recommended", "bins-csv", "latex", "figures", "new",
    "forecasts",
    "answers-csv", "shares-csv", "label-next-csv", "classes", "see",
  ]

  @Test(arguments: [
    "tokenize", "pretrain-load", "compute-prefix", "fit-adapters", "collect-swag", "collect-chain",
    "bayesianize-adapter", "extract-ensemble", "import-adapter", "collect-curvature", "route-adapters",
    "sample-posterior", "evaluate",
    "shift-test", "predict",
    "decide", "generate-answers", "measure-step", "write-almanac", "pretrain-base",
  ])
  func numbersAreUsedOrRejected(program: String) throws {
    try Workshop.openFromQuestions { shop in
      let flags = try flags(of: program)
      try #require(flags.contains("threads"))
      for (place, arguments) in try commands(program, shop).enumerated() {
        // The check of a number is the same for every kind of work; the computations with it are not.
        for number in place == 0 ? Self.numbers : ["9223372036854775807"] {
          for flag in flags { try expectNoCrash(program, arguments, "--\(flag)", number) }
        }
      }
    }
  }

  /// The names of the flags whose value is not a file.
  private func flags(of program: String) throws -> [String] {
    let help = try RunningProgram(program, ["--experimental-dump-help"])
    #expect(help.exitCode() == 0)
    let command = try JSONDecoder().decode(Help.self, from: Data(help.output.utf8)).command
    return command.arguments.filter { $0.kind == "option" }.compactMap(\.preferredName?.name).filter {
      !Self.paths.contains($0)
    }
  }

  private struct Help: Decodable {
    struct Command: Decodable { let arguments: [Argument] }
    struct Argument: Decodable {
      struct Name: Decodable { let name: String }
      let kind: String
      let preferredName: Name?
    }
    let command: Command
  }

  /// Valid commands of a program, one for each kind of work with its own flags.
  private func commands(_ program: String, _ shop: Workshop) throws -> [[String]] {
    let output = ["--output", shop.path("output.h5")]
    let almanac = ["--facts", "\(projectRoot)/data/almanac/facts", "--output", shop.path("made"), "--repetitions", "1"]
    let model = ["--model", shop.path("model")] + output
    func adapter(_ flags: String...) throws -> [String] {
      shop.inputs + ["--adapter", try shop.fit("adapter.h5")] + flags + output
    }
    func sampled(_ method: String, _ file: String) -> [String] {
      shop.inputs + ["--method", method, "--posterior", file, "--samples", "2"] + output
    }
    func asked(_ method: String, _ file: String) -> [String] {
      sampled(method, file).dropLast(2) + ["--model", shop.path("model"), "--new", shop.path("blind.jsonl")]
    }
    func predictions() throws -> String {
      try shop.run("sample-posterior", sampled("point", shop.fit("adapter.h5")).dropLast(1) + [shop.path("point.h5")])
      return shop.path("point.h5")
    }
    switch program {
    case "tokenize":
      let plain = ["--dataset", "home", "--train", shop.path("train.jsonl")] + model
      return [plain, plain + ["--corruption", "keyboard-typos", "--severity", "1"]]
    case "pretrain-load": return [model]
    case "compute-prefix": return [shop.inputs + ["--blocks", "1"] + output]
    case "fit-adapters":
      return [[], ["--parametrisation", "nola"], ["--variational", "blob"], ["--members", "2"]].map {
        shop.inputs + ["--epochs", "1", "--rank", "2"] + $0 + output
      }
    case "collect-swag": return [try adapter("--collections", "2")]
    case "collect-chain":
      return [try adapter("--warmup-transitions", "1", "--draws", "1", "--steps", "1")]
    case "bayesianize-adapter": return [try adapter("--samples", "2", "--iterations", "2")]
    case "extract-ensemble": return [try adapter("--members", "2", "--steps", "2")]
    case "import-adapter":
      let export = sampled("point", try shop.fit("adapter.h5")).dropLast(1)
      try shop.run("sample-posterior", export + [shop.path("point.h5"), "--export-peft", shop.path("peft")])
      return [shop.inputs + ["--adapter", shop.path("peft/sample-000")] + output]
    case "collect-curvature": return [try adapter()]
    case "route-adapters":
      let library = try shop.library("library.h5", of: 2)
      return [shop.inputs + ["--library", library, "--examples", shop.tokens, "--epochs", "1"] + output]
    case "sample-posterior":
      let start = try shop.fit("adapter.h5")
      return [
        sampled("point", start), sampled("dropout", start),
        sampled("swag", try shop.collect("swag.h5", from: start)),
        sampled("tfb", try shop.bayesianize("tfb.h5", from: start)),
        sampled("laplace", try shop.curvature("curvature.h5", from: start)),
      ]
    case "evaluate":
      return [["--predictions", try predictions(), "--bootstrap", "20", "--html", shop.path("page")] + output]
    case "shift-test":
      return [["--in-distribution", try predictions(), "--bootstrap", "20", "--html", shop.path("page")] + output]
    case "predict": return [asked("point", try shop.fit("adapter.h5")) + output]
    case "generate-answers":
      return [sampled("point", try shop.fit("adapter.h5")) + ["--model", shop.path("model"), "--max-new-tokens", "3"]]
    case "decide":
      let known = try predictions()
      try shop.run("predict", asked("point", shop.path("adapter.h5")) + ["--output", shop.path("new.h5")])
      let files = ["--forecasts", shop.path("new.h5"), "--predictions", known, "--tokens", shop.tokens]
      return [files + ["--new", shop.path("blind.jsonl")] + output]
    case "measure-step": return [["--base", shop.base, "--rows", "4", "--length", "8", "--rounds", "1"]]
    case "write-almanac": return [almanac]
    default: return [almanac + ["--vocabulary-size", "300", "--hidden-size", "64", "--layers", "1"]]
    }
  }

  /// Runs a command with one flag changed, for at most two seconds.
  private func expectNoCrash(_ program: String, _ arguments: [String], _ flag: String, _ number: String) throws {
    var arguments = arguments
    if let place = arguments.firstIndex(of: flag) { arguments.removeSubrange(place...place + 1) }
    let words = arguments.joined(separator: " ")
    let line = "ulimit -v 16000000; exec timeout -k 30 2 \"$0\" --quiet \(words) \(flag)=\(number)"
    let run = try RunningProgram(shell: line, with: program)
    let code = run.exitCode()
    let says = Comment(rawValue: "\(program) \(words) \(flag)=\(number): \(code), \(run.errors.prefix(1000))")
    // 124: it was stopped. 70: a result is not finite, or a crash.
    #expect([0, 64, 65, 66, 70, 73, 78, 124].contains(code), says)
    #expect(!run.errors.contains("unexpected: "), says)
    #expect(run.errors.split(separator: "\n").count { $0.contains(": error: ") } <= 1, says)
  }
}
