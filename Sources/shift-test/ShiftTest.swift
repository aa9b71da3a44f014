import ArgumentParser
import StageKit

@main struct ShiftTest: Stage {
  static let configuration = CommandConfiguration(commandName: "shift-test", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
