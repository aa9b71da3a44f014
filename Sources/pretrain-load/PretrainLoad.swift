import ArgumentParser
import StageKit

@main struct PretrainLoad: Stage {
  static let configuration = CommandConfiguration(commandName: "pretrain-load", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
