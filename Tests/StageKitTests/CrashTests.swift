// What a user sees if the program itself fails: one line and an exit code, never a signal or a page of stack trace.
import Foundation
import TestSupport
import Testing

@Suite struct CrashedStage {
  /// Runs the probe with and without Swift's crash reports and checks its message.
  private func expect(
    _ code: Int32, _ arguments: [String], says text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for setting in [nil, "enable=no"] {
      let run = try RunningProgram("probe", arguments, environment: ["SWIFT_BACKTRACE": setting])
      #expect(run.exitCode() == code, "\(run.errors)", sourceLocation: sourceLocation)
      let lines = run.errors.split(separator: "\n")
      #expect(lines.count == 2, "\(run.errors)", sourceLocation: sourceLocation)
      #expect(lines.first?.hasPrefix("probe: error: \(text)") == true, "\(run.errors)", sourceLocation: sourceLocation)
      #expect(lines.last?.hasPrefix("hint: ") == true, "\(run.errors)", sourceLocation: sourceLocation)
    }
  }

  @Test func aTrapIsReportedAsABug() throws { try expect(70, ["trap"], says: "unexpected: ended by SIG") }

  @Test func aStackOverflowIsReportedAsABug() throws {
    try expect(70, ["overflow"], says: "unexpected: ended by SIGSEGV")
  }

  @Test func aFailedAllocationIsReportedAsLackOfMemory() throws {
    try expect(71, ["exhaust"], says: "memory: there is not enough: failed to allocate 70368744177")
  }

  @Test func aMappedFileThatIsTruncatedIsAReadError() throws {
    try withTemporaryFolder { folder in
      for setting in [nil, "enable=no"] {
        try Data(count: 100_000).write(to: URL(fileURLWithPath: folder + "/cut"))
        let run = try RunningProgram(
          "probe", ["cut", "--output", folder + "/cut"], environment: ["SWIFT_BACKTRACE": setting])
        #expect(run.exitCode() == 74)
        #expect(run.errors.hasPrefix("probe: error: input: a file was truncated"), "\(run.errors)")
      }
    }
  }

  @Test func swiftsCrashReportIsShownOnRequest() throws {
    let run = try RunningProgram("probe", ["trap"], environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"])
    #expect(run.exitCode() > 128)
    #expect(run.errors.contains("Program crashed"))
  }
}
