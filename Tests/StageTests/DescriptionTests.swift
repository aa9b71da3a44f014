// What pretrain-load tells make of a model: its kind and its number of blocks, from config.json alone.
import Foundation
import TestSupport
import Testing

@Suite struct ModelDescription {
  /// Its config.json is enough: make asks before anything runs, also where the weights are not there yet.
  @Test(arguments: [("bert", "encoder 2\n"), ("llama", "decoder 4\n"), ("qwen2", "decoder 2\n")])
  func isItsKindAndItsNumberOfBlocks(name: String, line: String) throws {
    try withTemporaryFolder { folder in
      let config = "\(projectRoot)/Tests/TransformersTests/Reference/\(name)/config.json"
      try FileManager.default.copyItem(atPath: config, toPath: folder + "/config.json")
      let run = try RunningProgram("pretrain-load", ["--model", folder, "--describe", "--quiet"])
      #expect(run.exitCode() == 0, "\(run.errors)")
      #expect(run.output == line)
    }
  }

  @Test func hasTheFaultsOfLoading() throws {
    try withTemporaryFolder { folder in
      try expect(66, ["--model", folder, "--describe"], says: "config.json: there is no such file")
      try Data(#"{"model_type": "mamba"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      try expect(65, ["--model", folder, "--describe"], says: "\"mamba\" is not known, expected bert, roberta")
    }
  }

  @Test func isAskedForInsteadOfAFile() throws {
    try expect(64, ["--model", "x"], says: "either --output FILE or --describe, found neither")
    try expect(
      64, ["--model", "x", "--describe", "--output", "x.h5"], says: "either --output FILE or --describe, found both")
  }

  /// It would be of no use: the tokens cannot be made.
  @Test func aBaseWhoseTokenizerIsRefusedComesWithAWarning() throws {
    try withTemporaryFolder { folder in
      let model = try writeTinyModel(in: folder)
      let command = ["--model", model, "--output", folder + "/base.h5", "--quiet"]
      let usable = try RunningProgram("pretrain-load", command)
      #expect(usable.exitCode() == 0 && usable.errors.isEmpty, "\(usable.errors)")
      try #"{"model": {"type": "Markov"}}"#.write(toFile: model + "/tokenizer.json", atomically: true, encoding: .utf8)
      let run = try RunningProgram("pretrain-load", command)
      #expect(run.exitCode() == 0)
      #expect(
        run.errors.hasPrefix("pretrain-load: warning: tokenize will refuse this folder: \(model)/tokenizer.json: "),
        "\(run.errors)")
    }
  }

  private func expect(_ code: Int32, _ flags: [String], says message: String) throws {
    let run = try RunningProgram("pretrain-load", flags)
    #expect(run.exitCode() == code)
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.output.isEmpty)
  }
}
