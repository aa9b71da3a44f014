// An adapter that a fit goes on from, in place of initial values. With AdamW's moments, the same data and a constant
// learning rate, T1 epochs followed by T2 are one fit of T1 + T2 epochs, bit for bit: the order of the examples and the
// seeds of dropout go on where they ended.
import Adapters
import Artifacts
import Faults

/// An adapter that a fit goes on from.
package struct TrainingStart {
  /// The adapter.
  package let adapter: Adapter
  /// The settings of its fit.
  package let fit: AdapterSettings
  private let path: String
  private let hasSameTokens: Bool

  /// The adapter of the file at `path`.
  ///
  /// - Parameter tokensDigest: the content digest of the tokens that the fit goes on with.
  /// - Throws: `Fault` of kind `.configuration` for an adapter of another base, `.data` for settings that cannot be read.
  package init(_ adapter: Adapter, path: String, base: BaseModel, tokensDigest: String) throws {
    try adapter.check(path, base: base)
    (self.adapter, self.path) = (adapter, path)
    fit = try AdapterSettings(canonicalJSON: adapter.settings, subject: path)
    hasSameTokens = adapter.tokensDigest == tokensDigest
  }

  /// An adapter that was fitted with `fit` on the tokens that the run goes on with.
  package init(_ adapter: Adapter, fit: AdapterSettings) {
    (self.adapter, self.fit, path, hasSameTokens) = (adapter, fit, "adapter", true)
  }

  /// `settings` for a fit from here; see `AdapterSettings.goingOn`.
  ///
  /// - Throws: as `AdapterSettings.goingOn`.
  package func settings(_ settings: AdapterSettings) throws -> AdapterSettings {
    var settings = try settings.goingOn(from: fit, seed: adapter.seed, path: path)
    if settings.isImported == true, settings.importedStart == nil { settings.importedStart = adapter.valuesDigest }
    return settings
  }

  /// The steps of all fits so far.
  var steps: Int { adapter.history.last?.step ?? adapter.optimizer.step }

  /// How many steps of the order of examples are over: none where the data or their order are others.
  func stepsInOrder(_ settings: AdapterSettings, seed: Int) -> Int {
    let isSameOrder =
      hasSameTokens && seed == adapter.seed && settings.batchSize == fit.batchSize
      && settings.trainingExamples == fit.trainingExamples && settings.subsampleSeed == fit.subsampleSeed
    return isSameOrder ? steps : 0
  }

  /// The optimizer's state at the first step.
  func state(_ settings: AdapterSettings) -> Adapter.OptimizerState? {
    settings.moments == .reset ? nil : adapter.optimizer
  }

  /// Rejects an adapter with other tensors than the network's.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  func check(_ parameters: ParameterTable) throws {
    guard adapter.parameters == parameters else {
      throw Fault(
        .configuration, path, "its tensors are not those of this fit: it has another head or other targets",
        hint: "go on with tokens of the same scoring and number of classes")
    }
  }
}
