// Runs a long computation so that a kill costs seconds: checkpoints lie beside the output until it is written.
import ArgumentParser
import Artifacts
import Faults
import Files
import Foundation

/// Options of the stages that compute for long.
public struct CheckpointOptions: ParsableArguments {
  /// How much work a kill may cost.
  @Option(help: "Seconds between checkpoints; 0 writes one after every step.")
  public var checkpointSeconds = 30.0

  /// Defaults.
  public init() {}
}

extension StageContext {
  /// Advances `run` to its end, going on from `<output>.checkpoint` if that belongs to the same computation, and returns
  /// the seconds that the computation has taken, earlier processes included.
  ///
  /// - Parameter identity: everything that the result depends on, as text.
  /// - Throws: what `run` throws; `Fault` where a checkpoint is damaged, or where `output` cannot be written, which is
  ///   found out before the first step.
  public func complete(
    _ run: inout some Resumable, output: String, identity: String, options: CheckpointOptions
  ) throws -> Double {
    try AtomicFile.checkTarget(output)
    let path = output + ".checkpoint"
    // Another build of the program may compute otherwise: half of each would be the bytes of neither.
    let identity = "\(try SHA256.hexDigest(ofFile: "/proc/self/exe")) \(identity)"
    var earlier = 0.0
    if FileManager.default.fileExists(atPath: path) {
      let checkpoint = try Checkpoint.read(path)
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

  /// Removes the checkpoint of a computation whose output is on disk.
  public func removeCheckpoint(of output: String) {
    try? FileManager.default.removeItem(atPath: output + ".checkpoint")
  }
}
