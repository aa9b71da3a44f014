// Losses that are minimised in place of the cross-entropy. Scores, the calibration split and the curvature know nothing of
// them.
import Artifacts
import Faults

/// The loss of a training example; nil in `AdapterSettings` stands for the cross-entropy.
package enum TrainingLoss: Codable, Equatable, Sendable {
  /// The cross-entropy with the targets (1 - ε) q + ε (1 - q) / (K - 1) (Szegedy et al. 2016, arXiv:1512.00567): the right
  /// one of K choices has 1 - ε, and the others share ε, as in Desai and Durrett 2020 (arXiv:2003.07892).
  case smoothed(share: Double)
  /// -(1 - p)^γ log p of the right choice (Lin et al. 2017, arXiv:1708.02002), which makes a model less confident
  /// (Mukhoti et al. 2020, arXiv:2002.09437), often so much that its temperature is below 1.
  case focal(focus: Double)
  /// DNA (Chu et al. 2022): the mean pruned Jensen-Shannon loss of so many draws of the dropout, minus λ times the variance
  /// of its root.
  case dna(weight: Double, draws: Int)

  /// Published losses have a γ of up to 5. Far above that, nothing is learnt: where p is 1/2, a γ of 20 makes the loss a
  /// millionth of itself.
  private static let largestFocus = 20.0

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate() throws {
    switch self {
    case .smoothed(let share):
      guard (0..<1).contains(share) else {
        throw Fault(.usage, setting: "label-smoothing", "found \(share), expected a share from 0 to below 1")
      }
    case .focal(let focus):
      guard (0...Self.largestFocus).contains(focus) else {
        throw Fault(.usage, setting: "focal", "found \(focus), expected 0 to \(Self.largestFocus)")
      }
    case .dna(let weight, let draws):
      guard weight >= 0, weight.isFinite else {
        throw Fault(.usage, setting: "diversity", "found \(weight), expected 0 or more")
      }
      try Fault.check(draws, of: "dropout-draws", in: 1...1024)
    }
  }

  /// Rejects data that it is not defined on: several labels, or written answers; but for label smoothing also shares of
  /// votes and numbers.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(_ data: TokenizedSet) throws {
    let (name, setting, needsOneLabel) =
      switch self {
      case .smoothed: ("label smoothing", "label-smoothing", false)
      case .focal: ("the focal loss", "focal", true)
      case .dna: ("DNA's loss", "diversity", true)
      }
    let hint = "leave out `\(setting)`"
    try data.requireChoices(for: name, hint: hint)
    try data.requireOneRightChoice(for: name, hint: hint)
    guard !needsOneLabel || data.targets.isEmpty else {
      throw Fault(.configuration, data.dataset, "\(name) needs one label for each text", hint: hint)
    }
  }
}

extension TrainingLoss? {
  /// How often a step reads each example: once, but for a loss of several draws of the dropout.
  package var draws: Int { if case .dna(_, let draws) = self { draws } else { 1 } }
}

extension AdapterSettings {
  /// Rejects a loss whose values are wrong, and one of several draws of the dropout where they cannot be computed: as members
  /// that all have the same parameters.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validateLoss() throws {
    guard let loss else { return }
    try loss.validate()
    guard self.loss.draws > 1 else { return }
    let other: String? =
      switch parametrisation {
      case .full: "full fine-tuning"
      case .rankMasks: "rank masks"
      default: variational == nil ? nil : "a variational method"
      }
    if let other {
      throw Fault(.usage, setting: "diversity", "found it together with \(other)", hint: "leave out one of them")
    }
  }
}
