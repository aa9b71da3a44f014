// Standard output carries data, so it is treated like a file: a table that could not be written is a failed stage.
import Faults
@preconcurrency import Foundation

/// The process's three standard streams.
enum StandardStreams {
  /// Fills closed streams. Otherwise the next file that is opened would get the number of standard output, and every
  /// `print` would go into it. The mode is wrong on purpose: using a closed stream is then an error.
  static func open() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 {
      _ = Foundation.open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Writes out what `print` has kept back; `print` itself ignores a full disk.
  static func flush() throws {
    let isFlushed = fflush(stdout) == 0
    let reason = errno
    guard !isFlushed || ferror(stdout) != 0 else { return }
    throw Fault(
      .inputOutput, "standard output", isFlushed ? "an earlier write failed" : String(cString: strerror(reason)),
      hint: "is the disk full, or the reader of the pipe gone?")
  }
}
