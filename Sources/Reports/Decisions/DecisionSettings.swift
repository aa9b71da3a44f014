// What a user asks of the answers to new texts.
import Calibration
import Faults

/// How new texts are decided on.
package struct DecisionSettings: Encodable, Sendable {
  /// The kind of the sets of classes.
  package enum Sets: String, Encodable, CaseIterable, Sendable {
    case lac, aps, raps
    case lacByClass = "lac-by-class"
    case apsByClass = "aps-by-class"
    case rapsByClass = "raps-by-class"

    /// The score; the penalty of RAPS keeps classes after the first out of sets that they would only make longer.
    var score: ConformalScore {
      switch self {
      case .lac, .lacByClass: .leastAmbiguous
      case .aps, .apsByClass: .adaptive
      case .raps, .rapsByClass: .regularised(penalty: 0.1, free: 1)
      }
    }

    /// What the coverage is about.
    var scope: ConformalSets.Scope { rawValue.hasSuffix("-by-class") ? .eachClass : .allRows }
  }

  /// The shares of the classes among the new texts.
  package enum Prior: Encodable, Equatable, Sendable {
    /// As among the texts of training.
    case asInTraining
    /// Estimated from the new texts.
    case estimated
    /// Known, by the classes' names.
    case known([String: Double])
  }

  /// The largest share of errors among the answers; nil where none is asked for.
  package var risk: Double?
  /// The probability that the promise about `risk` fails.
  package var delta = 0.05
  /// From how many methods the method was chosen by their scores on the labelled test rows; 1 if it was named before.
  package var chosenFrom = 1
  /// The share of the sets that hold the right class.
  package var coverage = 0.9
  /// The kind of the sets.
  package var sets = Sets.lac
  /// The shares of the classes.
  package var prior = Prior.asInTraining

  package init() {}

  /// What the errors among the answers must keep; nil where no risk was asked for.
  ///
  /// The test rows that chose a method cannot test it as if they had not. But if the promise fails for each of n methods
  /// with a probability of at most delta / n, it fails for any of them, and so for the chosen one, with at most delta
  /// (Bonferroni).
  var target: RiskTarget? { risk.map { RiskTarget(risk: $0, delta: delta / Double(chosenFrom)) } }

  /// Where the coverage of labelled rows itself lies, 90 % sure, for each of the methods that the method was chosen from, and
  /// so for the chosen one (see `target`); nil where there are too few rows.
  func band(_ coverage: ConformalCoverage) -> ClosedRange<Double>? { coverage.band(1 - 0.1 / Double(chosenFrom)) }

  /// Reads `estimate`, or `name:share,name:share,...`, in which an underscore may stand for a blank.
  ///
  /// - Throws: `Fault` of kind `.usage` for anything else, and for shares that do not sum to 1.
  package static func prior(_ text: String) throws -> Prior {
    if text == "estimate" { return .estimated }
    func fault(_ message: String) -> Fault {
      Fault(
        .usage, setting: "prior", message,
        hint: "write estimate, or each class with its share, as in yes:0.3,no:0.7")
    }
    var shares: [String: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let colon = part.lastIndex(of: ":"), colon > part.startIndex,
        let share = share(part[part.index(after: colon)...]), share > 0
      else { throw fault("\"\(part)\" is not a class, a colon and a share above 0") }
      let name = String(part[..<colon]).replacing("_", with: " ")
      guard shares.updateValue(share, forKey: name) == nil else { throw fault("\(name) is there twice") }
    }
    let sum = shares.values.reduce(0, +)
    guard abs(sum - 1) < 0.005 else { throw fault("the shares sum to \(fixed(sum, 3)), expected 1") }
    return .known(shares.mapValues { $0 / sum })
  }

  /// A share from 0 to 1, written as `0.05` or `5%`; nil for anything else.
  package static func share(_ text: some StringProtocol) -> Double? {
    let isPercentage = text.hasSuffix("%")
    guard let value = Double(isPercentage ? text.dropLast() : text[...]), value.isFinite else { return nil }
    let share = isPercentage ? value / 100 : value
    return (0...1).contains(share) ? share : nil
  }
}
