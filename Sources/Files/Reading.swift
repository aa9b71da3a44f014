// Reading whole files as bytes: into memory, decompressed if they are gzipped, or mapped read-only.
import Faults
import Foundation

/// The most bytes that are read into memory from one file, compressed or not. Parsed text takes several times its size,
/// so a file without an end must be noticed long before memory is full.
package let largestInput = 1 << 30

/// The hint for an input that is larger than that.
let splitHint = "split it into smaller files"

/// Reads a whole file as it is. Anonymous pipes, as from `<(zcat ...)` in a shell, are read to their end.
///
/// Throws `.noInput` if there is no file, no permission or something other than a file; `.data` for more than `limit`
/// bytes; `.inputOutput` if reading fails or the file's size changes meanwhile.
package func readBytes(_ path: String, limit: Int = largestInput) throws -> [UInt8] {
  let (descriptor, size) = try openForReading(path, takesPipes: true)
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  // One byte more than the file's size, so that the first read also sees the end. Pipes report size 0 and are read in
  // pieces.
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

/// Reads a whole file and decompresses it if it begins like gzip, whatever its name.
///
/// `limit` is the largest decompressed size in bytes, so that a small file cannot fill the memory.
package func readUnpacked(_ path: String, limit: Int = largestInput) throws -> [UInt8] {
  let bytes = try readBytes(path)
  return isGzipped(bytes) ? try gunzip(bytes, named: path, limit: limit) : bytes
}

/// A file in memory without a copy: its pages are read when touched and shared by all processes that map it.
///
/// Unchecked, because it holds a pointer; the pages are mapped read-only. A file that is cut short while it is mapped ends
/// the process (SIGBUS), so map only files that are replaced whole, as those of the pipeline are.
package final class MappedFile: @unchecked Sendable {
  /// The path that it was opened from.
  package let path: String
  /// All bytes of the file, valid as long as this object lives. Keep the object in a property beside the pointers into
  /// it, and use `withUnsafeBytes` if it is only a local: Swift may release a local before its scope ends.
  package let bytes: UnsafeRawBufferPointer

  /// Maps the file at `path`. Throws `.noInput` if there is none or it is not a file, `.inputOutput` if it cannot be
  /// mapped, `.outOfMemory` if no address space is left for it.
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
        .outOfMemory, path, "its \(Memory.mebibytes(size)) do not fit into the remaining address space",
        hint: Memory.hint)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Calls `body` with all bytes of the file.
  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) { try body(bytes) }
  }

  /// Takes the pages of `range` out of the process's resident memory. They are mapped again when they are touched.
  package func release(_ range: Range<Int>) {
    guard let start = bytes.baseAddress else { return }
    let first = range.lowerBound / Self.pageSize * Self.pageSize
    madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_DONTNEED)
  }

  private static let pageSize = sysconf(Int32(_SC_PAGESIZE))
  /// [byte] What `forEachPiece` reads at a time, a multiple of the page size.
  private static let pieceSize = 16 << 20

  /// Calls `body` with the bytes from `start` on, in pieces. Each is released before the next one is read, so that a file
  /// that is only read through takes no more memory than a piece.
  package func forEachPiece(from start: Int = 0, _ body: (UnsafeRawBufferPointer) -> Void) {
    for lower in stride(from: start, to: bytes.count, by: Self.pieceSize) {
      let piece = lower..<min(lower + Self.pieceSize, bytes.count)
      withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[piece])) }
      release(piece)
    }
  }

  deinit { if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) } }
}

/// Opens `path` for reading and returns its size in bytes; 0 for a pipe.
///
/// Throws `.noInput` for everything but a regular file; `takesPipes` allows anonymous pipes as well.
func openForReading(_ path: String, takesPipes: Bool = false) throws -> (descriptor: Int32, size: Int) {
  // Without O_NONBLOCK, open(2) on a named pipe waits for a writer forever.
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

/// Reads until `buffer` is full or the file ends; returns the number of bytes read.
func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, _ path: String) throws -> Int {
  var filled = 0
  while filled < buffer.count {
    // Linux reads at most 2 GiB in one call.
    let got = read(descriptor, buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
    if got < 0 && errno == EINTR { continue }
    guard got >= 0 else { throw Fault(.inputOutput, path, "cannot read: \(systemMessage())") }
    if got == 0 { break }
    filled += got
  }
  return filled
}

/// The system's description of the last failed call.
func systemMessage(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
