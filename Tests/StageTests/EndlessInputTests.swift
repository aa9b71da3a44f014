// Inputs without an end or without a writer: every stage rejects them immediately, for every flag.
import Foundation
import TestSupport
import Testing

@Suite struct InputsWithoutAnEnd {
  /// A stage would wait for ever for a named pipe without a writer, and /dev/zero would fill its memory.
  @Test(arguments: ["a named pipe", "a device"]) func endlessInputsAreRejected(kind: String) throws {
    try Workshop.open { shop in
      let endless = kind == "a device" ? "/dev/zero" : shop.path("pipe")
      if kind == "a named pipe" { try #require(mkfifo(endless, 0o600) == 0) }
      let model = try writeTinyModel(in: shop.folder)
      let own = ["--dataset", "own", "--test"]
      let commands: [(stage: String, words: [String])] = [
        ("tokenize", ["--model", model] + own + [endless]),
        ("fit-adapters", ["--base", endless, "--tokens", shop.tokens]),
        ("fit-adapters", ["--base", shop.base, "--tokens", endless]),
        ("sample-posterior", shop.inputs + ["--method", "point", "--posterior", endless]),
        ("evaluate", ["--predictions", endless]),
      ]
      for (stage, words) in commands {
        try shop.expectFault(66, stage, words, says: ["\(endless): is \(kind), expected a file"])
      }
      for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let file = "\(model)/\(name)"
        let whole = try #require(bytes(file))
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: endless)
        try shop.expectFault(66, "pretrain-load", ["--model", model], says: ["\(file): is \(kind), expected a file"])
        try FileManager.default.removeItem(atPath: file)
        try whole.write(to: URL(fileURLWithPath: file))
      }
      let shown = try RunningProgram("show", [endless])
      #expect(shown.exitCode() == 66)
    }
  }
}
