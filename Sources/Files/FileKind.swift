// What a path can lead to besides files: directories, devices, pipes. Some of them never end, others block the process
// that opens them, so each caller says which kinds it accepts.
import Faults
import Foundation

/// What an open descriptor leads to; the raw value is text for a message.
package enum FileKind: String {
  case regular = "a regular file"
  case directory = "a directory"
  /// An anonymous pipe, as a shell makes it for `|` and `<(...)`: it has had a writer, so it has an end.
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

  /// The kind and the size in bytes of what `descriptor`, opened from `path`, leads to. Throws `.inputOutput`.
  package static func behind(_ descriptor: Int32, _ path: String) throws -> (kind: FileKind, size: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw Fault(.inputOutput, path, "cannot read: \(systemMessage())")
    }
    let kind = FileKind(status)
    return (kind == .namedPipe && hasNoName(descriptor) ? .pipe : kind, Int(status.st_size))
  }
}

/// Whether a pipe is anonymous: Linux calls it `pipe:[number]`.
private func hasNoName(_ descriptor: Int32) -> Bool {
  let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
  return name?.hasPrefix("pipe:") ?? false
}

/// Makes reads and writes on a descriptor that was opened with `O_NONBLOCK` block again.
package func waitForData(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
}

extension Fault {
  /// `path` leads to something other than a file.
  init(notAFile path: String, _ kind: FileKind) {
    let isPipe = [.pipe, .namedPipe].contains(kind)
    self.init(
      .noInput, path, "is \(kind.rawValue), expected a file", hint: isPipe ? "write its content into a file first" : "")
  }
}
