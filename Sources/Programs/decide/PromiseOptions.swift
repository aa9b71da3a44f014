// The flags of `decide` that say what the answers must keep.
import ArgumentParser
import Faults
import Reports

extension DecisionSettings.Sets: ExpressibleByArgument {}

/// What is asked of the answers.
struct PromiseOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The largest share of errors among the answers, as 5% or 0.05.", valueName: "share"))
  var risk: String?
  @Option(help: ArgumentHelp("How likely the promise about errors may fail.", valueName: "share")) var delta = "5%"
  @Option(
    help: ArgumentHelp(
      "From how many methods this one was chosen by their scores on the test rows; the promise makes up for it.",
      valueName: "methods"))
  var chosenFrom = 1
  @Option(help: ArgumentHelp("The share of the sets that hold the right class.", valueName: "share"))
  var coverage = "90%"
  @Option(help: "The sets: \(DecisionSettings.Sets.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sets = DecisionSettings.Sets.lac
  @Option(
    help: ArgumentHelp(
      "The shares of the classes among the new texts: estimate, or name:share,name:share,...", valueName: "shares"))
  var prior: String?

  func validate() throws {
    guard chosenFrom >= 1 else {
      throw ValidationError("--chosen-from \(chosenFrom): must be an integer of at least 1")
    }
  }

  /// The settings.
  ///
  /// - Throws: `Fault` of kind `.usage` for a share that is none, or not above 0 and below 1.
  func settings() throws -> DecisionSettings {
    var settings = DecisionSettings()
    settings.risk = try risk.map { try share($0, "risk") }
    settings.delta = try share(delta, "delta")
    settings.chosenFrom = chosenFrom
    settings.coverage = try share(coverage, "coverage")
    settings.sets = sets
    if let prior { settings.prior = try DecisionSettings.prior(prior) }
    return settings
  }

  /// Nobody has the rows to promise anything smaller.
  private static let least = 1e-6

  private func share(_ text: String, _ flag: String) throws -> Double {
    guard let share = DecisionSettings.share(text), share >= Self.least, share < 1 else {
      throw Fault(.usage, "--\(flag) \(text)", "must be a share of at least 1e-6 and below 1, such as 0.05 or 5%")
    }
    return share
  }
}
