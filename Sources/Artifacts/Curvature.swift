// What `collect-curvature` writes: a Gaussian over an adapter's vector, by the curvature of the loss around it.
import Faults

/// Kronecker-factored curvature around one adapter, by the factors' eigenvectors.
package struct Curvature: Equatable, Sendable {
  /// The curvature of one matrix of parameters (outputs, inputs): the Kronecker product of a factor over outputs and one
  /// over inputs. Directions that a factor does not hold have no curvature.
  package struct Block: Equatable, Sendable {
    /// The matrix's name in the table of parameters.
    package var name = ""
    /// Where the matrix begins in the vector.
    package var offset = 0
    /// Where the vector begins that is the matrix's last column (a head's bias); nil where there is none.
    package var biasOffset: Int?
    /// Rows of the matrix.
    package var outputs = 0
    /// Columns of the matrix, the bias's included.
    package var inputs = 0
    /// [direction] Eigenvalues of the factor over outputs, greatest first.
    package var outputValues: [Double] = []
    /// [direction, output] Its eigenvectors.
    package var outputRows: [Float] = []
    /// [direction] Eigenvalues of the factor over inputs, greatest first.
    package var inputValues: [Double] = []
    /// [direction, input] Its eigenvectors.
    package var inputRows: [Float] = []
    /// An empty block, to be filled.
    package init() {}
    /// How many numbers the matrix has.
    package var count: Int { outputs * inputs }
  }

  /// The seed of the adapter.
  package var seed = 0
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens that the curvature was taken on.
  package var tokensDigest = ""
  /// All settings of the fit and of the curvature, as canonical JSON.
  package var settings = "{}"
  /// Names and shapes.
  package var parameters = ParameterTable()
  /// [parameter] The adapter's numbers: the Gaussian's mean.
  package var values: [Float] = []
  /// Training examples that were summed over (N).
  package var examples = 0
  /// Log-likelihood of their labels, in nats.
  package var logLikelihood = 0.0
  /// The prior's precision (lambda), one for all parameters of the blocks.
  package var priorPrecision = 1.0
  /// The logarithm of the marginal likelihood at that precision, in nats.
  package var logMarginalLikelihood = 0.0
  /// The matrices that vary; all other parameters stay at their values.
  package var blocks: [Block] = []
  /// What it cost, the adapter's own cost included.
  package var cost = Cost()

  /// Nothing, to be filled.
  package init() {}

  /// How many parameters vary (P).
  package var count: Int { blocks.reduce(0) { $0 + $1.count } }
}
