// What `collect-curvature` writes: a Gaussian over an adapter's vector, by the curvature of the loss around it.
import Faults

/// Kronecker-factored curvature around one adapter, by the factors' eigenvectors.
public struct Curvature: Equatable, Sendable {
  /// The curvature of one matrix of parameters (outputs, inputs): the Kronecker product of a factor over outputs and one
  /// over inputs. Directions that a factor does not hold have no curvature.
  public struct Block: Equatable, Sendable {
    /// The matrix's name in the table of parameters.
    public var name = ""
    /// Where the matrix begins in the vector.
    public var offset = 0
    /// Where the vector begins that is the matrix's last column (a head's bias); nil where there is none.
    public var biasOffset: Int?
    /// Rows of the matrix.
    public var outputs = 0
    /// Columns of the matrix, the bias's included.
    public var inputs = 0
    /// [direction] Eigenvalues of the factor over outputs, greatest first.
    public var outputValues: [Double] = []
    /// [direction, output] Its eigenvectors.
    public var outputRows: [Float] = []
    /// [direction] Eigenvalues of the factor over inputs, greatest first.
    public var inputValues: [Double] = []
    /// [direction, input] Its eigenvectors.
    public var inputRows: [Float] = []
    /// An empty block, to be filled.
    public init() {}
    /// How many numbers the matrix has.
    public var count: Int { outputs * inputs }
  }

  /// The seed of the adapter.
  public var seed = 0
  /// The content digest of the base.
  public var baseDigest = ""
  /// The content digest of the tokens that the curvature was taken on.
  public var tokensDigest = ""
  /// All settings of the fit and of the curvature, as canonical JSON.
  public var settings = "{}"
  /// Names and shapes.
  public var parameters = ParameterTable()
  /// [parameter] The adapter's numbers: the Gaussian's mean.
  public var values: [Float] = []
  /// Training examples that were summed over (N).
  public var examples = 0
  /// Log-likelihood of their labels, in nats.
  public var logLikelihood = 0.0
  /// The prior's precision (lambda), one for all parameters of the blocks.
  public var priorPrecision = 1.0
  /// The logarithm of the marginal likelihood at that precision, in nats.
  public var logMarginalLikelihood = 0.0
  /// The matrices that vary; all other parameters stay at their values.
  public var blocks: [Block] = []
  /// What it cost, the adapter's own cost included.
  public var cost = Cost()

  /// Nothing, to be filled.
  public init() {}

  /// How many parameters vary (P).
  public var count: Int { blocks.reduce(0) { $0 + $1.count } }
}
