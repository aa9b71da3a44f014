// Runs a long computation with checkpoints, so that a kill costs seconds. The checkpoint is beside the output until the
// output is written.
import ArgumentParser
import Artifacts
import Faults
import Files
import Foundation
import JSON

/// Options of the stages that write checkpoints.
package struct CheckpointOptions: ParsableArguments {
  /// The seconds of work that a kill may cost.
  @Option(help: "Seconds between checkpoints; 0 writes one after every step.")
  package var checkpointSeconds = 30.0

  package init() {}

  /// Rejects a negative number of seconds, and NaN.
  package func validate() throws {
    guard checkpointSeconds >= 0 else {
      throw ValidationError("--checkpoint-seconds \(checkpointSeconds) must be a number of at least 0")
    }
  }
}

extension StageContext {
  /// Runs `run` to its end and returns the seconds that it took, including those of earlier processes. It resumes from
  /// `<output>.checkpoint` if this belongs to the same computation.
  ///
  /// - Parameter settings: everything that the result depends on, except the recorded inputs.
  /// - Precondition: all inputs have been read.
  /// - Throws: what `run` throws; `Fault` if a checkpoint is damaged or cannot be written.
  package func complete(
    _ run: inout some Resumable, settings: [any Encodable], output: String, options: CheckpointOptions
  ) throws -> Double {
    let path = output + ".checkpoint"
    let identity = try identity(settings)
    var earlier = 0.0
    if let checkpoint = try Self.checkpoint(at: path) {
      if checkpoint.settings == identity {
        try run.restore(checkpoint)
        earlier = checkpoint.reals["elapsedSeconds"]?.first ?? 0
        say("resuming from \(path) at step \(run.completed) of \(run.total)")
      } else {
        warn("\(path) belongs to other inputs or settings, or to another build: starting over")
      }
    }
    let began = elapsedSeconds
    func save() throws {
      var checkpoint = run.checkpoint(identity: identity)
      checkpoint.reals["elapsedSeconds"] = [earlier + elapsedSeconds - began]
      var provenance = self.provenance
      provenance.reproducible = true
      try checkpoint.write(to: path, provenance: provenance)
    }
    var saved = elapsedSeconds
    // Read once before the first step, so that a signal during this step also waits for the checkpoint after it.
    _ = interrupted
    while run.completed < run.total {
      let before = run.completed
      try run.advance()
      run.news(since: before).forEach(say)
      progress(run.completed, of: run.total, note: run.note)
      let unfinished = run.completed < run.total
      if unfinished && (interrupted || elapsedSeconds - saved >= options.checkpointSeconds) {
        try save()
        saved = elapsedSeconds
      }
      if interrupted && unfinished { stopInterrupted() }
    }
    return earlier + elapsedSeconds - began
  }

  /// The identity of this computation, by which its checkpoint is recognised: the program, every input and the settings.
  private func identity(_ settings: [any Encodable]) throws -> String {
    // Another build may compute other bits. A result of two builds could not be reproduced by either.
    let program = try SHA256.hexDigest(ofFile: "/proc/self/exe")
    let words = try [program, name] + provenance.inputs.map(\.digest) + settings.map { try $0.canonicalJSON }
    return words.joined(separator: " ")
  }

  /// The checkpoint at `path`, or nil if there is none.
  ///
  /// It is read before its existence is checked, because another process with the same command may finish and remove it at
  /// any moment.
  package static func checkpoint(at path: String) throws -> Checkpoint? {
    do { return try Checkpoint.read(path) } catch {
      if access(path, F_OK) != 0 && errno == ENOENT { return nil }
      throw error
    }
  }

  /// Removes the checkpoint of a computation whose output has been written.
  package func removeCheckpoint(of output: String) {
    try? FileManager.default.removeItem(atPath: output + ".checkpoint")
  }
}
