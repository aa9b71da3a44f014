// Runs a long computation so that a kill costs seconds: a checkpoint lies beside the output until that is written.
import ArgumentParser
import Artifacts
import Faults
import Files
import Foundation
import JSON

/// Options of the stages that compute for long.
package struct CheckpointOptions: ParsableArguments {
  /// How much work a kill may cost.
  @Option(help: "Seconds between checkpoints; 0 writes one after every step.")
  package var checkpointSeconds = 30.0

  package init() {}

  /// Refuses a negative number of seconds, and NaN.
  package func validate() throws {
    guard checkpointSeconds >= 0 else {
      throw ValidationError("--checkpoint-seconds \(checkpointSeconds) must be a number of at least 0")
    }
  }
}

extension StageContext {
  /// Advances `run` to its end and returns the seconds that it took, earlier processes included. It resumes from
  /// `<output>.checkpoint` if that belongs to the same computation.
  ///
  /// - Parameter settings: everything that the result depends on beside the inputs that were recorded. All inputs must
  ///   have been read by now.
  /// - Throws: what `run` throws; `Fault` where a checkpoint is damaged or cannot be written.
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
    // Asked once before the first step: a signal that comes during it, too, waits for the checkpoint behind it.
    _ = interrupted
    while run.completed < run.total {
      try run.advance()
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

  /// What decides whether a checkpoint belongs to this computation: the program, every input and the settings.
  private func identity(_ settings: [any Encodable]) throws -> String {
    // Another build may compute other bits: half of each would be the result of neither.
    let program = try SHA256.hexDigest(ofFile: "/proc/self/exe")
    let words = try [program, name] + provenance.inputs.map(\.digest) + settings.map { try $0.canonicalJSON }
    return words.joined(separator: " ")
  }

  /// The checkpoint at `path`, or nil where there is none.
  ///
  /// Reading comes first and the question whether the file exists second: another process with the same command may
  /// finish at any moment and remove it.
  package static func checkpoint(at path: String) throws -> Checkpoint? {
    do { return try Checkpoint.read(path) } catch {
      if access(path, F_OK) != 0 && errno == ENOENT { return nil }
      throw error
    }
  }

  /// Removes the checkpoint of a computation whose output is on disk.
  package func removeCheckpoint(of output: String) {
    try? FileManager.default.removeItem(atPath: output + ".checkpoint")
  }
}
