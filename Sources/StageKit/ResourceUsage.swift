// What a run cost: wall and processor seconds, and the largest resident memory.
import Faults
import Foundation

/// The cost of a run, as its last line says it.
package struct ResourceUsage: CustomStringConvertible {
  /// Wall seconds.
  var wall: Double
  /// Seconds of all threads, in the program and in the kernel for it.
  var processor: Double
  /// Bytes.
  var peakMemory = Self.peakMemory

  /// The cost up to now of the process, which began `wall` seconds ago.
  init(wall: Double) {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    (self.wall, processor) = (wall, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }

  package var description: String {
    String(format: "%.1f s wall, %.1f s CPU, %.0f MB at most", wall, processor, Double(peakMemory) / 1e6)
  }

  /// The largest resident memory of the process so far, in bytes.
  ///
  /// The kernel's high-water mark of this address space; `ru_maxrss` would count what the process was before exec too.
  static var peakMemory: Int {
    peakMemory(in: (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? "")
  }

  /// The high-water mark in the text of a `/proc/.../status`, in bytes; 0 without one.
  package static func peakMemory(in status: String) -> Int { Memory.bytes(of: "VmHWM", in: status) ?? 0 }
}
