import ArgumentParser
import StageKit

@main struct Show: Stage {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
