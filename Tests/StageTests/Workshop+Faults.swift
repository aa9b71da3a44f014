// A stage that fails must give the right exit code and one line that names the fault and its subject, and must not
// change any file.
import Foundation
import TestSupport
import Testing

extension Workshop {
  /// Runs a command that must fail with `code`, and checks the rules for all failures.
  ///
  /// The output exists before, and must be the same file after; no other file may appear.
  /// - Parameters:
  ///   - says: What the error's line must contain.
  ///   - hint: What the hint's line must contain; nil if no hint is needed.
  func expectFault(
    _ code: Int32, _ stage: String, _ arguments: [String], says: [String], hint: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let output = path("output.h5")
    try Data("a good result of another day".utf8).write(to: URL(fileURLWithPath: output))
    let before = try contents()
    let run = try RunningProgram(stage, arguments + (arguments.contains("--output") ? [] : ["--output", output]))
    let ended = run.exitCode()
    #expect(ended == code, "\(run.errors)", sourceLocation: sourceLocation)
    let after = try contents()
    #expect(Set(after.keys) == Set(before.keys), "files were added or removed", sourceLocation: sourceLocation)
    #expect(after == before, "a file has changed", sourceLocation: sourceLocation)
    expectMessage(run.errors, from: stage, says: says, hint: hint, sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
  }

  /// Checks that `errors` ends in one line `stage: error: subject: message` and at most one with a hint.
  private func expectMessage(
    _ errors: String, from stage: String, says: [String], hint: String?, sourceLocation: SourceLocation
  ) {
    let lines = errors.split(separator: "\n").map(String.init)
    let place = lines.firstIndex { $0.contains("error") } ?? 0
    let end = lines.dropFirst(place)
    let isUsage = end.last == "hint: \(stage) --help"
    let form = isUsage ? #/^[a-z-]+: error: \S.*/# : #/^[a-z-]+: error: \S[^:]*(?::\d+)?: \S.*/#
    #expect(end.first?.hasPrefix("\(stage): error: ") == true, "\(errors)", sourceLocation: sourceLocation)
    #expect(end.first?.contains(form) == true, "\(errors)", sourceLocation: sourceLocation)
    #expect(
      end.count == 1 || end.count == 2 && end.last!.hasPrefix("hint: "), "\(errors)", sourceLocation: sourceLocation)
    for text in says {
      #expect(end.first?.contains(text) == true, "\(text) is not in: \(errors)", sourceLocation: sourceLocation)
    }
    if let hint {
      #expect(end.count == 2 && end.last!.contains(hint), "\(errors)", sourceLocation: sourceLocation)
    }
    #expect(!errors.contains("Fatal error") && !errors.contains(".swift"), "\(errors)", sourceLocation: sourceLocation)
  }
}
