// What every posterior is to the stage that samples it: groups of draws from a distribution over the trained vector. A
// draw is a function of (seed, group, sample); no batch, thread or data set changes it.
import Artifacts
import Faults
import Transformers

/// A distribution over trained vectors, from which fixed samples are drawn.
public protocol Posterior {
  /// Independently trained members.
  var groups: Int { get }
  /// Draws from each member.
  var samples: Int { get }
  /// The sample `sample` of member `group`.
  func draw(group: Int, sample: Int) -> Draw
  /// Numbers that the posterior holds beyond those of its members' adapters count too.
  var trainableParameters: Int { get }
  /// Remarks for the table; empty if there are none.
  var warnings: [String] { get }
  /// Numbers that the method has found by itself, for the settings of the predictions.
  var details: [String: Double] { get }
}

extension Posterior {
  /// None.
  public var details: [String: Double] { [:] }
  /// None.
  public var warnings: [String] { [] }
}

/// One sample of the trained vector, and the dropout to use with it.
public struct Draw: Sendable {
  /// [parameter]
  public var values: [Float]
  /// Nil: none.
  public var dropout: Dropout?
  /// Both as given.
  public init(values: [Float], dropout: Dropout? = nil) { (self.values, self.dropout) = (values, dropout) }
}
