// How much memory the process can still get, for work that asks before it allocates: an allocation that fails later
// ends the process, or makes a library retry forever.
import Foundation

/// The memory that is left for the process.
package enum Memory {
  /// [bytes] Memory that the process can still get: what the machine can give without swapping other processes out, or
  /// less if a limit of the process (`ulimit -v`, `ulimit -d`) is lower. `Int.max` if nothing is known.
  package static var available: Int {
    min(machine(), capacity)
  }

  /// [bytes] What the limits of the process leave of its address space and its data; `Int.max` without limits.
  static var leftOfLimits: Int {
    var least = Int.max
    let used = pages()
    for (limit, pages) in [(RLIMIT_AS, used.all), (RLIMIT_DATA, used.data)] {
      var value = rlimit()
      guard getrlimit(__rlimit_resource_t(limit.rawValue), &value) == 0, let bytes = Int(exactly: value.rlim_cur) else {
        continue
      }
      least = min(least, max(0, bytes - pages * pageSize))
    }
    return least
  }

  /// Rejects work that needs more memory than is available.
  ///
  /// - Parameters:
  ///   - bytes: the memory that it needs; a Double, so that no product of counts overflows.
  ///   - setting: the setting that asks for it.
  ///   - work: what needs the memory, such as `3 members`.
  /// - Throws: `Fault` of kind `.configuration`.
  package static func require(_ bytes: Double, for setting: String, _ work: String, hint: String) throws {
    let available = available
    guard bytes > Double(available) else { return }
    throw Fault(
      .configuration, setting: setting,
      "\(work) do not fit into memory: they need \(mebibytes(bytes)), \(mebibytes(available)) are free",
      hint: hint)
  }

  /// The hint for a failed allocation.
  package static let hint = "raise the memory limit (ulimit -v, h_vmem), or use fewer `threads`"

  /// As text, rounded up.
  package static func mebibytes(_ bytes: Double) -> String { String(format: "%.0f MiB", (bytes / 0x1p20).rounded(.up)) }
  /// As text, rounded up.
  package static func mebibytes(_ bytes: Int) -> String { mebibytes(Double(bytes)) }

  /// Whether the system would give `bytes` of contiguous address space now.
  package static func canMap(_ bytes: Int) -> Bool {
    guard let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { return false }
    munmap(start, bytes)
    return true
  }

  /// Ends the process after a failed allocation in work that cannot throw.
  package static func ranOut(_ reason: String) -> Never {
    // The crash handler reads ENOMEM as "out of memory"; any other value would be reported as a bug.
    errno = ENOMEM
    fatalError(reason)
  }

  private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

  private static func machine() -> Int {
    let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
    return text.flatMap { bytes(of: "MemAvailable", in: $0) } ?? .max
  }

  /// The value of a field in the text of `/proc/meminfo` or `/proc/.../status`, in bytes; nil without such a field.
  ///
  /// From ten million kibibytes on, only a tab stands between name and number.
  package static func bytes(of field: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix(field + ":") }
    let words = line?.dropFirst(field.count + 1).split(whereSeparator: \.isWhitespace)
    return words?.first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// The pages that count towards the limits on address space and on data.
  private static func pages() -> (all: Int, data: Int) {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    return numbers.count > 5 ? (numbers[0], numbers[5]) : (0, 0)
  }
}
