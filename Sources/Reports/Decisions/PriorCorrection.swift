// The correction of probabilities to the class shares of new texts, where these differ from those of training.
import Artifacts
import Calibration
import Faults

/// What probabilities are multiplied by, class by class.
struct PriorCorrection: Sendable {
  /// [class] The shares among the new texts; empty without a correction.
  let shares: [Double]
  /// [class] The factors; empty without a correction.
  private let weights: [Double]
  /// Whether an estimate of the shares came to rest; true for known ones.
  let hasConverged: Bool

  /// No correction.
  static let none = PriorCorrection(shares: [], weights: [], hasConverged: true)

  /// The mixture under the new shares.
  func applied(to mixture: Mixture) -> Mixture { weights.isEmpty ? mixture : mixture.weighted(weights) }

  private init(shares: [Double], weights: [Double], hasConverged: Bool) {
    (self.shares, self.weights, self.hasConverged) = (shares, weights, hasConverged)
  }

  /// The correction to shares that the user knows, by the classes' names.
  ///
  /// - Parameter trainingLabels: the labels that the run was trained on.
  /// - Throws: `Fault` of kind `.usage` unless each class has a share; of kind `.configuration` for a class without a
  ///   training row.
  init(to known: [String: Double], _ classNames: [String], trainingLabels: [Int32]) throws {
    func asWritten(_ name: String) -> String { name.replacing("_", with: " ") }
    guard Set(known.keys) == Set(classNames.map(asWritten)) else {
      throw Fault(
        .usage, setting: "prior", "it names \(known.keys.sorted().joined(separator: ", "))",
        hint: "name each class once: \(classNames.joined(separator: ", "))")
    }
    let counts = classNames.indices.map { index in Double(trainingLabels.count { Int($0) == index }) }
    if let missing = counts.firstIndex(of: 0) {
      throw Fault(
        .configuration, setting: "prior",
        "\(classNames[missing]) has no training row, so its share in training is not known", hint: "omit it")
    }
    shares = classNames.map { known[asWritten($0)]! }
    weights = ShareCorrection(from: counts.map { $0 / Double(trainingLabels.count) }, to: shares).weights
    hasConverged = true
  }

  /// The correction to shares that are estimated from new texts.
  ///
  /// - Parameters:
  ///   - new: the forecasts for new texts under the temperature.
  ///   - calibration: the labelled calibration rows under the same temperature; they also correct a bias of the mean
  ///     probabilities, which would be taken for a shift.
  init(estimatedFrom new: Mixture, calibration: Outcomes) {
    let bias = ClassBias(calibration).weights
    let source = calibration.mixture.weighted(bias).meanProbabilities
    let estimate = EstimatedShares(of: new.weighted(bias), source: source)
    (shares, hasConverged) = (estimate.shares, estimate.hasConverged)
    weights = zip(bias, ShareCorrection(from: source, to: estimate.shares).weights).map { $0 * $1 }
  }
}
