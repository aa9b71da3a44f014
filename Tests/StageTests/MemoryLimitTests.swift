// Stages with limited address space, as set by Grid Engine's h_vmem: the result, or one line and an exit code. Below
// about 100 MB the loader cannot map the libraries, and ends the program with 127 before our code runs.
import Foundation
import TestSupport
import Testing

@Suite struct LimitedAddressSpace {
  /// Kibibytes.
  static let limits = [100_000, 150_000, 200_000, 250_000, 300_000, 400_000, 600_000, 800_000, 2_000_000]

  @Test(arguments: limits)
  func aStageGivesItsResultOrOneLine(limit: Int) throws {
    try Workshop.openFromQuestions { shop in
      let adapter = try shop.fit("adapter.h5")
      let point = ["--method", "point", "--posterior", adapter]
      try shop.run("sample-posterior", shop.inputs + point + ["--output", shop.path("predictions.h5")])
      let commands: KeyValuePairs<String, [String]> = [
        "tokenize": ["--model", shop.path("model"), "--dataset", "home", "--train", shop.path("train.jsonl")],
        "pretrain-load": ["--model", shop.path("model")],
        "fit-adapters": shop.inputs + ["--epochs", "1"],
        "collect-curvature": shop.inputs + ["--adapter", adapter],
        "sample-posterior": shop.inputs + point,
        "evaluate": ["--predictions", shop.path("predictions.h5"), "--bootstrap", "20"],
        "show": [shop.base],
      ]
      for (stage, arguments) in commands {
        let output = stage == "show" ? [] : ["--output", shop.path("output.h5")]
        try expectEnd(of: stage, arguments + output, limit: limit)
        try? FileManager.default.removeItem(atPath: shop.path("output.h5"))
      }
    }
  }

  private func expectEnd(of stage: String, _ arguments: [String], limit: Int) throws {
    let line =
      "ulimit -v \(limit); exec timeout -s KILL 60 \"$0\" --threads 2 --quiet \(arguments.joined(separator: " "))"
    let run = try RunningProgram(shell: line, with: stage)
    let code = run.exitCode()
    let lines = run.errors.split(separator: "\n")
    let says = Comment(rawValue: "\(stage) with \(limit): \(code), \(run.errors.prefix(1000))")
    #expect([0, 71, 78, 127].contains(code), says)
    if code == 127 {
      #expect(run.errors.contains("error while loading shared libraries"), says)
    } else if code == 0 {
      #expect(lines.isEmpty, says)
    } else {
      #expect(lines.count == 2 && lines[0].hasPrefix("\(stage): error: ") && lines[1].hasPrefix("hint: "), says)
    }
    // Stages without matrix products need little.
    if limit >= 250_000 && ["show", "tokenize", "evaluate"].contains(stage) { #expect(code == 0, says) }
    // Only the curvature takes OpenBLAS's 128 MiB for each thread.
    if limit >= 600_000 && stage != "collect-curvature" { #expect(code == 0, says) }
    if limit >= 2_000_000 { #expect(code == 0, says) }
  }

  @Test func theMemoryForOpenBLASIsReported() throws {
    try Workshop.open { shop in
      let flags = shop.inputs + ["--adapter", try shop.fit("adapter.h5"), "--output", shop.path("output.h5")]
      let line = "ulimit -v 250000; exec timeout -s KILL 60 \"$0\" --threads 1 \(flags.joined(separator: " "))"
      let run = try RunningProgram(shell: line, with: "collect-curvature")
      #expect(run.exitCode() == 71)
      #expect(
        run.errors.contains(
          "collect-curvature: error: OpenBLAS: its matrix products need 128 MiB of address space for each of"),
        "\(run.errors)")
    }
  }
}
