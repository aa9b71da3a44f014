// What the settings of a fit may be.
import Adapters
import Faults
import Testing

@Suite struct AdapterSettingsTests {
  /// A step of AdamW takes the learning rate times the decay of a parameter away. At a rate of 1 or more the run diverges,
  /// and says so itself.
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
    settings.learningRate = 1e25
    try settings.validate()
  }
}
