// Signals and stages: the first signal asks to stop, the second ends the stage. A stage that never checks is ended by
// the first.
import Foundation
import TestSupport
import Testing

@Suite struct InterruptedStage {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aStageThatChecksStopsAtItsSafePoint(signal: Int32) throws {
    let stage = try RunningProgram("probe", ["steps", "--count", "3000"])
    #expect(stage.wait { $0.errors.contains("0/3000") })
    stage.send(signal)
    #expect(stage.exitCode() == 128 + signal)
    #expect(stage.errors.hasSuffix("the same command resumes from the last checkpoint\n"))
  }

  @Test func aStageThatNeverChecksIsEndedByTheFirstSignal() throws {
    let stage = try RunningProgram("probe", ["sleep"])
    #expect(stage.wait { $0.errors.contains("asleep") })
    stage.send(SIGTERM)
    #expect(stage.exitCode() == 143)
    #expect(stage.errors.contains("stopped at once"))
  }

  @Test func aStageThatReachesNoSafePointIsEndedToo() throws {
    let stage = try RunningProgram("probe", ["spin"])
    #expect(stage.wait { $0.errors.contains("lost in a loop") })
    stage.send(SIGTERM)
    #expect(stage.wait(atMost: 60) { $0.errors.contains("no safe point was reached") }, "\(stage.errors)")
    stage.send(SIGKILL)
    #expect(stage.exitCode() == 143)
  }

  @Test func anInterruptIsIgnoredInTheBackgroundIfTheShellSaysSo() throws {
    let line = "trap '' INT; \"$0\" steps --quiet --count 50 & sleep 0.2; kill -INT $!; wait $!"
    let shell = try RunningProgram(shell: line, with: "probe")
    #expect(shell.exitCode() == 0)
  }

  @Test func aFileSizeLimitIsAnErrorNotASignal() throws {
    try withTemporaryFolder { folder in
      let line = "ulimit -f 1; exec \"$0\" table --quiet --count 100000 > \(folder)/table"
      let shell = try RunningProgram(shell: line, with: "probe")
      #expect(shell.exitCode() == 74)
    }
  }
}
