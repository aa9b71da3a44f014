import ArgumentParser
import StageKit

@main struct CollectSwag: Stage {
  static let configuration = CommandConfiguration(commandName: "collect-swag", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
