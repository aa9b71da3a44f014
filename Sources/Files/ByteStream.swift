// A file of any size, piece by piece, decompressed if it is gzipped: memory does not grow with the file.
import Faults
import Foundation

/// The bytes of a file, from its beginning to its end.
package final class ByteStream {
  private let path: String
  private let descriptor: Int32
  /// What was read to recognise gzip and is not yet returned.
  private var beginning: [UInt8]
  private var gzip: GzipStream?

  /// Opens `path`, a file or an anonymous pipe.
  ///
  /// Throws `.noInput` if there is no file, no permission or something other than a file; `.inputOutput` if reading
  /// fails.
  package init(_ path: String) throws {
    self.path = path
    (descriptor, _) = try openForReading(path, takesPipes: true)
    beginning = []
    beginning = try readPiece()
    if isGzipped(beginning) { gzip = GzipStream(named: path) { [unowned self] in try packed() } }
  }

  deinit { close(descriptor) }

  /// The next bytes, at most 256 KiB; none at the end.
  ///
  /// Throws `.inputOutput` if reading fails, `.data` if the file is damaged gzip.
  package func next() throws -> [UInt8] { try gzip?.next() ?? packed() }

  /// The next bytes as they are on disk.
  private func packed() throws -> [UInt8] {
    if beginning.isEmpty { return try readPiece() }
    defer { beginning = [] }
    return beginning
  }

  private func readPiece() throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, count in count = try readOnce(descriptor, buffer, path)
    }
  }
}
