// Runs the project's own programs as a user does. Their output goes to files, not pipes: a program stops when it fills
// a pipe that nobody reads.
import Foundation

/// A program of the project, running or finished.
package final class RunningProgram {
  private let process = Process()
  private let folder: URL

  /// Starts `name` with `arguments`. `environment` is added to the test's own; a nil value removes a variable.
  package convenience init(
    _ name: String, _ arguments: [String] = [], environment: [String: String?] = [:], in workingFolder: String? = nil
  ) throws {
    try self.init(programsFolder.appendingPathComponent(name), arguments, environment, workingFolder)
  }

  /// Runs a shell command in which `"$0"` is the program `name`; for redirections, limits and jobs.
  package convenience init(shell line: String, with name: String) throws {
    let program = programsFolder.appendingPathComponent(name).path
    try self.init(URL(fileURLWithPath: "/bin/sh"), ["-c", line, program], [:], nil)
  }

  private init(
    _ executable: URL, _ arguments: [String], _ environment: [String: String?], _ workingFolder: String?
  ) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("credence-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = executable
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    if let workingFolder { process.currentDirectoryURL = URL(fileURLWithPath: workingFolder) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try stream("output")
    process.standardError = try stream("errors")
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func stream(_ name: String) throws -> FileHandle {
    let file = folder.appendingPathComponent(name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  /// Its standard output so far.
  package var output: String { text("output") }
  /// Its standard error so far.
  package var errors: String { text("errors") }

  private func text(_ name: String) -> String {
    let bytes = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether it has finished.
  package var hasEnded: Bool { !process.isRunning }

  /// Sends a signal, such as SIGTERM.
  package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until `condition` holds, for at most `seconds`; returns false if it never did.
  package func wait(atMost seconds: Double = 20, until condition: (RunningProgram) -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if condition(self) { return true }
      Thread.sleep(forTimeInterval: 0.005)
    }
    return false
  }

  /// Waits for the end. Returns the exit code, or 128 plus the signal's number if a signal ended it, as a shell does.
  @discardableResult package func exitCode() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
  }
}

/// The directory of the built programs: beside the tests' own bundle, since one build makes both.
package let programsFolder: URL = {
  let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
  let built = URL(fileURLWithPath: projectRoot).appendingPathComponent(".build/release")
  return FileManager.default.fileExists(atPath: own.appendingPathComponent("fit-adapters").path) ? own : built
}()
