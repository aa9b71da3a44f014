// The cost of a run: wall and processor seconds, and the largest resident memory.
import Faults
import Foundation

/// The cost of a run, as its last line shows it.
package struct ResourceUsage: CustomStringConvertible {
  /// Wall seconds.
  var wall: Double
  /// Processor seconds of all threads, including those in the kernel.
  var processor: Double
  /// The largest resident memory, in bytes.
  var peakMemory = Self.peakMemory

  /// The cost so far of this process, which started `wall` seconds ago.
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
  /// This is the kernel's high-water mark of the address space. `ru_maxrss` would include the program before exec.
  static var peakMemory: Int {
    peakMemory(in: (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? "")
  }

  /// The high-water mark in the text of a `/proc/.../status`, in bytes; 0 without one.
  package static func peakMemory(in status: String) -> Int { Memory.bytes(of: "VmHWM", in: status) ?? 0 }
}
