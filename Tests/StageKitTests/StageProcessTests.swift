// What a stage does besides its work, seen from outside: messages, exit codes, environment, streams.
import Foundation
import TestSupport
import Testing

@Suite struct StageProcess {
  /// Runs the probe to its end.
  private func probe(_ arguments: String..., environment: [String: String?] = [:]) throws -> RunningProgram {
    let program = try RunningProgram("probe", arguments, environment: environment)
    program.exitCode()
    return program
  }

  @Test func aSuccessEndsWithVersionAndCost() throws {
    let run = try probe("speak")
    #expect(run.exitCode() == 0)
    #expect(run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first == "probe: one sentence")
    #expect(lines.dropFirst().first == "probe: warning: one warning")
    #expect(lines.last?.contains(#/^probe \d+\.\d+\.\d+: \d+\.\d s wall, \d+\.\d s CPU, \d+ MB at most$/#) == true)
  }

  @Test func quietIsSilentOnSuccessButNotOnWarnings() throws {
    #expect(try probe("steps", "--count", "3", "--quiet").errors.isEmpty)
    #expect(try probe("speak", "--quiet").errors == "probe: warning: one warning\n")
  }

  @Test func aFaultIsOneLineAndAHint() throws {
    let run = try probe("fault")
    #expect(run.exitCode() == 65)
    #expect(run.errors == "probe: error: train.jsonl:17: label \"E\" is not one of A, B\nhint: look there\n")
  }

  @Test func aSystemErrorNamesItsFile() throws {
    let run = try probe("missingFile")
    #expect(run.exitCode() == 66)
    #expect(run.errors.hasPrefix("probe: error: /nowhere/to/be/found: "))
  }

  @Test func anUnexpectedErrorIsReportedAsABug() throws {
    let run = try probe("strangeError")
    #expect(run.exitCode() == 70)
    #expect(run.errors.split(separator: "\n").count == 2)
  }

  @Test(arguments: [["--nope"], ["speak", "--threads", "0"], ["speak", "--threads", "many"], []])
  func aWrongCommandLineIs64(arguments: [String]) throws {
    let run = try RunningProgram("probe", arguments)
    #expect(run.exitCode() == 64)
    #expect(run.errors.hasPrefix("probe: error: "))
    #expect(run.errors.hasSuffix("hint: probe --help\n"))
  }

  @Test(arguments: [
    (["--ouptut", "x"], "unknown option '--ouptut'; did you mean '--output'?"),
    (["--thr=2"], "unknown option '--thr'; did you mean '--threads'?"), (["--tex", "1"], "unknown option '--tex'"),
    (["--log_file", "x"], "unknown option '--log_file'; did you mean '--log-file'?"),
    (["--LOG"], "unknown option '--LOG'; did you mean '--log-file'?"), (["-q"], "unknown option '-q'"),
    (["--count", "two", "--nope"], "unknown option '--nope'"),
  ])
  func aWrongFlagIsNamedBeforeAMissingOne(arguments: [String], says: String) throws {
    let run = try RunningProgram("probe", arguments)
    #expect(run.exitCode() == 64)
    #expect(run.errors == "probe: error: \(says)\nhint: probe --help\n")
  }

  @Test func aNegativeNumberIsAValueNotAFlag() throws {
    let refused = try probe("speak", "--threads", "-1")
    #expect(refused.exitCode() == 64)
    #expect(refused.errors.contains("--threads -1: must be an integer of at least 1"))
    let taken = try probe("table", "--quiet", "--count", "-0")
    #expect(taken.exitCode() == 0 && taken.output == "\n")
    #expect(try probe("speak", "--count", "-x").errors.contains("unknown option '-x'"))
  }

  @Test func aLogMustBeAFileNotANamedPipe() throws {
    try withTemporaryFolder { folder in
      try #require(mkfifo(folder + "/pipe", 0o600) == 0)
      let unread = try probe("speak", "--log-file", folder + "/pipe")
      #expect(unread.exitCode() == 73)
      #expect(unread.errors.contains("/pipe: is a pipe without a reader"))
      let reader = open(folder + "/pipe", O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      #expect(try probe("speak", "--log-file", folder + "/pipe").errors.contains("is a named pipe, expected a file"))
      #expect(try probe("speak", "--log-file", folder).exitCode() == 73)
      #expect(try probe("speak", "--quiet", "--log-file", "/dev/null").errors == "probe: warning: one warning\n")
    }
  }

  @Test func helpListsTheExitCodesOnStandardOutput() throws {
    let run = try probe("--help")
    #expect(run.exitCode() == 0)
    #expect(run.output.contains("\n  75   try later"))
    #expect(run.errors.isEmpty)
  }

  @Test func aFullDiskAtStandardOutputIs74() throws {
    for count in ["10", "100000"] {
      let run = try RunningProgram(shell: "\"$0\" table --quiet --count \(count) > /dev/full", with: "probe")
      #expect(run.exitCode() == 74)
    }
  }

  @Test func aClosedStandardOutputIs74AndNeverTheNextFile() throws {
    try withTemporaryFolder { folder in
      let run = try RunningProgram(shell: "\"$0\" table --log-file \(folder)/log >&-", with: "probe")
      #expect(run.exitCode() == 74)
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(!log.split(separator: "\n").contains("x"))
    }
  }

  @Test func variablesThatChangeResultsAreRemovedFromTheEnvironment() throws {
    let numeric = [
      "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE",
      "DNNL_CPU_ISA_HINTS", "GLIBC_TUNABLES", "HDF5_DRIVER", "HDF5_DRIVER_CONFIG", "HDF5_VOL_CONNECTOR",
    ]
    let harmless = ["OMP_NUM_THREADS": "3", "HDF5_USE_FILE_LOCKING": "FALSE", "MY_OPENBLAS_NOTES": "kept"]
    let given = harmless.merging(numeric.map { ($0, "Haswell") }) { kept, _ in kept }
    let run = try probe("environment", environment: given)
    #expect(run.exitCode() == 0)
    let names = Set(run.output.split(separator: "\n").map { String($0.prefix { $0 != "=" }) })
    #expect(names.intersection(numeric + ["CREDENCE_RESTARTED"]) == [])
    #expect(names.isSuperset(of: harmless.keys))
  }

  @Test func variablesThatReappearAreRejectedWithoutARestartLoop() throws {
    for name in ["OPENBLAS_CORETYPE", "ONEDNN_MAX_CPU_ISA"] {
      var environment: [String: String?] = ["OPENBLAS_CORETYPE": nil, "OPENBLAS_L2_SIZE": nil]
      environment.merge([name: "Haswell", "CREDENCE_RESTARTED": "1"]) { $1 }
      let run = try probe("environment", environment: environment)
      #expect(run.exitCode() == 78)
      #expect(
        run.errors == """
          probe: error: \(name): changes the results of a library
          hint: unset \(name)\n
          """)
    }
  }

  @Test func theProvenanceOmitsWhatDoesNotAffectResults() throws {
    let run = try probe("provenance", "--threads", "3", "--quiet", "--output", "a/b.h5.new", "--count=2")
    #expect(run.output == "probe provenance --output a/b.h5 --count=2 false 3\n")
    let dated = try probe("provenance", "--quiet", environment: ["SOURCE_DATE_EPOCH": "0", "THREADS": "2"])
    #expect(dated.output == "probe provenance true 2\n")
  }

  @Test func logLinesAreAppendedWithTimeAndLevel() throws {
    try withTemporaryFolder { folder in
      for _ in 0..<2 { #expect(try probe("speak", "--quiet", "--log-file", folder + "/log").exitCode() == 0) }
      #expect(try probe("fault", "--log-file", folder + "/log").exitCode() == 65)
      let lines = try String(contentsOfFile: folder + "/log", encoding: .utf8).split(separator: "\n")
      #expect(lines.filter { $0.hasSuffix("one sentence") }.count == 2)
      #expect(lines.allSatisfy { $0.contains(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ probe (debug|info|warning) /#) })
      #expect(lines.last?.contains("train.jsonl:17") == true)
      #expect(try probe("speak", "--log-file", folder + "/no/log").exitCode() == 73)
    }
  }
}
