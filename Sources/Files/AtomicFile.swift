// Writes files that are never seen half-written: a temporary name in the same directory, fsync, rename, fsync of the
// directory. Even after a kill or a power cut, the final name has no file, the old file or the new one.
import Faults
import Foundation

/// Writes a complete file or nothing.
package enum AtomicFile {
  /// Writes `bytes` to `path`. Throws `.cannotCreate` or `.inputOutput`; an older file is then unchanged.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { temporary in try bytes.withUnsafeBytes { try writeNew(temporary, $0) } }
  }

  /// Writes `text` in UTF-8 to `path`; see `write(_:to:)`.
  package static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  /// Lets `make` write a new file under a temporary name beside `path`, and renames it once it is on disk.
  ///
  /// `make` must not open an existing file (`O_EXCL`). Its file is removed if it throws. Two processes may write the
  /// same `path` at once: each has its own temporary name, and the last rename wins.
  package static func write(to path: String, make: (_ temporary: String) throws -> Void) throws {
    let target = try regularTarget(path)
    let temporary = temporaryName(beside: target)
    do {
      try make(temporary)
      try flush(temporary)
      guard rename(temporary, target) == 0 else {
        throw Fault(.cannotCreate, path, "cannot rename the finished file: \(systemMessage())")
      }
    } catch var fault as Fault {
      unlink(temporary)
      if fault.subject == temporary { fault.subject = path }
      throw fault
    } catch {
      unlink(temporary)
      throw error
    }
    try flush(URL(fileURLWithPath: target).deletingLastPathComponent().path)
  }

  /// Checks that a file can be written to `path`, before hours are spent on its content.
  ///
  /// Creates an empty file beside `path` and removes it: permissions alone do not reveal a read-only file system.
  /// Throws `.cannotCreate` as `write` would.
  package static func checkTarget(_ path: String) throws {
    guard !path.isEmpty else { throw Fault(.cannotCreate, "the output", "its path is empty", hint: "give it a name") }
    do {
      let temporary = temporaryName(beside: try regularTarget(path))
      let written = Result { try writeNew(temporary, UnsafeRawBufferPointer(start: nil, count: 0)) }
      let isRemoved = unlink(temporary) == 0
      let reason = systemMessage()
      try written.get()
      guard isRemoved else { throw Fault(.cannotCreate, path, "cannot remove a file beside it: \(reason)") }
    } catch var fault as Fault {
      fault.subject = path
      throw fault
    }
  }

  private static func temporaryName(beside target: String) -> String {
    "\(target).\(String(UInt64.random(in: .min ... .max), radix: 36)).partial"
  }

  /// Follows links to the file's real path. Rejects anything but a regular file: a rename would replace `/dev/null`
  /// itself.
  private static func regularTarget(_ path: String) throws -> String {
    var status = stat()
    guard lstat(path, &status) == 0 else { return path }
    if status.st_mode & S_IFMT == S_IFREG { return path }
    guard status.st_mode & S_IFMT == S_IFLNK, let real = realpath(path, nil) else {
      throw Fault(.cannotCreate, path, "already exists and is not a regular file")
    }
    defer { free(real) }
    let target = String(cString: real)
    return target == path ? path : try regularTarget(target)
  }

  private static func writeNew(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Fault(.cannotCreate, path, "cannot create: \(systemMessage())") }
    do { try writeAll(bytes, to: descriptor, path) } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw Fault(.inputOutput, path, "cannot write: \(systemMessage())") }
  }

  /// Waits until a file or directory is on disk. Some file systems cannot do this for directories and return EINVAL.
  private static func flush(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault(.inputOutput, path, "cannot open to flush: \(systemMessage())") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw Fault(.inputOutput, path, "cannot flush to disk: \(systemMessage())")
    }
  }
}
