// Predictions of other programs in evaluate's table: as CSV, and as HDF5 written by the script in the README.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct ForeignPredictionsTests {
  private let ids = (0..<12).map { "q\($0)" }
  private let probabilities: [[Double]] = (0..<12).map { row in
    let distance = Double(row) / 30
    return [0.5 + distance, 0.5 - distance]
  }

  /// Our own method, point: four calibration rows, then eight test rows, whose labels are 0 1 0 1 ...
  private func writeOwn(_ path: String, dataset: String = "own") throws {
    var set = Predictions()
    (set.method, set.dataset, set.baseDigest, set.tokensDigest) = ("point", dataset, "b5e0", "70ce \(dataset)")
    (set.groups, set.samples, set.choices, set.rowIDs) = (1, 1, 2, ids)
    set.splits = ids.indices.map { $0 < 4 ? .calibration : .test }
    set.labels = ids.indices.map { Int32($0 % 2) }
    set.choiceCounts = ids.map { _ in 2 }
    for row in probabilities { set.logProbabilities += row.map { Float(log($0)) } }
    try set.write(to: path, provenance: Provenance(producer: "test", version: "1", commandLine: ""))
  }

  private func csv(_ rows: some Sequence<Int>, label: (Int) -> String = { "\($0 % 2)" }) -> String {
    let lines = rows.map { row -> String in
      let p = probabilities[row]
      return "\(ids[row]),\(label(row)),\(p[0]),\(p[1])\n"
    }
    return "id,label,p_0,p_1\n" + lines.joined()
  }

  /// Runs evaluate on our file and on `foreign`, which has this name and content.
  private func evaluate(_ name: String, _ content: String?, in folder: String) throws -> RunningProgram {
    try writeOwn(folder + "/point.h5")
    if let content { try content.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8) }
    return try RunningProgram(
      "evaluate",
      [
        "--predictions", "point.h5", name, "--output", "out.h5", "--csv", "out.csv", "--predictions-csv", "all.csv",
        "--recommended", "recommended.txt",
      ],
      in: folder)
  }

  /// The value of a metric in out.csv.
  private func value(_ method: String, _ metric: String, in folder: String) throws -> String {
    let lines = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix("\(method),own,\(metric),") })
    return String(line.split(separator: ",", omittingEmptySubsequences: false)[3])
  }

  @Test func aShuffledTableScoresLikeOurOwnFile() throws {
    try withTemporaryFolder { folder in
      let program = try evaluate("mine.csv", csv([7, 0, 11, 3, 5, 2, 9, 1, 8, 4, 10, 6]), in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      for metric in ["accuracy", "nll", "brier", "ece"] {
        #expect(try value("mine", metric, in: folder) == value("point", metric, in: folder))
      }
    }
  }

  @Test func theCalibrationRowsAndTheLabelsMayBeMissing() throws {
    try withTemporaryFolder { folder in
      let program = try evaluate("mine.csv", csv(4..<12, label: { _ in "" }), in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      #expect(try value("mine", "nll", in: folder) == value("point", "nll", in: folder))
      #expect(program.output.contains("no calibration rows"))
      let all = try String(contentsOfFile: folder + "/all.csv", encoding: .utf8)
      #expect(all.split(separator: "\n").count { $0.hasPrefix("mine,") } == 8)
    }
  }

  /// Better than ours without a known cost, but new texts cannot be predicted with it.
  @Test func predictRecommendsNoMethodOfAnotherProgram() throws {
    try withTemporaryFolder { folder in
      let rows = ids.indices.map { "\(ids[$0]),\($0 % 2 == 0 ? "0.99,0.01" : "0.01,0.99")\n" }.joined()
      let program = try evaluate("mine.csv", "id,p_0,p_1\n" + rows, in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      #expect(try String(contentsOfFile: folder + "/recommended.txt", encoding: .utf8) == "point\n")
      #expect(program.output.contains("mine is another program's"), "\(program.output)")
    }
  }

  /// The file that `evaluate --predictions-csv` writes is one that it reads, and it may have several methods.
  @Test func ourOwnTableIsReadAgain() throws {
    try withTemporaryFolder { folder in
      #expect(try evaluate("mine.csv", csv(0..<12), in: folder).exitCode() == 0)
      let again = try RunningProgram("evaluate", ["--predictions", "all.csv", "--output", "again.h5"], in: folder)
      #expect(again.exitCode() == 0 && again.output.contains("mine"), "\(again.errors)")
      #expect(again.output.contains("point"))
    }
  }

  @Test(arguments: [
    ("id,label\nq4,0\n", "mine.csv:1: found the columns id, label; expected id"),
    ("id,p_0,p_1\nq4,0.5,0.4\n", "mine.csv:2: the probabilities sum to 0.9"),
    ("id,p_0,p_1\nq4,half,0.5\n", "mine.csv:2: \"half\" is not a probability"),
    ("id,p_0,p_1\nq4,0.5,0.5\nq4,0.5,0.5\n", "mine.csv:3: the id \"q4\" appears twice"),
    ("id,p_0,p_1\nq99,0.5,0.5\n", "mine.csv:2: the id \"q99\" is not in point.h5"),
    ("id,p_0,p_1\nq4,0.5,0.5\n", "mine.csv: 11 of 12 examples are missing; the first is \"q0\""),
    ("id,p_0,p_1,p_2\nq4,0.5,0.25,0.25\n", "mine.csv:2: 3 probabilities for \"q4\", expected 2"),
    ("id,split,p_0,p_1\nq4,train,0.5,0.5\n", "mine.csv:2: the split is \"train\", expected test or calibration"),
    ("id,label,p_0,p_1\nq4,yes,0.5,0.5\n", "mine.csv:2: the label is \"yes\", expected a number from 0 to 1"),
    ("id,label,p_0,p_1\nq5,0,0.5,0.5\n", "mine.csv:2: the label of \"q5\" is 0, expected 1 as in point.h5"),
    ("id,method,p_0,p_1\nq4,,0.5,0.5\n", "mine.csv:2: the method is empty"),
    ("id,p_0,p_1\nq4,,0.5\n", "mine.csv:2: a probability is empty"),
    ("id,p_0,p_1\n", "mine.csv: has no rows"),
  ])
  func aMistakeIsNamedWithItsLine(_ content: String, _ message: String) throws {
    try withTemporaryFolder { folder in
      let program = try evaluate("mine.csv", content, in: folder)
      #expect(program.exitCode() == 65)
      #expect(program.errors.contains(message), "\(program.errors)")
    }
  }

  /// Calibration rows have two choices, and one test row has three: no map with numbers for each choice can be applied.
  @Test func calibratorsOfFixedChoicesAreLeftOutWhereTestRowsHaveOthers() throws {
    try withTemporaryFolder { folder in
      try writeOwn(folder + "/own.h5")
      var set = try Predictions.read(folder + "/own.h5")
      let rows = 1000
      (set.choices, set.rowIDs) = (3, (0..<rows + 8).map { "q\($0)" })
      set.splits = set.rowIDs.indices.map { $0 < rows ? .calibration : .test }
      set.labels = set.rowIDs.indices.map { $0 % 10 < 3 ? 1 : 0 }
      set.choiceCounts = set.rowIDs.indices.map { $0 == rows + 3 ? 3 : 2 }
      set.logProbabilities = set.rowIDs.indices.flatMap { row in
        let p = row == rows + 3 ? [0.5, 0.3, 0.2] : [0.3 + Double(row % 7) / 20, 0.7 - Double(row % 7) / 20]
        return p.map { Float(log($0)) } + (p.count == 2 ? [-.infinity] : [])
      }
      try set.write(
        to: folder + "/mixed.h5", provenance: Provenance(producer: "test", version: "1", commandLine: ""))
      let kinds = ["platt", "vector", "matrix", "isotonic"]
      let program = try RunningProgram(
        "evaluate",
        ["--predictions", "mixed.h5", "--output", "out.h5", "--csv", "out.csv", "--calibrators", "ts-mix", "chosen"]
          + kinds, in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      let said = program.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let table = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8)
      for kind in kinds {
        #expect(said.contains("\(kind) needs the same number of choices in every question, and there are 2 to 3"))
        #expect(!table.contains("point + \(kind),"))
      }
      for kind in ["temperature", "ts-mix", "chosen"] { #expect(table.contains("point + \(kind),own,nll,")) }
    }
  }

  // --- Under shift ---

  /// Runs shift-test on our files, also of corrupted texts, and on mine.csv with these rows for each data set.
  private func shiftTest(_ rows: [(dataset: String, ids: Range<Int>)], in folder: String) throws -> RunningProgram {
    try writeOwn(folder + "/own.h5")
    try writeOwn(folder + "/far.h5", dataset: "far")
    var corrupted = try Predictions.read(folder + "/own.h5")
    corrupted.corruption = .init(name: "keyboard-typos", severity: 3)
    try corrupted.write(
      to: folder + "/typos.h5", provenance: Provenance(producer: "test", version: "1", commandLine: ""))
    let lines = rows.flatMap { dataset, numbers in
      numbers.map { "\(dataset),\(ids[$0]),\(probabilities[$0][0]),\(probabilities[$0][1])\n" }
    }
    try ("dataset,id,p_0,p_1\n" + lines.joined()).write(
      toFile: folder + "/mine.csv", atomically: true, encoding: .utf8)
    return try RunningProgram(
      "shift-test",
      [
        "--in-distribution", "own.h5", "--shifted", "far.h5", "--corrupted", "typos.h5", "--foreign", "mine.csv",
        "--output", "out.h5", "--csv", "out.csv", "--html", "shift.html",
      ], in: folder)
  }

  @Test func withPredictionsOfAllSetsItStandsInTheShiftTest() throws {
    try withTemporaryFolder { folder in
      let program = try shiftTest([("own", 0..<12), ("far", 0..<12)], in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      let lines = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).split(separator: "\n")
      func values(_ method: String) -> [Substring] {
        lines.filter { $0.hasPrefix("\(method),far,nll,") || $0.hasPrefix("\(method),far,auroc_entropy,") }
          .map { $0.dropFirst(method.count) }
      }
      #expect(values("mine").count == 2 && values("mine") == values("point"))
      #expect(!lines.contains { $0.hasPrefix("mine,") && $0.contains("typos") })
      // Its rows of other sets are no concern of evaluate.
      let evaluate = try RunningProgram(
        "evaluate", ["--predictions", "own.h5", "mine.csv", "--output", "e.h5"], in: folder)
      #expect(evaluate.exitCode() == 0 && evaluate.output.contains("mine"), "\(evaluate.errors)")
      #expect(evaluate.errors.contains("mine.csv: its predictions of far are for shift-test"))
    }
  }

  @Test func withoutPredictionsOfAShiftedSetTheShiftTestSaysWhyItIsLeftOut() throws {
    try withTemporaryFolder { folder in
      let program = try shiftTest([("", 0..<12)], in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      let said = program.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(said.contains("mine is left out: mine.csv has no predictions of far; the column or attribute dataset"))
      let page = try String(contentsOfFile: folder + "/shift.html", encoding: .utf8)
      #expect(page.contains("mine is left out") && page.contains("<dt>Methods</dt><dd>point</dd>"))
    }
  }

  // --- The README's script ---

  /// A Python that has h5py and NumPy; nil if there is none.
  private static let python = ["python3", "/usr/bin/python3"].first { name in
    let probe = Process()
    probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    probe.arguments = [ProcessInfo.processInfo.environment["PYTHON"] ?? name, "-c", "import h5py, numpy"]
    (probe.standardOutput, probe.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }.map { ProcessInfo.processInfo.environment["PYTHON"] ?? $0 }

  @Test(.enabled(if: python != nil, "needs python3 with h5py and numpy; PYTHON names one"))
  func theScriptOfTheReadmeWritesAFileThatIsRead() throws {
    let readme = try String(contentsOfFile: projectRoot + "/README.md", encoding: .utf8)
    let script = try #require(readme.split(separator: "```python\n").dropFirst().first?.split(separator: "\n```").first)
    try withTemporaryFolder { folder in
      let rows = Array(ids.indices.reversed())
      let call = """
        write("mine.h5", "mine", \(rows.map { ids[$0] }), \(rows.map { $0 < 4 ? 1 : 2 }), \(rows.map { $0 % 2 }),
              \(rows.map { probabilities[$0] }))
        """
      try "\(script)\n\(call)\n".write(toFile: folder + "/script.py", atomically: true, encoding: .utf8)
      let python = Process()
      python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      python.arguments = [try #require(Self.python), "script.py"]
      python.currentDirectoryURL = URL(fileURLWithPath: folder)
      try python.run()
      python.waitUntilExit()
      #expect(python.terminationStatus == 0)
      let program = try evaluate("mine.h5", nil, in: folder)
      #expect(program.exitCode() == 0, "\(program.errors)")
      #expect(try value("mine", "accuracy", in: folder) == value("point", "accuracy", in: folder))
      #expect(try value("mine", "nll", in: folder).prefix(6) == value("point", "nll", in: folder).prefix(6))
    }
  }
}
