// A checkpoint is used only if it is complete and belongs to exactly the same computation.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct CheckpointsOfStages {
  /// Runs `command` until it has written a checkpoint for `output`, and kills it.
  private func leaveCheckpoint(_ stage: LongStage, _ command: [String], _ output: String) throws {
    let run = try RunningProgram(stage.name, command + ["--checkpoint-seconds", "0", "--output", output])
    try #require(run.wait(atMost: 120) { _ in stage.step(of: output + ".checkpoint") ?? 0 >= 3 }, "\(run.errors)")
    run.send(SIGKILL)
    try #require(run.exitCode() == 128 + SIGKILL)
  }

  @Test(arguments: [
    (LongStage.fitAdapters, ["--seed", "1"]), (.fitAdapters, ["--learning-rate", "0.002"]),
    (.fitAdapters, ["--method", "dropout"]), (.collectSwag, ["--deviations", "4"]),
    (.collectCurvature, ["--prior-precision", "2"]), (.collectCurvature, ["--criterion", "marginal-likelihood"]),
    (.routeAdapters, ["--seed", "1"]), (.routeAdapters, ["--missing", "0.4"]),
    (.samplePosterior, ["--seed", "1"]), (.samplePosterior, ["--samples", "599"]),
    (.samplePosterior, ["--scale", "0.25"]), (.indexAdapters, ["--top", "1"]),
    (.exchangeAdapters, ["--temperature", "0.5"]), (.predict, ["--shard", "2/3"]), (.predict, ["--dropout", "0.2"]),
  ])
  func aCheckpointOfOtherSettingsIsReportedAndNotUsed(_ stage: LongStage, change: [String]) throws {
    try Workshop.open { shop in
      // If a flag is given twice, the last one counts.
      let command = try stage.command(in: shop)
      let output = shop.path("changed.h5")
      try leaveCheckpoint(stage, command, output)
      try shop.run(stage.name, command + change + ["--output", shop.path("fresh.h5")])
      let run = try shop.run(stage.name, command + change + ["--quiet", "--output", output])
      #expect(run.errors.hasPrefix("\(stage.name): warning: \(output).checkpoint belongs to other inputs or settings"))
      #expect(run.errors.hasSuffix("starting over\n"))
      #expect(bytes(output) == bytes(shop.path("fresh.h5")))
      #expect(!exists(output + ".checkpoint"))
    }
  }

  @Test(arguments: LongStage.allCases)
  func ofOtherTokensItIsNotUsed(_ stage: LongStage) throws {
    // What starts from an adapter refuses other tokens before it looks at any checkpoint.
    guard [.fitAdapters, .samplePosterior].contains(stage) else { return }
    try Workshop.open { shop in
      let command = try stage.command(in: shop)
      let output = shop.path("changed.h5")
      try leaveCheckpoint(stage, command, output)
      let other = try shop.tokens("other.h5") { $0.tokens[0] = ($0.tokens[0] + 1) % 40 }
      let run = try shop.run(stage.name, command + ["--tokens", other, "--output", output])
      #expect(run.errors.contains("starting over"))
    }
  }

  @Test(arguments: LongStage.allCases, [true, false])
  func aDamagedCheckpointIsRejectedByName(_ stage: LongStage, isTruncated: Bool) throws {
    try Workshop.open { shop in
      let command = try stage.command(in: shop)
      let output = shop.path("output.h5")
      let checkpoint = output + ".checkpoint"
      try leaveCheckpoint(stage, command, output)
      try shop.damage(checkpoint, truncating: isTruncated)
      try shop.expectFault(74, stage.name, command, says: [checkpoint], hint: "remove it")
      try FileManager.default.removeItem(atPath: checkpoint)
      try shop.run(stage.name, command + ["--output", output])
    }
  }

  @Test func aFileThatIsNotACheckpointIsRejectedByName() throws {
    try Workshop.open { shop in
      let command = try LongStage.fitAdapters.command(in: shop, steps: 8)
      try FileManager.default.copyItem(atPath: shop.tokens, toPath: shop.path("output.h5.checkpoint"))
      try shop.expectFault(
        65, "fit-adapters", command, says: ["output.h5.checkpoint", "tokenized-set", "expected checkpoint"])
    }
  }
}

extension Workshop {
  /// Cuts the file at `path` in half, or turns one bit in its middle.
  func damage(_ path: String, truncating: Bool) throws {
    var data = try #require(bytes(path))
    if truncating { data = data.prefix(data.count / 2) } else { data[data.count / 2] ^= 0x10 }
    try data.write(to: URL(fileURLWithPath: path))
  }
}
