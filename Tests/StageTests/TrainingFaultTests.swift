// Training that is no longer finite stops with the step and the rows, and writes no output.
import Artifacts
import TestSupport
import Testing

@Suite struct TrainingThatDiverges {
  @Test(arguments: [true, false])
  func aLearningRateThatGivesNaNStopsWithStepAndRows(checkpointing: Bool) throws {
    try Workshop.open { shop in
      let flags =
        ["--learning-rate", "1e30", "--weight-decay", "0", "--epochs", "5"]
        + (checkpointing ? ["--checkpoint-seconds", "0"] : [])
      if !checkpointing {
        try shop.expectFault(
          65, "fit-adapters", shop.inputs + flags, says: ["step ", "learning rate ", "rows row-"],
          hint: "a lower --learning-rate or a --gradient-clip usually helps")
        return
      }
      // A checkpoint of the last good step may remain; the same command then fails again at the same step.
      let output = shop.path("nan.h5")
      let runs = try (0..<2).map { _ in
        let run = try RunningProgram("fit-adapters", shop.inputs + flags + ["--output", output])
        #expect(run.exitCode() == 65, "\(run.errors)")
        return run
      }
      #expect(!exists(output))
      let ends = runs.map { run in run.errors.split(separator: "\n").first { $0.contains("error: ") } }
      #expect(ends[0] != nil && ends[0] == ends[1])
      #expect(ends[0]?.contains("loss nan") == true)
    }
  }

  /// SGHMC and IVON refuse the clipping that AdamW is advised to, and have noise that may be too wide.
  @Test(arguments: [
    (["sghmc", "--learning-rate", "1e30"], "step ", "a lower --learning-rate or --temperature usually helps"),
    (["sghmc", "--temperature", "1e30"], "step 2: ", "a lower --learning-rate or --temperature usually helps"),
    (["sghmc", "--temperature", "0", "--learning-rate", "1e30"], "step ", "a lower --learning-rate usually helps"),
    (["ivon", "--sample-size", "1e-30"], "step 1: ", "a larger --sample-size or --curvature narrows it"),
    (["ivon", "--learning-rate", "1e30"], "step 2: ", "a lower --learning-rate or a --newton-clip usually helps"),
  ])
  func whatGivesNaNWithAnotherOptimizerIsNamed(flags: [String], step: String, hint: String) throws {
    try Workshop.open { shop in
      try shop.expectFault(
        65, "fit-adapters", shop.inputs + ["--epochs", "5", "--optimizer"] + flags, says: [step, "rows row-"],
        hint: hint)
    }
  }

  @Test func aCollectionThatGivesNaNStopsToo() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      try shop.expectFault(
        65, "collect-swag", shop.inputs + ["--adapter", adapter, "--learning-rate", "1e30", "--epochs", "9"],
        says: ["step ", "learning rate 1e+30", "rows row-"], hint: "a lower --learning-rate usually helps")
    }
  }

  @Test func aRouterThatGivesNaNStopsToo() throws {
    try Workshop.open { shop in
      let library = try shop.library("library.h5", of: 2)
      let command = shop.inputs + ["--library", library, "--examples", shop.tokens]
      try shop.expectFault(
        64, "route-adapters", command + ["--learning-rate", "1e30"],
        says: ["--learning-rate: found 1e+30 at a weight decay of 0.01"])
      var huge = try AdapterLibrary.read(library)
      for index in huge.values.indices { huge.values[index] *= 1e30 }
      try huge.write(to: library, provenance: TinyExperiment.provenance)
      try shop.expectFault(
        65, "route-adapters", command, says: ["step ", "rows entry-"], hint: "a lower --learning-rate usually helps")
    }
  }
}
