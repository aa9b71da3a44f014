// Runs that are stopped and resumed.
import Artifacts

extension Resumable {
  /// Takes all steps that are left.
  package mutating func finish() throws {
    while completed < total { try advance() }
  }
}

/// A run resumed from another's checkpoint, which is written to `folder` as `run.checkpoint`.
///
/// - Parameters:
///   - begin: makes the run that is stopped.
///   - stop: the number of steps before the stop.
///   - other: makes the run that resumes; nil: `begin` makes it too.
package func stopped<Run: Resumable>(
  _ begin: () throws -> Run, after stop: Int, goingOnWith other: (() throws -> Run)? = nil, in folder: String
) throws -> Run {
  var first = try begin()
  for _ in 0..<stop { try first.advance() }
  let path = folder + "/run.checkpoint"
  try first.checkpoint(identity: "it").write(to: path, provenance: TinyExperiment.provenance)
  var second = try other?() ?? begin()
  try second.restore(try Checkpoint.read(path))
  return second
}
