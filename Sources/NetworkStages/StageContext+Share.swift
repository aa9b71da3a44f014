// Writes an adapter that leaves the machine: the file says nothing about the data and the place that it comes from.
import Artifacts
import StageKit

extension StageContext {
  /// Writes what `Adapter.forOthers` leaves of an adapter, without the paths and digests of the stage's inputs, the
  /// command, the host and the time.
  ///
  /// - Parameter classNames: the classes of its training texts, if they have classes.
  /// - Throws: `Fault` if it cannot be written.
  package func share(_ adapter: Adapter, classNames: [String], to path: String) throws {
    var provenance = self.provenance
    (provenance.inputs, provenance.reproducible) = ([], true)
    try adapter.forOthers(classNames: classNames).write(to: path, provenance: provenance)
  }
}
