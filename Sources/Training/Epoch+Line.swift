// An epoch as a line of the log.
import Artifacts

extension Adapter.Epoch {
  /// `epoch 2: loss 0.9134, calibration NLL 1.021, accuracy 0.6521, ECE 0.0721`; without the last two if the classes of
  /// `set` are bins of numbers, because the neighbour of the right bin is a good answer too.
  package func line(on set: TokenizedSet) -> String {
    "epoch \(epoch): loss \(trainingLoss.formatted(4)), calibration NLL \(calibrationNLL.formatted(4))"
      + (set.numbers == nil
        ? ", accuracy \(calibrationAccuracy.formatted(4)), ECE \(calibrationECE.formatted(4))" : "")
  }
}
