// Members that are trained together, as a user trains them: the same as one by one, killed and resumed, shown,
// exported, and rejected by stages that need a single adapter.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct MembersInOneFile {
  @Test func aMemberIsTheFitOfItsInitializationOnTheSameOrderOfTheData() throws {
    try Workshop.open { shop in
      let flags = ["--rank", "2", "--epochs", "2", "--batch-size", "2", "--seed", "3"]
      try shop.run("fit-adapters", shop.inputs + flags + ["--members", "3", "--output", shop.path("all.h5")])
      let all = try Adapter.read(shop.path("all.h5")).values
      for member in 0..<3 {
        let own = ["--initialization-seed", "\(3 + member)", "--output", shop.path("one.h5")]
        try shop.run("fit-adapters", shop.inputs + flags + own)
        let one = try Adapter.read(shop.path("one.h5")).values
        let part = all[member * one.count..<(member + 1) * one.count]
        #expect(all.count == 3 * one.count && zip(part, one).allSatisfy { abs($0 - $1) < 1e-5 })
      }
    }
  }

  @Test func killedAndResumedMembersGiveTheSameBytes() throws {
    try Workshop.open { shop in
      let command = try LongStage.fitAdapters.command(in: shop, steps: 200) + ["--members", "3"]
      try shop.run("fit-adapters", command + ["--output", shop.path("unbroken.h5")])
      let (output, checkpoint) = (shop.path("killed.h5"), shop.path("killed.h5.checkpoint"))
      for (threads, step) in [("1", 3), ("3", 40)] {
        let run = try RunningProgram(
          "fit-adapters", command + ["--checkpoint-seconds", "0", "--threads", threads, "--output", output])
        try #require(
          run.wait(atMost: 120) { _ in LongStage.fitAdapters.step(of: checkpoint) ?? 0 >= step }, "\(run.errors)")
        run.send(SIGKILL)
        try #require(run.exitCode() == 128 + SIGKILL, "it ended before the kill: \(run.errors)")
      }
      let last = try shop.run("fit-adapters", command + ["--output", output])
      #expect(last.errors.contains("resuming from \(checkpoint) at step "))
      #expect(bytes(output) == bytes(shop.path("unbroken.h5")))
      // A checkpoint of another number of members is another computation's.
      let killed = try RunningProgram("fit-adapters", command + ["--checkpoint-seconds", "0", "--output", output])
      try #require(killed.wait(atMost: 120) { _ in LongStage.fitAdapters.step(of: checkpoint) ?? 0 >= 3 })
      killed.send(SIGKILL)
      _ = killed.exitCode()
      let other = try shop.run("fit-adapters", command + ["--members", "2", "--output", output])
      #expect(other.errors.contains("starting over"))
    }
  }

  @Test func theFileDescribesItsMembers() throws {
    try Workshop.open { shop in
      let file = try shop.fit("all.h5", "--members", "3")
      let run = try shop.run("show", [file])
      let count = try Adapter.read(file).values.count
      #expect(run.output.contains("\"members\": 3") && run.output.contains("float32 [\(count)]"))
    }
  }

  @Test func everyMemberIsExportedAsAFolder() throws {
    try Workshop.open { shop in
      let file = try shop.fit("all.h5", "--members", "2")
      _ = try shop.predict("p.h5", "lora-ensemble", [file], "--export-peft", shop.path("peft"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: shop.path("peft")).sorted() == ["sample-000", "sample-001"])
    }
  }

  @Test func everyMemberHasItsOwnContextualCalibration() throws {
    try Workshop.openFromQuestions { shop in
      let questions = ["--dataset", "home", "--train", shop.path("train.jsonl"), "--test", shop.path("home.jsonl")]
      let split = ["--calibration-fraction", "0.25", "--content-free", "--output", shop.path("free.h5")]
      try shop.run("tokenize", questions + split + ["--model", shop.path("model"), "--template", "bare"])
      let file = try shop.fit("all.h5", "--members", "2", "--seed", "5", "--batch-size", "32")
      let free = ["--content-free", shop.path("free.h5")]
      let command = shop.inputs + free + ["--method", "lora-ensemble-contextual", "--posterior", file]
      try shop.run("sample-posterior", command + ["--output", shop.path("together.h5")])
      let together = try Predictions.read(shop.path("together.h5"))
      #expect(together.cost.forwardPasses == 8 && together.groups == 2)
      for member in 0..<2 {
        let alone = try shop.fit(
          "one.h5", "--seed", "5", "--initialization-seed", "\(5 + member)", "--batch-size", "32")
        let point = shop.inputs + free + ["--method", "point-contextual", "--posterior", alone]
        try shop.run("sample-posterior", point + ["--output", shop.path("alone.h5")])
        let rows = try Predictions.read(shop.path("alone.h5")).logProbabilities
        for place in rows.indices {
          let own = together.logProbabilities[(place / 4 * 2 + member) * 4 + place % 4]
          #expect(abs(own - rows[place]) < 1e-4)
        }
      }
    }
  }

  @Test func wrongUsesAreRejectedWithAHint() throws {
    try Workshop.open { shop in
      for (flags, says) in [
        (["--members", "0"], "--members: found 0, expected 1 to 1024"),
        (["--members", "2", "--parametrisation", "full"], "--members: members share a frozen base"),
        (["--members", "2", "--variational", "blob"], "--members: a variational method"),
        (["--initialization-gain", "0"], "--initialization-gain: found 0.0"),
      ] { try shop.expectFault(64, "fit-adapters", shop.inputs + flags, says: [says]) }
      let (file, single) = (try shop.fit("all.h5", "--members", "2"), try shop.fit("one.h5"))
      for stage in ["collect-swag", "collect-curvature", "bayesianize-adapter", "extract-ensemble"] {
        try shop.expectFault(
          78, stage, shop.inputs + ["--adapter", file], says: ["\(file): found 2 members"], hint: "lora-ensemble")
      }
      let sample = shop.inputs + ["--method"]
      try shop.expectFault(
        78, "sample-posterior", sample + ["point", "--posterior", file], says: ["\(file): it holds 2 members"],
        hint: "--method lora-ensemble")
      try shop.expectFault(
        78, "sample-posterior", sample + ["lora-ensemble", "--posterior", single], says: ["\(single): it holds one"],
        hint: "--members")
    }
  }
}
