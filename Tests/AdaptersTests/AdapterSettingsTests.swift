// What the settings of a fit may be.
import Adapters
import Faults
import Testing

@Suite struct AdapterSettingsTests {
  /// A step of AdamW takes the learning rate times the decay of a parameter away, at any rate. The other optimizers do not.
  @Test(arguments: [
    ("weight-decay-a", \AdapterSettings.weightDecayA), ("weight-decay-b", \.weightDecayB),
    ("weight-decay-head", \.weightDecayHead),
  ]) func aDecayThatTakesAwayMoreThanTheParameterIsRefused(
    name: String, setting: WritableKeyPath<AdapterSettings, Double> & Sendable
  ) throws {
    var settings = AdapterSettings()
    settings.learningRate = 0.5
    settings[keyPath: setting] = 2
    try settings.validate()
    settings[keyPath: setting] = 2.5
    let fault = #expect(throws: Fault.self) { try settings.validate() }
    #expect(fault?.subject == "`\(name)`" && fault?.message.contains("would take away 1.25 times") == true)
    for optimizer: OptimizerSettings in [.ivon(settings: IVONSettings()), .sghmc(settings: SGHMCSettings())] {
      var other = settings
      other.optimizer = optimizer
      try other.validate()
    }
    (settings.learningRate, settings[keyPath: setting]) = (2, 0.5)
    try settings.validate()
    settings[keyPath: setting] = 0.75
    let atLargeRate = #expect(throws: Fault.self) { try settings.validate() }
    #expect(atLargeRate?.subject == "`\(name)`" && atLargeRate?.message.contains("would take away 1.5 times") == true)
    // With the decay that all have, the rate is what was given.
    settings = AdapterSettings()
    settings.learningRate = 200
    let ofRate = #expect(throws: Fault.self) { try settings.validate() }
    #expect(ofRate?.subject == "`learning-rate`")
    #expect(ofRate?.message == "found 200.0 at a weight decay of 0.01: a step would take away 2.0 times the parameter")
  }
}
