import ArgumentParser
import StageKit

@main struct WriteAlmanac: Stage {
  static let configuration = CommandConfiguration(commandName: "write-almanac", abstract: "Not written yet.")
  @OptionGroup var common: CommonOptions
  func run(_ context: StageContext) throws { fatalError("not written yet") }
}
