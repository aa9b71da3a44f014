// Rows of numbers that a long computation keeps in a file beside its output, so that its memory does not grow with them
// and a checkpoint only has to say how many there are.
import Faults
import Foundation

/// A file to which rows of float32 numbers are appended. It is part of a checkpoint: rows beyond those that the checkpoint
/// knows are dropped by `truncate`.
package final class RowSpool {
  private let path: String
  private let width: Int
  private let descriptor: Int32

  /// Opens or creates the file at `path`, whose rows have `width` numbers.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate`.
  package init(_ path: String, width: Int) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Fault(.cannotCreate, path, "cannot create: \(systemMessage())") }
    (self.path, self.width) = (path, width)
  }

  deinit { close(descriptor) }

  /// Drops all rows but the first `rows`.
  ///
  /// - Throws: `Fault` of kind `.inputOutput` where there are fewer.
  package func truncate(toRows rows: Int) throws {
    let bytes = rows * width * MemoryLayout<Float>.stride
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= bytes else {
      throw Fault(
        .inputOutput, path, "has fewer rows than its checkpoint says", hint: "remove both, and the run starts over")
    }
    guard ftruncate(descriptor, off_t(bytes)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw Fault(.inputOutput, path, "cannot truncate: \(systemMessage())")
    }
  }

  /// Appends whole rows, which are on disk when this returns.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  package func append(_ values: [Float]) throws {
    precondition(values.count % width == 0, "\(values.count) values in rows of \(width)")
    try values.withUnsafeBytes { try writeAll($0, to: descriptor, path) }
    guard fsync(descriptor) == 0 else { throw Fault(.inputOutput, path, "cannot write: \(systemMessage())") }
  }

  /// All numbers, mapped.
  ///
  /// - Throws: `Fault` where the file cannot be mapped.
  package func withNumbers<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) throws -> Result {
    try MappedFile(path).withUnsafeBytes { try body($0.bindMemory(to: Float.self)) }
  }

  /// Removes the file.
  package func remove() { unlink(path) }
}
