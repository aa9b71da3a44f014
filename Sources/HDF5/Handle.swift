// One identifier of the library, closed exactly once; and the library's error stack as one readable line.
import CHDF5
import Faults

/// An open file, dataset, type, ...: closed when it goes out of scope, or by `close`, which reports whether that
/// worked.
struct Handle: ~Copyable {
  typealias Closer = @convention(c) (hid_t) -> herr_t
  let id: hid_t
  private let closer: Closer

  /// Takes ownership of `id`, as the library returned it; a negative one is thrown as a fault.
  init(_ id: hid_t, closedBy closer: @escaping Closer, _ context: Context) throws {
    self.id = try context.check(id)
    self.closer = closer
  }

  deinit { _ = closer(id) }

  /// Closes now. Data may reach the disk only here, so a full disk may only show here.
  consuming func close(_ context: Context) throws {
    let (id, closer) = (id, closer)
    discard self
    try context.check(closer(id))
  }
}

/// The current action and its file, for the message if it fails.
struct Context {
  let code: Fault.Code
  let path: String
  let action: String

  /// Returns `answer` unless it is negative, which is the library's sign of failure.
  @discardableResult
  func check<Answer: SignedInteger>(_ answer: Answer) throws -> Answer {
    guard answer < 0 else { return answer }
    let (reason, isShortOfMemory) = Self.libraryMessage()
    guard isShortOfMemory else { throw fault(reason) }
    throw Fault(.outOfMemory, path, "cannot \(action): \(reason)", hint: Memory.hint)
  }

  /// The fault if this action fails for `reason`.
  func fault(_ reason: String) -> Fault { Fault(code, path, "cannot \(action): \(reason)") }

  /// Must run before any other call. Turns off the library's cleanup at exit, which crashes if a file could not be
  /// closed because the disk was full (1.10.8). We close what we open.
  private static let withoutExitHandler: Void = { _ = H5dont_atexit() }()

  /// Called at each entry into the library, which otherwise prints its error stack; the setting is per thread.
  static func prepareLibrary() {
    withoutExitHandler
    H5Eset_auto2(0, nil, nil)
  }

  /// The innermost entry of the error stack; for a failed system call only the system's message. And whether it reports
  /// a failed allocation.
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
    // Some failed allocations are recognisable only by their text.
    return (innermost, minor == h5_no_space() || innermost.contains("memory allocation failed"))
  }
}
