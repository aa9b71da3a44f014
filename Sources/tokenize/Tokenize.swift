import ArgumentParser
import StageKit

@main struct Tokenize: Stage {
  static let configuration = CommandConfiguration(commandName: "tokenize", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
