// Remembers which file a library is reading. HDF5 is not hardened against forged files: it can crash on one whose
// checksum is valid. The crash handler can then at least name the file.
import Foundation

/// The file that is being read by a library that may crash.
package enum FileInHand {
  /// Its path, or nil; a signal handler may read this.
  nonisolated(unsafe) package private(set) static var path: UnsafePointer<CChar>?

  /// Calls `body` and remembers `path` while it runs.
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
