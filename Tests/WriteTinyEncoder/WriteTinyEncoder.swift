// Writes what the smoke run of `make test` needs for an encoder: a model folder, and questions of both kinds that an
// encoder answers, those with choices of their own and those with the same classes.
import Foundation
import TestSupport

@main struct WriteTinyEncoder {
  /// `write-tiny-encoder FOLDER`: makes FOLDER/model, FOLDER/pairs-*.csv and FOLDER/classes-*.jsonl.
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let folder = arguments.first, arguments.count == 1, !folder.hasPrefix("-") else {
      print("usage: write-tiny-encoder FOLDER")
      exit(64)
    }
    try TinyEncoder.writeModel(to: folder + "/model")
    for (name, numbers) in [("train", 0..<96), ("test", 96..<136), ("shifted", 136..<160)] {
      try TinyEncoder.writeQuestions(numbers, areClasses: false, to: "\(folder)/pairs-\(name).csv")
      try TinyEncoder.writeQuestions(numbers, areClasses: true, to: "\(folder)/classes-\(name).jsonl")
    }
  }
}
