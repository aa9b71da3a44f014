// System calls that fail, one at a time: for each of them, the stage reports the error and leaves only complete files.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: failingCalls != nil, "needs a C compiler")) struct FailingCalls {
  /// A call and an error that it can return.
  static let calls: [(name: String, error: Int32)] = [
    ("open", ENOSPC), ("write", ENOSPC), ("pwrite", ENOSPC), ("ftruncate", ENOSPC), ("fsync", EIO), ("close", EIO),
    ("rename", ENOSPC), ("unlink", EACCES),
  ]

  /// Runs `words` with call number `at` failing; returns the exit code, the messages, and the number of calls.
  private func run(
    _ stage: String, _ words: [String], _ call: String, at: Int, _ error: Int32, in shop: Workshop,
    on path: String? = nil
  ) throws -> (code: Int32, errors: String, calls: Int) {
    let count = shop.folder + ".count"
    let run = try RunningProgram(
      stage, words,
      environment: [
        "LD_PRELOAD": failingCalls, "FAIL_CALL": call, "FAIL_AT": "\(at)", "FAIL_ERRNO": "\(error)",
        "FAIL_FOLDER": path ?? shop.folder + "/", "FAIL_COUNT": count,
      ])
    let code = run.exitCode()
    defer { try? FileManager.default.removeItem(atPath: count) }
    return (code, run.errors, Int((try? String(contentsOfFile: count, encoding: .utf8)) ?? "") ?? 0)
  }

  /// The indices of the calls that fail: all of them, or the first and last few.
  private func places(_ count: Int) -> [Int] {
    let few = 3 * torture
    return (1...max(1, count)).filter { $0 <= min(few, count) || $0 > count - few && $0 <= count }
  }

  /// The checksum is verified whenever a file is mapped, and reads the whole file.
  @Test func areCountedToSeeThatAnInputIsVerifiedOnce() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5", "--layers", "1")
      let moments = try shop.collect("moments.h5", from: adapter)
      _ = try shop.predict("predictions.h5", "point", [adapter])
      let prefix = shop.path("prefix.h5")
      try shop.run("compute-prefix", shop.inputs + ["--blocks", "1", "--output", prefix])
      let network = [shop.base, shop.tokens, prefix]
      let flags = shop.inputs + ["--prefix", prefix]
      let commands: [(stage: String, words: [String], inputs: [String])] = [
        ("fit-adapters", flags + ["--layers", "1", "--rank", "2", "--steps", "2"], network),
        ("collect-swag", flags + ["--adapter", adapter, "--collections", "2"], network + [adapter]),
        (
          "sample-posterior", flags + ["--method", "swag", "--posterior", moments, "--samples", "2"],
          network + [moments]
        ),
        (
          "evaluate", ["--predictions", shop.path("predictions.h5"), "--histories", adapter, moments],
          [shop.path("predictions.h5"), adapter, moments]
        ),
      ]
      for (stage, words, inputs) in commands {
        for input in inputs {
          let ended = try run(
            stage, words + ["--output", shop.path("output.h5")], "mmap", at: 0, 0, in: shop, on: input)
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(ended.calls == 1, "\(stage) mapped \(input) \(ended.calls) times")
        }
      }
    }
  }

  @Test(arguments: calls.map(\.name)) func leaveWholeFiles(call: String) throws {
    let error = Self.calls.first { $0.name == call }!.error
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      _ = try shop.predict("predictions.h5", "point", [adapter])
      let model = try writeTinyModel(in: shop.folder)
      let (output, csv) = (shop.path("output.h5"), shop.path("output.csv"))
      let commands: [(stage: String, words: [String], outputs: [String])] = [
        ("pretrain-load", ["--model", model], [output]),
        ("fit-adapters", shop.inputs + ["--rank", "2", "--steps", "2", "--checkpoint-seconds", "0"], [output]),
        (
          "evaluate", ["--predictions", shop.path("predictions.h5"), "--bootstrap", "10", "--csv", csv],
          [output, csv]
        ),
      ]
      for (stage, flags, outputs) in commands {
        let words = flags + ["--quiet", "--output", output]
        func clear() throws {
          try? FileManager.default.removeItem(atPath: output + ".checkpoint")
          for file in outputs { try Data("old".utf8).write(to: URL(fileURLWithPath: file)) }
        }
        try clear()
        let whole = try run(stage, words + ["--reproducible"], call, at: 0, error, in: shop)
        try #require(whole.code == 0, "\(stage): \(whole.errors)")
        let good = outputs.map(bytes)
        let files = Set(try shop.contents().keys)
        for place in places(whole.calls) where whole.calls > 0 {
          try clear()
          let failed = try run(stage, words + ["--reproducible"], call, at: place, error, in: shop)
          let note = "\(stage), \(call) \(place) of \(whole.calls): \(failed.code), \(failed.errors)"
          #expect([0, 73, 74].contains(failed.code), "\(note)")
          for (file, good) in zip(outputs, good) {
            #expect(bytes(file) == good || failed.code != 0 && bytes(file) == Data("old".utf8), "\(note)")
          }
          if failed.code != 0 { #expect(failed.errors.hasPrefix("\(stage): error: "), "\(note)") }
          let left = Set(try shop.contents().keys).subtracting(files).filter { !$0.hasSuffix(".checkpoint") }
          // A file that cannot be removed stays.
          if call != "unlink" { #expect(left.isEmpty, "\(note) left \(left)") }
          for file in left { unlink(shop.path(file)) }
        }
      }
    }
  }
}

/// The library that makes calls fail, built once; nil if there is no compiler.
private let failingCalls: String? = {
  let library = NSTemporaryDirectory() + "/credence-failing-calls-\(getpid()).so"
  let source = projectRoot + "/Tests/StageTests/failing-calls.c"
  let build = Process()
  build.executableURL = URL(fileURLWithPath: "/bin/sh")
  let line =
    "for compiler in clang cc gcc; do \"$compiler\" -shared -fPIC -O1 -o \"$0\" \"$1\" -ldl && exit; done; exit 1"
  build.arguments = ["-c", line, library, source]
  build.standardError = FileHandle.nullDevice
  guard (try? build.run()) != nil else { return nil }
  build.waitUntilExit()
  atexit { unlink(NSTemporaryDirectory() + "/credence-failing-calls-\(getpid()).so") }
  return build.terminationStatus == 0 ? library : nil
}()
