// The report's pictures of training: losses and calibration error by epoch.
import Artifacts

extension Evaluation {
  /// The curves of every training run.
  func historySection(_ histories: [TrainingHistory]) -> Page.Section {
    let histories = histories.filter { !$0.epochs.isEmpty }
    let epochs = histories.flatMap(\.epochs).map(\.epoch)
    let span = (epochs.max() ?? 0) - (epochs.min() ?? 0)
    let losses = histories.flatMap(\.epochs).flatMap { [$0.trainingLoss, $0.calibrationNLL] }
    func picture(_ title: String, _ value: (Adapter.Epoch) -> Double?, _ heights: [Double], percent: Bool) -> HTML {
      let curves = histories.map { history in
        CurvePicture.Curve(
          method: history.method,
          points: history.epochs.compactMap { epoch in value(epoch).map { (Double(epoch.epoch), $0) } })
      }
      return CurvePicture(
        label: "\(title) per epoch", x: ("epoch", percent: false, counts: true), y: (title, percent), curves: curves,
        floor: 0, heights: heights, ticks: (max(1, min(span, 10)), 4)
      ).svg
    }
    var names: [String] = []
    for history in histories where !names.contains(history.method) { names.append(history.method) }
    let loss = [
      picture("NLL on training examples, nats", \.trainingLoss, losses, percent: false),
      picture("NLL on the calibration split, nats", \.calibrationNLL, losses, percent: false),
    ]
    let error =
      isOfNumbers ? [] : [picture("ECE on the calibration split, %", \.calibrationECE, [], percent: true)]
    return Page.section(
      "Training curves",
      """
      Loss on the training examples, and loss\(isOfNumbers ? "" : " and calibration error") on the calibration split, one line for each of \
      \(histories.count) training runs. If the first loss falls while the second rises, the model becomes \
      overconfident. Both losses have the same scale.
      """, [MethodStyle.legend(names), "<div class=\"row\">\(loss + error)</div>"])
  }
}
