// No stage overwrites its inputs, by any path to them, or writes two outputs to the same file.
import Foundation
import TestSupport
import Testing

@Suite struct InputsAreNeverOutputs {
  @Test func stagesThatReadArtifactsDoNotOverwriteThem() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let link = shop.path("link.h5")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "adapter.h5")
      let sample = shop.inputs + ["--method", "point", "--posterior", adapter]
      for output in [adapter, link, shop.folder + "/../" + shop.folder.split(separator: "/").last! + "/adapter.h5"] {
        try shop.expectFault(
          64, "sample-posterior", sample + ["--output", output], says: [adapter, "would be overwritten"],
          hint: "another output")
      }
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--output", shop.tokens], says: [shop.tokens, "would be overwritten"])
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--output", shop.base], says: [shop.base, "would be overwritten"])
      try shop.expectFault(
        64, "collect-swag", shop.inputs + ["--adapter", adapter, "--output", adapter],
        says: [adapter, "would be overwritten"])
      for log in [["--log-file", adapter], ["--log-file=\(adapter)"]] {
        try shop.expectFault(64, "sample-posterior", sample + log, says: [adapter, "named as the log"])
      }
    }
  }

  @Test func stagesThatReadUsersFilesDoNotOverwriteThem() throws {
    try withTemporaryFolder { folder in
      let questions = "\(folder)/questions.jsonl"
      let row = #"{"question": "2 + 2?", "choices": ["4", "5"], "answer": 0}"#
      try row.appending("\n").write(toFile: questions, atomically: true, encoding: .utf8)
      let model = projectRoot + "/data/almanac/base"
      let run = try RunningProgram(
        "tokenize", ["--model", model, "--dataset", "mine", "--test", questions, "--output", questions])
      #expect(run.exitCode() == 64)
      #expect(run.errors.contains("questions.jsonl: it is an input and would be overwritten"), "\(run.errors)")
      #expect(try String(contentsOfFile: questions, encoding: .utf8) == row + "\n")
    }
  }

  @Test func tablesDoNotOverwriteTheirInputs() throws {
    try Workshop.open { shop in
      _ = try shop.predict("point.h5", "point", [shop.fit("adapter.h5")])
      let predictions = shop.path("point.h5")
      for flags in [["--csv", predictions], ["--output", predictions]] {
        try shop.expectFault(
          64, "evaluate", ["--predictions", predictions] + flags, says: [predictions, "would be overwritten"])
      }
      let table = shop.path("table")
      try shop.expectFault(
        64, "evaluate", ["--predictions", predictions, "--csv", table, "--json", table],
        says: [table, "is named for two outputs"])
      try shop.expectFault(
        65, "evaluate", ["--predictions", predictions, "--histories", shop.tokens], says: [shop.tokens])
    }
  }
}
