// Runs a long computation so that a kill costs seconds: checkpoints lie beside the output until it is written.
import ArgumentParser
import Artifacts
import Faults
import Files
import Foundation

/// Options of the stages that compute for long.
package struct CheckpointOptions: ParsableArguments {
  /// How much work a kill may cost.
  @Option(help: "Seconds between checkpoints; 0 writes one after every step.")
  package var checkpointSeconds = 30.0

  package init() {}

  /// Refuses a time that is none.
  package func validate() throws {
    guard checkpointSeconds >= 0 else {
      throw ValidationError("--checkpoint-seconds \(checkpointSeconds) is no number of seconds")
    }
  }
}

extension StageContext {
  /// Advances `run` to its end, going on from `<output>.checkpoint` if that belongs to the same computation, and returns
  /// the seconds that the computation has taken, earlier processes included.
  ///
  /// - Parameter identity: everything that the result depends on, as text.
  /// - Throws: what `run` throws; `Fault` where a checkpoint is damaged or cannot be written.
  package func complete(
    _ run: inout some Resumable, output: String, identity: String, options: CheckpointOptions
  ) throws -> Double {
    let path = output + ".checkpoint"
    // Another build of the program may compute otherwise: half of each would be the bytes of neither.
    let identity = "\(try SHA256.hexDigest(ofFile: "/proc/self/exe")) \(identity)"
    var earlier = 0.0
    if let checkpoint = try Self.checkpoint(at: path) {
      if checkpoint.settings == identity {
        try run.restore(checkpoint)
        earlier = checkpoint.reals["elapsedSeconds"]?.first ?? 0
        say("goes on from \(path) at step \(run.completed) of \(run.total)")
      } else {
        warn("\(path) belongs to other inputs or settings, or to another build: begins anew")
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

  /// The checkpoint at `path`, or nil where there is none.
  ///
  /// To ask first and read then would not do: a second process that computes the same may end at any moment, and take the
  /// checkpoint away.
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
