// Answers what every file between the stages can be asked: who made it, from what, with which settings, what is in it.
import ArgumentParser
import Artifacts
import Foundation
import StageKit

@main struct Show: Stage {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints who made a file, from what, with which settings, and what is in it.",
    discussion: "Example: show runs/almanac/adapters/point-1.h5")

  @OptionGroup var common: CommonOptions
  @Argument(help: "Files that the stages wrote.") var files: [String]

  func run(_ context: StageContext) throws {
    // The text is for people, who may close the pipe early, as `head` does. That is not an error.
    signal(SIGPIPE, SIG_DFL)
    for file in files { context.print("\(try ArtifactSummary(of: file))\n") }
  }
}
