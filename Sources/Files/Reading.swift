// Whole files as bytes: read into memory, unpacked where they are gzipped, or mapped read-only.
import Faults
import Foundation

/// The most bytes that are read into memory from one file, packed or unpacked. What is made of a text takes several times
/// its size, so that a file without an end must be noticed long before memory is full.
package let largestInput = 1 << 30

/// What helps where an input is larger than that.
let splitHint = "split it into smaller files"

/// Reads a whole file, as it is. Pipes without a name, as from `<(zcat ...)` in a shell, are read to their end.
///
/// Throws `.noInput` where there is no file or no permission, and for what is not a file; `.data` for more than `limit`
/// bytes; `.inputOutput` where reading fails or the file changes its size.
package func readBytes(_ path: String, limit: Int = largestInput) throws -> [UInt8] {
  let (descriptor, size) = try openForReading(path, takesPipes: true)
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  // One byte more than the file has, so that the first read also meets its end. Pipes say 0 and are read in pieces.
  let piece = max(min(size, limit) + 1, 1 << 16)
  while true {
    let got = try [UInt8](unsafeUninitializedCapacity: piece) { buffer, count in
      count = try readOnce(descriptor, buffer, path)
    }
    guard bytes.count + got.count <= limit else {
      throw Fault(.data, path, "has more than \(limit) bytes, the limit", hint: splitHint)
    }
    if bytes.isEmpty { bytes = got } else { bytes += got }
    if got.count < piece { break }
  }
  guard size == 0 || bytes.count == size else {
    throw Fault(
      .inputOutput, path, "changed its size while it was read, from \(size) bytes", hint: "wait until it is complete")
  }
  return bytes
}

/// Reads a whole file; one that begins like gzip, whatever its name, is unpacked.
///
/// `limit` is how many unpacked bytes are taken at most, so that a small file cannot fill the memory.
package func readUnpacked(_ path: String, limit: Int = largestInput) throws -> [UInt8] {
  let bytes = try readBytes(path)
  return isGzipped(bytes) ? try gunzip(bytes, named: path, limit: limit) : bytes
}

/// A file in memory without a copy: its pages are read when touched and shared by all processes that map it.
///
/// Unchecked, because it holds a pointer; the pages are mapped read-only. A file that is cut short while it is mapped ends the process (SIGBUS), so map only files that are replaced whole, as
/// those of the pipeline are.
package final class MappedFile: @unchecked Sendable {
  /// Where it lies.
  package let path: String
  /// All bytes of the file, valid as long as this object lives: keep it in a property beside what points into it, and
  /// use `withUnsafeBytes` where it is only a local (Swift may end a local's life before the scope does).
  package let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`. Throws `.noInput` where there is none or what is there is not a file, `.inputOutput` where it
  /// cannot be mapped, `.outOfMemory` where there is no address space for it.
  package init(_ path: String) throws {
    let (descriptor, size) = try openForReading(path)
    defer { close(descriptor) }
    self.path = path
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
      guard errno == ENOMEM else { throw Fault(.inputOutput, path, "cannot map: \(systemMessage())") }
      throw Fault(
        .outOfMemory, path, "its \(Memory.mebibytes(size)) do not fit into the address space that is left",
        hint: Memory.hint)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Calls `body` with all bytes of the file.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  deinit { if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) } }
}

/// Opens `path` for reading and tells how large it is; 0 for what has no size, such as a pipe.
///
/// Throws `.noInput` for everything but a regular file; `takesPipes` allows pipes without a name as well.
func openForReading(_ path: String, takesPipes: Bool = false) throws -> (descriptor: Int32, size: Int) {
  // Otherwise a named pipe keeps open(2) waiting for a writer, for ever.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    let number = errno
    var status = stat()
    if number == ENXIO, stat(path, &status) == 0 { throw Fault(notAFile: path, FileKind(status)) }
    throw Fault(.noInput, path, number == ENOENT ? "there is no such file" : "cannot open: \(systemMessage(number))")
  }
  do {
    let (kind, size) = try FileKind.behind(descriptor, path)
    guard kind == .regular || kind == .pipe && takesPipes else { throw Fault(notAFile: path, kind) }
    if kind == .pipe { waitForData(descriptor) }
    return (descriptor, size)
  } catch {
    close(descriptor)
    throw error
  }
}

/// Reads until `buffer` is full or the file ends; returns how many bytes came.
func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, _ path: String) throws -> Int {
  var filled = 0
  while filled < buffer.count {
    // Linux moves at most 2 GiB in one call.
    let got = read(descriptor, buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
    if got < 0 && errno == EINTR { continue }
    guard got >= 0 else { throw Fault(.inputOutput, path, "cannot read: \(systemMessage())") }
    if got == 0 { break }
    filled += got
  }
  return filled
}

/// What the system says of the last failed call.
func systemMessage(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
