// The log file. Each line is appended by a single write, so that several stages, logrotate and `tail -f` can share it.
import Faults
import Files
import Foundation
import Synchronization

/// A log file that is open for appending.
package final class LogFile: Sendable {
  private let path: String
  private let descriptor: Int32
  private let hasFailed = Mutex(false)

  /// Opens `path`, and creates it if it is missing. Its folder must exist.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate` if it cannot be written, or is neither a file, a device nor a pipe.
  package init(_ path: String) throws {
    self.path = path
    // O_APPEND, because logrotate's copytruncate may empty the file at any time. O_NONBLOCK, because opening a named pipe
    // without a reader would wait for one.
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

  /// Appends the time and `line`, which must not contain a line feed. A failure does not end the stage; the first one is
  /// returned as a warning.
  package func append(_ line: String) -> String? {
    let time = Date.now.formatted(.iso8601)
    let bytes = Array("\(time) \(line)\n".utf8)
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written != bytes.count else { return nil }
    let reason = written < 0 ? String(cString: strerror(errno)) : "the line was truncated"
    return hasFailed.withLock { failed in
      defer { failed = true }
      return failed ? nil : "\(path.printable()): the log cannot be written: \(reason)"
    }
  }
}
