import ArgumentParser
import StageKit

@main struct Evaluate: Stage {
  static let configuration = CommandConfiguration(commandName: "evaluate", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
