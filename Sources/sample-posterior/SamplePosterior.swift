import ArgumentParser
import StageKit

@main struct SamplePosterior: Stage {
  static let configuration = CommandConfiguration(commandName: "sample-posterior", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
