// A new text file that is written piece by piece, for files that do not fit into memory.
import Faults
import Foundation

/// A text file being written. Used inside `AtomicFile.write(to:make:)`, which publishes it when it is complete.
package final class AppendedText {
  private let path: String
  private var descriptor: Int32

  /// Creates the file; an existing one is left alone (`.cannotCreate`).
  package init(_ path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Fault(.cannotCreate, path, "cannot create: \(systemMessage())") }
    self.path = path
  }

  deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

  /// Appends `text` in UTF-8.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  package func append(_ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try writeAll($0, to: descriptor, path) }
  }

  /// Closes the file, which reports what could not be written.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  package func close() throws {
    let closed = descriptor
    descriptor = -1
    guard Foundation.close(closed) == 0 else { throw Fault(.inputOutput, path, "cannot write: \(systemMessage())") }
  }
}

/// Writes all of `bytes`.
///
/// - Throws: `Fault` of kind `.inputOutput`.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
  var written = 0
  while written < bytes.count {
    let count = write(descriptor, bytes.baseAddress! + written, min(bytes.count - written, 1 << 30))
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw Fault(.inputOutput, path, "cannot write: \(systemMessage())") }
    written += count
  }
}
