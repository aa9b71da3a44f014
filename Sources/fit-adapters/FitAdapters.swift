import ArgumentParser
import StageKit

@main struct FitAdapters: Stage {
  static let configuration = CommandConfiguration(commandName: "fit-adapters", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
