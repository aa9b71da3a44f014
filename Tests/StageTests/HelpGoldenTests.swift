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

  @Test func everyGoldenHasAProgram() throws {
    let goldens = try FileManager.default.contentsOfDirectory(atPath: projectRoot + "/Tests/StageTests/Goldens")
    #expect(Set(goldens).subtracting(programs.map { $0 + ".txt" }) == [])
  }
}
