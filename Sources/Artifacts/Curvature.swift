// The artifact of `collect-curvature`: a Gaussian over an adapter's parameters, from the curvature of the loss around
// them.
import Faults

/// Kronecker-factored curvature around one adapter, stored as the factors' eigenvectors and eigenvalues.
package struct Curvature: Equatable, Sendable {
  /// The curvature of one parameter matrix (outputs, inputs): the Kronecker product of a factor over outputs and one
  /// over inputs. Directions that a factor does not store have no curvature.
  package struct Block: Equatable, Sendable {
    /// The matrix's name in the table of parameters.
    package var name = ""
    /// Offset of the matrix in the parameter vector.
    package var offset = 0
    /// Offset of the matrix's last column (a head's bias) in the parameter vector; nil if there is none.
    package var biasOffset: Int?
    /// Rows of the matrix.
    package var outputs = 0
    /// Columns of the matrix, including the bias's.
    package var inputs = 0
    /// [direction] Eigenvalues of the factor over outputs, largest first.
    package var outputValues: [Double] = []
    /// [direction, output] Its eigenvectors.
    package var outputRows: [Float] = []
    /// [direction] Eigenvalues of the factor over inputs, largest first.
    package var inputValues: [Double] = []
    /// [direction, input] Its eigenvectors.
    package var inputRows: [Float] = []
    /// An empty block, to be filled in.
    package init() {}
    /// The number of parameters in the matrix.
    package var count: Int { outputs * inputs }
  }

  /// The seed of the adapter.
  package var seed = 0
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens that the curvature was computed on.
  package var tokensDigest = ""
  /// All settings of the fit and of the curvature, as canonical JSON.
  package var settings = "{}"
  /// Names and shapes.
  package var parameters = ParameterTable()
  /// [parameter] The adapter's values: the Gaussian's mean.
  package var values: [Float] = []
  /// The number of training examples in the sum (N).
  package var examples = 0
  /// Log-likelihood of their labels, in nats.
  package var logLikelihood = 0.0
  /// The prior's precision (lambda), one for all parameters of the blocks.
  package var priorPrecision = 1.0
  /// The logarithm of the marginal likelihood at that precision, in nats.
  package var logMarginalLikelihood = 0.0
  /// The matrices that vary; all other parameters keep their values.
  package var blocks: [Block] = []
  /// What it cost, including the adapter.
  package var cost = Cost()

  /// Empty curvature, to be filled in.
  package init() {}

  /// The number of parameters that vary (P).
  package var count: Int { blocks.reduce(0) { $0 + $1.count } }
}
