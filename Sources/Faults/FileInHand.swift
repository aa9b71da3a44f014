// Which file a library is reading. HDF5 is not made for files that somebody has forged: it can crash on one with a right
// checksum. What ends the process then can at least name the file.
import Foundation

/// The file whose content is being read by a library that may crash.
package enum FileInHand {
  /// Its path, or nil; a signal handler may read it.
  nonisolated(unsafe) package private(set) static var path: UnsafePointer<CChar>?

  /// Calls `body` while the file at `path` is in hand.
  package static func with<Result: ~Copyable>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let (outer, copy) = (self.path, strdup(path.printable()))
    self.path = UnsafePointer(copy)
    defer {
      self.path = outer
      free(copy)
    }
    return try body()
  }
}
