// One identifier of the library, closed exactly once; and the library's error stack as one readable line.
import CHDF5
import Faults

/// An open file, dataset, type, ...: closed when it goes out of use, or by `close`, which tells whether that worked.
struct Handle: ~Copyable {
  typealias Closer = @convention(c) (hid_t) -> herr_t
  let id: hid_t
  private let closer: Closer

  /// Takes over `id`, an answer of the library: a negative one is thrown as a fault.
  init(_ id: hid_t, closedBy closer: @escaping Closer, _ context: Context) throws {
    self.id = try context.check(id)
    self.closer = closer
  }

  deinit { _ = closer(id) }

  /// Closes now. Data may reach the disk only here, so that a full disk shows here.
  consuming func close(_ context: Context) throws {
    let (id, closer) = (id, closer)
    discard self
    try context.check(closer(id))
  }
}

/// What is being done to which file, for the message if it fails.
struct Context {
  let code: Fault.Code
  let path: String
  let action: String

  /// Passes `answer` on unless it is negative, which is how the library says that it failed.
  @discardableResult
  func check<Answer: SignedInteger>(_ answer: Answer) throws -> Answer {
    guard answer < 0 else { return answer }
    let (reason, isShortOfMemory) = Self.libraryMessage()
    guard isShortOfMemory else { throw fault(reason) }
    throw Fault(.outOfMemory, path, "cannot \(action): \(reason)", hint: Memory.hint)
  }

  /// The fault of this action for `reason`.
  func fault(_ reason: String) -> Fault { Fault(code, path, "cannot \(action): \(reason)") }

  /// Before any other call: keeps the library from tidying up when the process ends, where it crashes if a file could
  /// not be closed because the disk was full (1.10.8). We close what we open.
  private static let withoutExitHandler: Void = { _ = H5dont_atexit() }()

  /// Every entry into the library begins here: it prints its error stack unless told not to, by each thread.
  static func prepareLibrary() {
    withoutExitHandler
    H5Eset_auto2(0, nil, nil)
  }

  /// The innermost entry of the error stack, of a failed system call only what the system said; and whether it tells of an
  /// allocation that failed.
  private static func libraryMessage() -> (reason: String, isShortOfMemory: Bool) {
    var descriptions: [(text: String, minor: hid_t)] = []
    withUnsafeMutablePointer(to: &descriptions) { list in
      _ = H5Ewalk2(
        0, H5E_WALK_UPWARD,
        { _, entry, list in
          if let entry = entry?.pointee, let text = entry.desc {
            list?.assumingMemoryBound(to: [(text: String, minor: hid_t)].self).pointee
              .append((String(cString: text), entry.min_num))
          }
          return 0
        }, list)
    }
    H5Eclear2(0)
    guard let (innermost, minor) = descriptions.first else { return ("the HDF5 library gives no reason", false) }
    // As in "file write failed: time = ..., errno = 28, error message = 'No space left on device', buf = ...".
    if let start = innermost.firstRange(of: "error message = '") {
      return (String(innermost[start.upperBound...].prefix { $0 != "'" }), false)
    }
    // Some of its allocations are told by their text alone.
    return (innermost, minor == h5_no_space() || innermost.contains("memory allocation failed"))
  }
}
