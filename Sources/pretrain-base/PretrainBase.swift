import ArgumentParser
import StageKit

@main struct PretrainBase: Stage {
  static let configuration = CommandConfiguration(commandName: "pretrain-base", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
