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
    // Its text is for people. Who closes the pipe, as `head` does, has seen enough, and that is not an error.
    signal(SIGPIPE, SIG_DFL)
    for file in files { context.print("\(try ArtifactSummary(of: file))\n") }
  }
}
