// The training history in the files of `fit-adapters` and `collect-swag`.
import Artifacts

/// The epochs of one training run.
package struct TrainingHistory: Equatable, Sendable {
  /// The method it was trained for; `swag` for a collection.
  package let method: String
  /// The run's seed.
  package let seed: Int
  /// One entry for each epoch.
  package let epochs: [Adapter.Epoch]

  /// The history in a file of either stage.
  ///
  /// - Throws: `Fault` for a file of another kind, or whose content is damaged.
  package init(_ file: ArtifactFile) throws {
    switch file.schema {
    case SwagMoments.schema: self.init(try SwagMoments.read(file))
    default: self.init(try Adapter.read(file))
    }
  }

  /// The history of an adapter.
  package init(_ adapter: Adapter) { (method, seed, epochs) = (adapter.method, adapter.seed, adapter.history) }
  /// The history of a collection.
  package init(_ moments: SwagMoments) { (method, seed, epochs) = ("swag", moments.seed, moments.history) }
}
