// Outputs that cannot be written are found before the computation, not after it.
import Foundation
import TestSupport
import Testing

@Suite struct OutputsThatCannotBeWritten {
  /// The command does not end within a test, so that a stage which checks only before writing would fail.
  private func expectRefusal(
    of output: String, by stage: LongStage, in shop: Workshop, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let command = try stage.endlessCommand(in: shop) + ["--output", output]
    let run = try RunningProgram(stage.name, command)
    let hasEnded = run.wait(atMost: 60) { $0.errors.contains("error: ") || $0.errors.contains("%") }
    run.send(SIGKILL)
    run.exitCode()
    let isRefused = hasEnded && !run.errors.contains("%")
    try #require(isRefused, "it began to compute: \(run.errors)", sourceLocation: sourceLocation)
    try shop.expectFault(73, stage.name, command, says: [output], sourceLocation: sourceLocation)
  }

  @Test(arguments: LongStage.allCases)
  func aMissingFolderIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.path("no/such/folder/output.h5"), by: stage, in: $0) }
  }

  @Test(arguments: LongStage.allCases)
  func aFileInPlaceOfAFolderIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.tokens + "/output.h5", by: stage, in: $0) }
  }

  @Test(arguments: LongStage.allCases)
  func aFolderInPlaceOfAFileIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.folder, by: stage, in: $0) }
  }

  /// Root can write anywhere, except where the kernel forbids it.
  @Test(arguments: LongStage.allCases)
  func aFolderWithoutPermissionIs73(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let locked = shop.path("locked")
      try FileManager.default.createDirectory(atPath: locked, withIntermediateDirectories: false)
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: locked)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: locked) }
      try expectRefusal(of: getuid() == 0 ? "/proc/output.h5" : locked + "/output.h5", by: stage, in: shop)
    }
  }

  /// Every stage checks each of its outputs before its inputs.
  @Test func outputsAreCheckedBeforeInputs() throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/none.h5", tokens: folder + "/none.h5")
      let (missing, nowhere) = (shop.path("none"), shop.path("no/such/folder/output"))
      let inputs = ["--base", shop.base, "--tokens", shop.tokens]
      let commands: [(stage: String, command: [String], outputs: [String])] = [
        ("tokenize", ["--model", missing, "--dataset", "own", "--test", missing], []),
        ("pretrain-load", ["--model", missing], []), ("fit-adapters", inputs, []),
        ("collect-swag", inputs + ["--adapter", missing], []),
        ("sample-posterior", inputs + ["--method", "point", "--posterior", missing], []),
        (
          "evaluate", ["--predictions", missing],
          ["--csv", "--json", "--predictions-csv", "--html", "--latex", "--bins-csv"]
        ),
        ("predict", inputs + ["--model", missing, "--method", "point", "--new", missing], []),
        (
          "decide", ["--forecasts", missing, "--predictions", missing, "--tokens", missing, "--new", missing],
          ["--answers-csv", "--shares-csv", "--label-next-csv"]
        ),
        ("shift-test", ["--in-distribution", missing, "--shifted", missing], ["--csv", "--json", "--html"]),
      ]
      for (stage, command, others) in commands {
        try shop.expectFault(73, stage, command + ["--output", nowhere], says: [nowhere])
        for flag in others { try shop.expectFault(73, stage, command + [flag, nowhere], says: [nowhere]) }
        try shop.expectFault(66, stage, command + ["--output", shop.path("output.h5")], says: [missing])
      }
    }
  }

  /// `make almanac` pretrains its base again into the existing folder.
  @Test func anExistingModelFolderIsReplacedAndAnImpossibleOneIs73() throws {
    try withTemporaryFolder { folder in
      let shop = Workshop(folder: folder, base: folder + "/base.h5", tokens: "")
      let small = [
        "--repetitions", "1", "--vocabulary-size", "300", "--hidden-size", "64", "--layers", "1", "--epochs", "1",
        "--documents-per-step", "4000",
      ]
      let (facts, model) = (["--facts", projectRoot + "/data/almanac/facts"], ["--output", shop.path("model")])
      for seed in ["1", "0"] { try shop.run("pretrain-base", facts + small + model + ["--seed", seed]) }
      try shop.run("pretrain-base", facts + small + ["--output", shop.path("fresh")])
      for name in ["model.safetensors", "config.json", "tokenizer.json"] {
        #expect(bytes(shop.path("model/\(name)")) == bytes(shop.path("fresh/\(name)")))
      }
      try shop.run("pretrain-load", ["--model", shop.path("model"), "--output", shop.base])
      let nowhere = "/proc/no/such/folder"
      try shop.expectFault(
        73, "pretrain-base", ["--facts", shop.path("none"), "--output", nowhere], says: [nowhere])
    }
  }

  @Test func noSampleIsExportedBeforeTheOutputIsChecked() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let export = ["--method", "point", "--posterior", adapter, "--export-peft", shop.path("peft")]
      let output = shop.path("no/such/folder/output.h5")
      try shop.expectFault(73, "sample-posterior", shop.inputs + export + ["--output", output], says: [output])
    }
  }

  @Test func aFullDiskLeavesTheOldOutput() throws {
    try Workshop.open { shop in
      let output = shop.path("output.h5")
      let older = Data("a good result of another day".utf8)
      try older.write(to: URL(fileURLWithPath: output))
      let before = try shop.contents()
      let flags = (shop.inputs + ["--output", output]).joined(separator: " ")
      // 4 blocks of 512 bytes: the adapter's file is larger.
      let run = try RunningProgram(shell: "ulimit -f 4; exec \"$0\" \(flags)", with: "fit-adapters")
      #expect(run.exitCode() == 74, "\(run.errors)")
      #expect(run.errors.contains("fit-adapters: error: \(output): "))
      #expect(try shop.contents() == before)
    }
  }
}
