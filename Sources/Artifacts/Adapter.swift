// What `fit-adapters` writes: one set of low-rank adapters (and a head, for encoders) and how its training went.
import Faults

/// Trained adapters as one flat vector.
public struct Adapter: Equatable, Sendable {
  /// What one epoch of training left behind.
  public struct Epoch: Equatable, Sendable {
    /// 1 for the first epoch.
    public var epoch: Int
    /// Optimizer steps taken so far.
    public var step: Int
    /// Learning rate of the epoch's last step.
    public var learningRate: Double
    /// Mean cross-entropy over the epoch's training examples, in nats.
    public var trainingLoss: Double
    /// Mean negative log-likelihood on the calibration split, in nats.
    public var calibrationNLL: Double
    /// Accuracy on the calibration split, 0 to 1.
    public var calibrationAccuracy: Double
    /// Expected calibration error (15 right-closed bins) on the calibration split, 0 to 1.
    public var calibrationECE: Double
    /// All values as given.
    public init(
      epoch: Int, step: Int, learningRate: Double, trainingLoss: Double, calibrationNLL: Double,
      calibrationAccuracy: Double, calibrationECE: Double
    ) {
      (self.epoch, self.step, self.learningRate, self.trainingLoss) = (epoch, step, learningRate, trainingLoss)
      (self.calibrationNLL, self.calibrationAccuracy) = (calibrationNLL, calibrationAccuracy)
      self.calibrationECE = calibrationECE
    }
  }

  /// Where the optimizer stood: what a resumed run and `collect-swag` go on from.
  public struct OptimizerState: Equatable, Sendable {
    /// Steps taken.
    public var step: Int
    /// [parameter] AdamW's running mean of the gradient.
    public var firstMoment: [Float]
    /// [parameter] AdamW's running mean of the squared gradient.
    public var secondMoment: [Float]
    /// All values as given.
    public init(step: Int, firstMoment: [Float], secondMoment: [Float]) {
      (self.step, self.firstMoment, self.secondMoment) = (step, firstMoment, secondMoment)
    }
  }

  /// The method it was trained for: `point`, `dropout`, ...
  public var method = ""
  /// The seed of its initialisation, data order and dropout.
  public var seed = 0
  /// The content digest of the base that it adapts.
  public var baseDigest = ""
  /// The content digest of the tokens that it was trained on.
  public var tokensDigest = ""
  /// All settings of the fit, as canonical JSON: what two files must share to be members of one ensemble.
  public var settings = "{}"
  /// Names and shapes.
  public var parameters = ParameterTable()
  /// [parameter] The trained numbers.
  public var values: [Float] = []
  /// One line an epoch.
  public var history: [Epoch] = []
  /// The optimizer at the moment of `values`.
  public var optimizer = OptimizerState(step: 0, firstMoment: [], secondMoment: [])
  /// What it cost.
  public var cost = Cost()

  /// An empty adapter, to be filled.
  public init() {}
}

/// What a result cost. Seconds and memory differ from run to run and are left out of a reproducible file.
public struct Cost: Equatable, Sendable {
  /// Numbers that optimizers moved: those of all members.
  public var trainableParameters = 0
  /// Wall seconds of training, of all adapters and collections below this result; nil where not recorded.
  public var trainingSeconds: Double?
  /// Wall seconds of prediction; nil where not recorded.
  public var predictionSeconds: Double?
  /// The largest resident memory of any process on the way, in bytes; nil where not recorded.
  public var peakMemory: Int?
  /// Passes of one set of weights over the data set, in prediction.
  public var forwardPasses = 0
  /// Nothing yet.
  public init() {}
}
