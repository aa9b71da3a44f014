// The artifact of `fit-adapters`: one set of low-rank adapters (and a head, for encoders) and the history of its
// training.
import Faults
import Files

/// Trained adapters as one flat vector.
package struct Adapter: Equatable, Sendable {
  /// The record of one epoch of training.
  package struct Epoch: Equatable, Sendable {
    /// 1 for the first epoch.
    package var epoch: Int
    /// Optimizer steps taken so far.
    package var step: Int
    /// Learning rate of the epoch's last step.
    package var learningRate: Double
    /// Mean cross-entropy over the epoch's training examples, or over the tokens of their answers where these are written, in
    /// nats.
    package var trainingLoss: Double
    /// The same mean on the calibration split, in nats.
    package var calibrationNLL: Double
    /// Accuracy on the calibration split, 0 to 1; nil where answers are written.
    package var calibrationAccuracy: Double?
    /// Expected calibration error (15 right-closed bins) on the calibration split, 0 to 1; nil where answers are written.
    package var calibrationECE: Double?
    /// Where answers are written, `trainingLoss` per byte of their texts in UTF-8, in nats; otherwise nil. It includes the
    /// loss of the end tokens, which have no bytes.
    package var trainingLossPerByte: Double?
    /// The same of `calibrationNLL`.
    package var calibrationNLLPerByte: Double?

    package init(
      epoch: Int, step: Int, learningRate: Double, trainingLoss: Double, calibrationNLL: Double,
      calibrationAccuracy: Double? = nil, calibrationECE: Double? = nil
    ) {
      (self.epoch, self.step, self.learningRate, self.trainingLoss) = (epoch, step, learningRate, trainingLoss)
      (self.calibrationNLL, self.calibrationAccuracy) = (calibrationNLL, calibrationAccuracy)
      self.calibrationECE = calibrationECE
    }
  }

  /// The optimizer's state: a resumed run and `collect-swag` continue from it.
  package struct OptimizerState: Equatable, Sendable {
    /// Steps taken.
    package var step: Int
    /// [parameter] AdamW's, or IVON's, running mean of the gradient.
    package var firstMoment: [Float]
    /// [parameter] AdamW's running mean of the squared gradient; or IVON's curvature plus weight decay.
    package var secondMoment: [Float]
    package init(step: Int, firstMoment: [Float], secondMoment: [Float]) {
      (self.step, self.firstMoment, self.secondMoment) = (step, firstMoment, secondMoment)
    }
  }

  /// The method it was trained for: `point`, `dropout`, ...
  package var method = ""
  /// The seed of its initialisation, data order and dropout.
  package var seed = 0
  /// The content digest of the base that it adapts.
  package var baseDigest = ""
  /// The content digest of the tokens that it was trained on.
  package var tokensDigest = ""
  /// All settings of the fit, as canonical JSON. Members of one ensemble must have the same.
  package var settings = "{}"
  /// Names and shapes.
  package var parameters = ParameterTable()
  /// [parameter] The trained values.
  package var values: [Float] = []
  /// One entry per epoch.
  package var history: [Epoch] = []
  /// The optimizer's state when `values` were saved.
  package var optimizer = OptimizerState(step: 0, firstMoment: [], secondMoment: [])
  /// The cost of the fit.
  package var cost = Cost()
  /// The classes that the outputs of its head stand for, in their order, in a file for others; else empty, since they are
  /// those of the tokens.
  package var classNames: [String] = []
  /// How it was made of the adapters of several clients; nil for one that comes from a fit.
  package var exchange: Exchange?

  /// An empty adapter, to be filled in.
  package init() {}

  /// The identity of the values: their SHA-256 in hexadecimal digits.
  package var valuesDigest: String {
    var digest = SHA256()
    values.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest
  }

  /// What may be sent to others: the values and what is needed to read them. Left out are the optimizer's moments, which
  /// are averages of gradients of the training rows, the history, and the digest of the tokens, by which one who guesses
  /// the data could confirm the guess.
  ///
  /// - Parameter classNames: the classes of its training texts, if they have classes.
  package func forOthers(classNames: [String]) -> Adapter {
    var adapter = self
    (adapter.tokensDigest, adapter.history, adapter.exchange) = ("", [], nil)
    adapter.classNames = classNames
    adapter.optimizer = OptimizerState(step: optimizer.step, firstMoment: [], secondMoment: [])
    adapter.cost = Cost()
    adapter.cost.trainableParameters = cost.trainableParameters
    return adapter
  }
}

/// The cost of a result. Seconds and memory differ from run to run and are left out of a reproducible file.
package struct Cost: Equatable, Sendable {
  /// Parameters that optimizers updated, over all members.
  package var trainableParameters = 0
  /// Optimizer steps, over all members and all that this result started from.
  package var trainingSteps = 0
  /// Tokens that went through the network in these steps, forward and backward, each as often as it was read.
  package var trainingTokens = 0
  /// Wall seconds of training, including all adapters and collections that this result is based on; nil if not
  /// recorded.
  package var trainingSeconds: Double?
  /// Wall seconds of prediction; nil if not recorded.
  package var predictionSeconds: Double?
  /// The largest resident memory of any process involved, in bytes; nil if not recorded.
  package var peakMemory: Int?
  /// In prediction: passes of one set of weights over the data set.
  package var forwardPasses = 0
  package init() {}
}
