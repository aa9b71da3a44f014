// A folder with a tiny base and tokens, on which the built stages are run as a user runs them.
import Artifacts
import Foundation
import TestSupport
import Testing

/// A folder in which stages are run, each as a separate process.
struct Workshop {
  /// Its path.
  let folder: String
  /// The base's file.
  let base: String
  /// The tokens' file.
  let tokens: String

  /// Creates base and tokens in a new folder, which is removed when `body` is done.
  ///
  /// - Parameters:
  ///   - copies: How often the forty examples are repeated, with different ids.
  ///   - hiddenSize: The base's width, a multiple of 4.
  static func open(
    _ scoring: TokenizedSet.Scoring = .pairs, copies: Int = 1, hiddenSize: Int = 16, _ body: (Workshop) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring, hiddenSize: hiddenSize)
      let shop = Workshop(folder: folder, base: experiment.basePath, tokens: folder + "/tokens.h5")
      try experiment.tokens.repeated(copies).write(to: shop.tokens, provenance: TinyExperiment.provenance)
      try body(shop)
    }
  }

  /// The path of `name` in the folder.
  func path(_ name: String) -> String { "\(folder)/\(name)" }
  /// The flags for base and tokens, and for reproducible bytes.
  var inputs: [String] { ["--base", base, "--tokens", tokens, "--reproducible"] }

  /// Writes a tokenized set that differs from the workshop's by `change`, and returns its path.
  func tokens(_ name: String, _ change: (inout TokenizedSet) -> Void) throws -> String {
    var set = try TokenizedSet.read(tokens)
    change(&set)
    try set.write(to: path(name), provenance: TinyExperiment.provenance)
    return path(name)
  }

  /// The workshop's tokens repeated until there are `count` training rows, with the other splits once; returns the path.
  func manyTrainingRows(_ count: Int) throws -> String {
    let set = try TokenizedSet.read(tokens)
    let copies = count / set.examples(of: .train).count + 1
    return try tokens("many.h5") {
      $0 = $0.repeated(copies)
      for row in set.count..<$0.count where $0.splits[row] != .train { $0.splits[row] = .train }
    }
  }

  /// Runs `stage`, which must succeed.
  @discardableResult
  func run(
    _ stage: String, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> RunningProgram {
    let run = try RunningProgram(stage, arguments)
    let code = run.exitCode()
    try #require(code == 0, "\(stage) ended with \(code): \(run.errors)", sourceLocation: sourceLocation)
    return run
  }

  /// Fits a small adapter in a few steps and returns its path.
  func fit(_ name: String, _ flags: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let shape = flags.contains("--rank") ? [] : ["--rank", "2"]
    try run(
      "fit-adapters", inputs + shape + ["--epochs", "2", "--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Searches the scale of TFB's noise on `adapter` in a few passes and returns its path.
  func bayesianize(_ name: String, from adapter: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> String
  {
    let search = ["--samples", "2", "--iterations", "3", "--largest", "0.5"]
    try run(
      "bayesianize-adapter", inputs + search + ["--adapter", adapter, "--output", path(name)],
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Extracts two sub-models from `adapter` in a few steps and returns their path.
  func extract(
    _ name: String, from adapter: String, _ flags: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let small = ["--members", "2", "--mutual-information", "0.1", "1", "--steps", "3"]
    try run(
      "extract-ensemble", inputs + small + ["--adapter", adapter, "--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Collects SWAG's moments from `adapter` in a few steps and returns their path.
  func collect(
    _ name: String, from adapter: String, _ flags: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let snapshots = flags.contains("--collections") ? [] : ["--collections", "6"]
    try run(
      "collect-swag", inputs + snapshots + ["--adapter", adapter, "--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Collects the curvature around `adapter` and returns its path.
  func curvature(
    _ name: String, from adapter: String, _ flags: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    try run(
      "collect-curvature", inputs + ["--adapter", adapter, "--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return path(name)
  }

  /// Predicts with `method` from `files` and returns the predictions.
  func predict(
    _ name: String, _ method: String, _ files: [String], _ flags: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Predictions {
    try run(
      "sample-posterior",
      inputs + ["--method", method, "--posterior"] + files + ["--output", path(name)] + flags,
      sourceLocation: sourceLocation)
    return try Predictions.read(path(name))
  }

  /// All files in the folder and its subfolders, by path.
  func contents() throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    var contents: [String: Data] = [:]
    for name in names { contents[name] = FileManager.default.contents(atPath: path(name)) }
    return contents
  }
}

/// The bytes of the file at `path`; nil if there is none.
func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

/// Whether there is a file at `path`.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
