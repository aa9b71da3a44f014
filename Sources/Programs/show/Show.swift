// Answers what every file between the stages can be asked: who made it, from what, with which settings, what is in it.
// And which models can be loaded.
import ArgumentParser
import Artifacts
import Checkpoints
import Foundation
import StageKit
import Transformers

@main struct Show: Stage {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Prints who made a file, from what, with which settings, and what is in it.",
    discussion: """
      Example: show runs/almanac/adapters/point-1.h5
      Of a PEFT folder it prints the adapter's shape and tensors.
      With --models it prints the supported model types instead.
      """)

  @OptionGroup var common: CommonOptions
  @Flag(help: "Print the supported model types (model_type in config.json), with a model of each.") var models = false
  @Argument(help: "Files that the stages wrote, or PEFT folders.") var files: [String] = []

  func validate() throws {
    if !models && files.isEmpty { throw ValidationError("Expected the name of a file, or --models") }
  }

  func run(_ context: StageContext) throws {
    // The text is for people, who may close the pipe early, as `head` does. That is not an error.
    signal(SIGPIPE, SIG_DFL)
    if models { context.print(ModelType.table) }
    for file in files {
      let isFolder = FileManager.default.fileExists(atPath: file + "/.")
      context.print(try isFolder ? peftSummary(file) : "\(ArtifactSummary(of: file))\n")
    }
  }

  /// The settings of a PEFT folder, and a line for each tensor.
  private func peftSummary(_ folder: String) throws -> String {
    let adapter = try PEFTAdapter.read(folder)
    let tensors = adapter.parameters.entries.map { "  \($0.name)  \($0.shape)\n" }
    return "\(folder): a PEFT adapter\n\(adapter.summary)\n" + tensors.joined()
  }
}
