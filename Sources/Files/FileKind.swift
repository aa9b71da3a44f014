// What lies behind a path besides files: directories, devices, pipes. Some of them have no end, others keep whoever opens
// them waiting, so that each place says which of them it takes.
import Faults
import Foundation

/// What an open descriptor leads to, in words for a message.
package enum FileKind: String {
  case regular = "a regular file"
  case directory = "a directory"
  /// Without a name, as a shell makes it for `|` and `<(...)`: it has had a writer, so that it has an end.
  case pipe = "a pipe"
  case namedPipe = "a named pipe"
  case device = "a device"
  case blockDevice = "a block device"
  case socket = "a socket"

  /// The kind of a file with this status; every pipe counts as a named one.
  init(_ status: stat) {
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFIFO: .namedPipe
      case S_IFCHR: .device
      case S_IFBLK: .blockDevice
      default: .socket
      }
  }

  /// The kind and the size of what `descriptor`, opened from `path`, leads to. Throws `.inputOutput`.
  package static func behind(_ descriptor: Int32, _ path: String) throws -> (kind: FileKind, size: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Fault(.inputOutput, path, "cannot read: \(systemMessage())")
    }
    let kind = FileKind(status)
    return (kind == .namedPipe && hasNoName(descriptor) ? .pipe : kind, Int(status.st_size))
  }
}

/// Whether a pipe is one of those that Linux calls `pipe:[number]`.
private func hasNoName(_ descriptor: Int32) -> Bool {
  let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
  return name?.hasPrefix("pipe:") ?? false
}

/// Lets reads and writes of a descriptor that was opened with `O_NONBLOCK` wait again.
package func waitForData(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
}

extension Fault {
  /// `path` leads to something that a file was expected for.
  init(notAFile path: String, _ kind: FileKind) {
    let isPipe = [.pipe, .namedPipe].contains(kind)
    self.init(
      .noInput, path, "is \(kind.rawValue), expected a file", hint: isPipe ? "write its content into a file first" : "")
  }
}
