// An epoch of a training run: its record in the history, and as a line of the log.
import Artifacts

extension Adapter.Epoch {
  /// The record of an epoch that has ended.
  package init(
    epoch: Int, step: Int, learningRate: Double, loss: (mean: Double, perByte: Double?),
    _ calibration: CalibrationSplit.Scores
  ) {
    self.init(
      epoch: epoch, step: step, learningRate: learningRate, trainingLoss: loss.mean, calibrationNLL: calibration.nll,
      calibrationAccuracy: calibration.accuracy, calibrationECE: calibration.ece)
    (trainingLossPerByte, calibrationNLLPerByte) = (loss.perByte, calibration.nllPerByte)
  }

  /// `epoch 2: loss 0.9134, calibration NLL 1.021, accuracy 0.6521, ECE 0.0721`; without the last two if the classes of
  /// `set` are bins of numbers, because the neighbour of the right bin is a good answer too. If answers are written, `epoch
  /// 2: loss 0.9134 per token (0.3011 per byte), calibration NLL 1.021 (0.3372)`.
  package func line(on set: TokenizedSet) -> String {
    let (loss, nll) = (trainingLoss.formatted(4), calibrationNLL.formatted(4))
    if let trainingLossPerByte, let calibrationNLLPerByte {
      return
        "epoch \(epoch): loss \(loss) per token (\(trainingLossPerByte.formatted(4)) per byte), calibration NLL \(nll) "
        + "(\(calibrationNLLPerByte.formatted(4)))"
    }
    guard set.numbers == nil, let calibrationAccuracy, let calibrationECE else {
      return "epoch \(epoch): loss \(loss), calibration NLL \(nll)"
    }
    return
      "epoch \(epoch): loss \(loss), calibration NLL \(nll), accuracy \(calibrationAccuracy.formatted(4)), "
      + "ECE \(calibrationECE.formatted(4))"
  }
}
