// What a program says of its flags, as the argument parser prints it for other programs.
import Foundation
import TestSupport
import Testing

/// The flags of a program.
struct StageHelp: Decodable {
  struct Command: Decodable { let arguments: [Argument] }
  struct Argument: Decodable {
    let kind: String
    let names: [Name]?
    let defaultValue: String?
    let abstract: String?
    /// The default value, or the first that the description names where there are several.
    var statedDefault: String? {
      defaultValue ?? abstract?.firstMatch(of: #/\(default: ([^)]+)\)/#).map { String($0.output.1) }
    }
    var flags: [String] { (names ?? []).map { "--" + $0.name } }
  }
  struct Name: Decodable { let name: String }
  private let command: Command
  var arguments: [Argument] { command.arguments }

  /// Asks the built program of that name.
  init(of stage: String) throws {
    let run = try RunningProgram(stage, ["--experimental-dump-help"])
    #expect(run.exitCode() == 0)
    self = try JSONDecoder().decode(Self.self, from: Data(run.output.utf8))
  }
}
