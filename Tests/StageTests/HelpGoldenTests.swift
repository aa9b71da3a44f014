// What every program prints for --help, as somebody last read it.
import Foundation
import TestSupport
import Testing

private let programs = ((try? FileManager.default.contentsOfDirectory(atPath: projectRoot + "/Sources/Programs")) ?? [])
  .sorted()

@Suite struct HelpGoldenTests {
  @Test(arguments: programs) func helpIsTheGolden(of program: String) throws {
    // Otherwise the width is the terminal's, and the default of --threads the machine's.
    let run = try RunningProgram(program, ["--help"], environment: ["COLUMNS": "100", "THREADS": "1"])
    #expect(run.exitCode() == 0)
    let difference = try differenceFromGolden(run.output, "Tests/StageTests/Goldens/\(program).txt")
    #expect(difference == nil, "\(difference ?? "")")
  }

  /// Examples are not broken on a terminal of 80 columns, and name the files of a run as the pipeline does.
  @Test(arguments: programs) func examplesFitATerminalAndARun(of program: String) throws {
    let help = try RunningProgram(program, ["--help"], environment: ["COLUMNS": "1000"])
    #expect(help.exitCode() == 0)
    let overview = help.output.split(separator: "\n").prefix { !$0.hasPrefix("USAGE") }
    let example = overview.drop { !$0.hasPrefix("Example:") }.prefix { $0.hasPrefix("Example:") || $0.hasPrefix("  ") }
    for line in example { #expect(line.count <= 80, "\(line)") }
    let file =
      #/
      runs/(?:\w+/)?(?<run>[\w-]+)/
      (?:base|adapters/point-.+|swag/.+|tokens/\k<run>|(?:predictions|texts)/[^/]+/(?:\k<run>|far)|answers/texts/.+
      |clients/\w+/(?:tokens|fit-1|sent-1))\.h5
      /#
    for word in example.joined(separator: " ").split(separator: " ") where word.hasPrefix("runs/") {
      let path = word.replacing("*.h5", with: "0.h5").replacing("adapters/0", with: "adapters/point-0")
      #expect(path.wholeMatch(of: file) != nil, "\(word)")
    }
  }

  @Test func everyGoldenHasAProgram() throws {
    let goldens = try FileManager.default.contentsOfDirectory(atPath: projectRoot + "/Tests/StageTests/Goldens")
    #expect(Set(goldens).subtracting(programs.map { $0 + ".txt" }) == [])
  }
}
