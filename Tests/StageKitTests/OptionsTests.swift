// Threads from flag, environment and scheduler; the check of the processor; the messages of thrown errors.
import Faults
import Foundation
import StageKit
import Testing

@Suite struct Options {
  @Test func threadsComeFromThreadsThenSlurmThenHalfTheCores() {
    #expect(CommonOptions.defaultThreads(["THREADS": "5", "SLURM_CPUS_PER_TASK": "3"]) == 5)
    #expect(CommonOptions.defaultThreads(["SLURM_CPUS_PER_TASK": "3"]) == 3)
    #expect(CommonOptions.defaultThreads(["THREADS": ""]) == max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
  }

  @Test(arguments: ["0", "-1", "two", "1.5"])
  func anInvalidEnvironmentIsAnErrorNotADefault(value: String) {
    #expect(CommonOptions.defaultThreads(["THREADS": value]) == nil)
  }
}

@Suite struct ProcessorCheck {
  @Test func anOlderProcessorGetsAMessageWithTheMissingFeatures() throws {
    try Processor.check(compiledFor: 0b000011, has: 0b000111)
    try Processor.check(compiledFor: 0, has: 0)
    #expect(throws: Fault.self) { try Processor.check(compiledFor: 0b000111, has: 0b000011) }
    do { try Processor.check(compiledFor: 0b000111, has: 0b000001) } catch let fault as Fault {
      #expect(fault.code == .configuration)
      #expect(fault.message.contains("FMA, AVX-512F"))
    }
  }
}

@Suite struct ReportedFault {
  @Test func aHintHasItsOwnLine() {
    #expect(Fault(.data, "a.csv:3", "too short").lines(for: "tokenize") == "tokenize: error: a.csv:3: too short")
    #expect(Fault(.data, "a", "b", hint: "c").lines(for: "show") == "show: error: a: b\nhint: c")
  }

  @Test func usageKeepsTheNamesOfVariables() {
    #expect(Fault(usage: "Missing expected argument", of: "show").message == "missing expected argument")
    #expect(Fault(usage: "Is one of these:\n  - a\n  - b", of: "show").message == "is one of these: a, b")
    #expect(Fault(usage: "THREADS is wrong", of: "show").message == "THREADS is wrong")
  }

  @Test func systemErrorsGetTheirExitCode() {
    #expect(Fault(describing: POSIXError(.ENOSPC)).code == .inputOutput)
    #expect(Fault(describing: POSIXError(.ENOENT)).code == .noInput)
    #expect(Fault(describing: POSIXError(.EROFS)).code == .cannotCreate)
    #expect(Fault(describing: CocoaError(.fileReadNoSuchFile)).code == .noInput)
    #expect(Fault(describing: CancellationError()).code == .internalError)
  }

  @Test func settingsOfLibrariesAreSpelledAsFlags() {
    let fault = Fault(.usage, setting: "rank", "found 0", hint: "use `exact-width 8` or fewer `targets`")
    #expect(
      fault.lines(for: "fit-adapters", makeVariable: "FIT_FLAGS") == """
        fit-adapters: error: --rank: found 0
        hint: use --exact-width 8 or fewer --targets (with make, in FIT_FLAGS)
        """)
    let head = Fault(.data, "model", "none", hint: "lay it out with `keep-head`")
    #expect(
      head.lines(for: "import-adapter").hasSuffix("hint: lay it out with --keep-head (with make: HEAD=classifier)"))
    #expect(
      Fault(.data, "a.csv:1", "?", hint: "use `label-column x` or `replace`")
        .lines(for: "tokenize", makeVariable: "TOKENIZE_FLAGS", ["label-column": "LABEL"]) == """
          tokenize: error: a.csv:1: ?
          hint: use --label-column x or --replace (with make: LABEL=, others in TOKENIZE_FLAGS)
          """)
    #expect(
      Fault(.data, "a.csv", "?", hint: "`format answers` or `format texts`").lines(for: "x", ["format": "FORMAT.own"])
        .hasSuffix("hint: --format answers or --format texts (with make: FORMAT.own=)"))
    #expect(
      Fault(.data, "a`b c.csv", "`Tis not a setting`", hint: "none").lines(for: "show", makeVariable: "X")
        == "show: error: a`b c.csv: `Tis not a setting`\nhint: none")
  }
}
