// Rows of numbers that a long computation keeps in a file beside its output, so that its memory does not grow with them
// and a checkpoint only has to say how many there are.
import Faults
import Foundation

/// A file of rows of float32 numbers, each of which is written at its own place. It is part of a checkpoint, which knows how
/// many rows are done. Two processes with the same command may share the file: they write the same rows at the same places,
/// and the one that ends later keeps the file open even if the other has removed it.
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

  /// Throws unless the file has at least `rows` rows.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  package func require(rows: Int) throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= rows * rowBytes else {
      throw Fault(
        .inputOutput, path, "has fewer rows than its checkpoint says", hint: "remove both, and the run starts over")
    }
  }

  /// Writes whole rows from row `row` on, which are on disk when this returns.
  ///
  /// - Throws: `Fault` of kind `.inputOutput`.
  package func write(_ values: [Float], atRow row: Int) throws {
    precondition(values.count % width == 0, "\(values.count) values in rows of \(width)")
    guard lseek(descriptor, off_t(row * rowBytes), SEEK_SET) >= 0 else {
      throw Fault(.inputOutput, path, "cannot write: \(systemMessage())")
    }
    try values.withUnsafeBytes { try writeAll($0, to: descriptor, path) }
    guard fsync(descriptor) == 0 else { throw Fault(.inputOutput, path, "cannot write: \(systemMessage())") }
  }

  /// The numbers of the first `rows` rows, mapped. More may follow, of a run with other settings.
  ///
  /// - Throws: `Fault` where the file has fewer rows or cannot be mapped.
  package func withNumbers<Result>(
    rows: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) throws -> Result {
    try require(rows: rows)
    // Another process may have removed the file, so it is not opened by its path.
    return try MappedFile("/proc/self/fd/\(descriptor)").withUnsafeBytes {
      try body(UnsafeBufferPointer(rebasing: $0.bindMemory(to: Float.self).prefix(rows * width)))
    }
  }

  private var rowBytes: Int { width * MemoryLayout<Float>.stride }

  /// Removes the file.
  package func remove() { unlink(path) }
}
