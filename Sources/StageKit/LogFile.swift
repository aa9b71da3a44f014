// A file that messages are appended to, one write a line, so that several stages, logrotate and `tail -f` can share it.
import Faults
import Files
import Foundation
import Synchronization

/// A log opened for appending.
package final class LogFile: Sendable {
  private let path: String
  private let descriptor: Int32
  private let hasFailed = Mutex(false)

  /// Opens `path`, which is made if it is missing; its folder must be there.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate`.
  package init(_ path: String) throws {
    self.path = path
    // Appending in the kernel, not by position: logrotate's copytruncate may empty the file at any time.
    // Without waiting: a named pipe may have no reader, or one that stops to read.
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    let hint = "name another --log-file"
    guard descriptor >= 0 else {
      let reason = errno == ENXIO ? "is a pipe without a reader, or a socket" : String(cString: strerror(errno))
      throw Fault(.cannotCreate, path, reason, hint: hint)
    }
    let kind = try FileKind.behind(descriptor, path).kind
    guard [.regular, .device, .pipe].contains(kind) else {
      throw Fault(.cannotCreate, path, "is \(kind.rawValue), expected a file", hint: hint)
    }
    waitForData(descriptor)
  }

  deinit { close(descriptor) }

  /// Appends the time and `line`, which holds no line feed. Gives a sentence the first time that it fails: a log that is full ends no stage.
  package func append(_ line: String) -> String? {
    let time = Date.now.formatted(.iso8601)
    let bytes = Array("\(time) \(line)\n".utf8)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written != bytes.count else { return nil }
    let reason = written < 0 ? String(cString: strerror(errno)) : "the line was cut"
    return hasFailed.withLock { failed in
      defer { failed = true }
      return failed ? nil : "\(path.printable()): the log cannot be written: \(reason)"
    }
  }
}
