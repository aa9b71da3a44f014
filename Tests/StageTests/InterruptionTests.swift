// A stage that is killed or asked to stop, and started again with the same command, gives the bytes of an
// undisturbed run; and at every moment its output is a complete file.
import Foundation
import TestSupport
import Testing

@Suite struct InterruptedStages {
  @Test(arguments: LongStage.allCases)
  func killedAgainAndAgainAStageGivesTheSameBytes(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.command(in: shop)
      try shop.run(stage.name, command + ["--output", shop.path("unbroken.h5")])
      let unbroken = try #require(bytes(shop.path("unbroken.h5")))
      let (output, checkpoint) = (shop.path("killed.h5"), shop.path("killed.h5.checkpoint"))
      var reached = 0
      // The last word is how many steps each process does before it is killed, at the least.
      for (threads, steps) in [(1, 1), (2, 7), (3, 1), (1, 40), (2, 15)] {
        let run = try RunningProgram(
          stage.name, command + ["--checkpoint-seconds", "0", "--threads", "\(threads)", "--output", output])
        let goal = reached + steps
        try #require(run.wait(atMost: 120) { _ in stage.step(of: checkpoint) ?? 0 >= goal }, "\(run.errors)")
        run.send(SIGKILL)
        try #require(run.exitCode() == 128 + SIGKILL, "it ended before the kill: \(run.errors)")
        #expect(!exists(output))
        if reached > 0 { #expect(run.errors.contains("resuming from \(checkpoint) at step ")) }
        reached = try #require(stage.step(of: checkpoint), "the kill left a checkpoint that cannot be read")
      }
      let last = try shop.run(stage.name, command + ["--output", output])
      #expect(last.errors.contains("resuming from \(checkpoint) at step "))
      #expect(bytes(output) == unbroken)
      #expect(!exists(checkpoint))
    }
  }

  @Test(arguments: LongStage.allCases)
  func killedBeforeItsFirstCheckpointAStageLeavesNothing(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.endlessCommand(in: shop)
      let before = try shop.contents()
      for waits in [false, true] {
        let run = try RunningProgram(stage.name, command + ["--output", shop.path("killed.h5")])
        if waits { try #require(run.wait(atMost: 120) { $0.errors.contains("%") }, "\(run.errors)") }
        run.send(SIGKILL)
        #expect(run.exitCode() == 128 + SIGKILL)
        let rowFiles = stage.rowFiles(of: "killed.h5")
        #expect(try shop.contents().filter { !rowFiles.contains($0.key) } == before)
      }
    }
  }

  @Test(arguments: LongStage.allCases)
  func askedToStopAStageSaysHowToResumeAndKeepsTheOldOutput(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.command(in: shop)
      let (output, checkpoint) = (shop.path("asked.h5"), shop.path("asked.h5.checkpoint"))
      try shop.run(stage.name, command + ["--output", shop.path("unbroken.h5")])
      try Data("a good result of another day".utf8).write(to: URL(fileURLWithPath: output))
      let older = bytes(output)

      let run = try RunningProgram(stage.name, command + ["--checkpoint-seconds", "0", "--output", output])
      try #require(run.wait(atMost: 120) { _ in stage.step(of: checkpoint) ?? 0 >= 2 }, "\(run.errors)")
      run.send(SIGTERM)
      #expect(run.exitCode() == 128 + SIGTERM)
      #expect(run.errors.contains("stopped by SIGTERM; the same command resumes"))
      #expect(bytes(output) == older)
      try shop.run(stage.name, command + ["--output", output])
      #expect(bytes(output) == bytes(shop.path("unbroken.h5")))
      #expect(!exists(checkpoint))
    }
  }

  /// Half a minute may pass between two checkpoints; a stop on request must not lose that work.
  @Test(arguments: LongStage.allCases)
  func askedToStopBetweenCheckpointsAStageWritesOne(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.endlessCommand(in: shop)
      let checkpoint = shop.path("asked.h5.checkpoint")
      let run = try RunningProgram(stage.name, command + ["--output", shop.path("asked.h5")])
      try #require(run.wait(atMost: 120) { $0.errors.contains("%") }, "\(run.errors)")
      #expect(!exists(checkpoint))
      run.send(SIGTERM)
      #expect(run.exitCode() == 128 + SIGTERM)
      #expect(try #require(stage.step(of: checkpoint)) >= 1)
      #expect(!exists(shop.path("asked.h5")))
    }
  }

  /// A scheduler may start a task a second time while the first is still running.
  @Test(arguments: LongStage.allCases)
  func twoAtOnceWriteTheSameBytes(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.command(in: shop, steps: 40)
      try shop.run(stage.name, command + ["--output", shop.path("alone.h5")])
      let output = shop.path("both.h5")
      let runs = try (0..<2).map { _ in
        try RunningProgram(stage.name, command + ["--checkpoint-seconds", "3600", "--output", output])
      }
      for run in runs { #expect(run.exitCode() == 0, "\(run.errors)") }
      #expect(bytes(output) == bytes(shop.path("alone.h5")))
    }
  }
}
