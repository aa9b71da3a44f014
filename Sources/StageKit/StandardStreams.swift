// Standard output carries data, so it is treated like a file: if it cannot be written, the stage fails.
import Faults
@preconcurrency import Foundation

/// The process's three standard streams.
enum StandardStreams {
  /// Opens /dev/null for closed streams. Otherwise the next file that is opened would get the descriptor of standard
  /// output, and every `print` would write into it. The mode is wrong on purpose, so that using the stream is an error.
  static func open() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = Foundation.open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes the buffered output, and reports errors; `print` itself ignores them.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  static func flush() throws {
    let isFlushed = fflush(stdout) == 0
    let reason = errno
    guard !isFlushed || ferror(stdout) != 0 else { return }
    throw Fault(
      .inputOutput, "standard output", isFlushed ? "an earlier write failed" : String(cString: strerror(reason)),
      hint: "is the disk full, or the reader of the pipe gone?")
  }
}
