// OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE pin OpenBLAS to the kernels of another processor. Some systems preset them for
// every shell. They halve the speed and, other kernels summing in another order, change the last bits of every result:
// a stage run by hand would not give the bytes that make gave. The library reads them when it is loaded, before any
// line of ours, so that unsetting is not enough: the program begins again without them.
import Faults
import Foundation

/// The variables of the environment that must not reach the numbers.
package enum Environment {
  /// The variables that pin OpenBLAS's kernels.
  package static let pinningVariables = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]
  /// Set across the one restart, so that it stays one.
  private static let mark = "CREDENCE_RESTARTED"

  /// Replaces the process by itself without the pinning variables, if any is set.
  static func restartWithoutPinnedKernels() throws {
    let pinned = pinningVariables.filter { getenv($0) != nil }
    let hasRestarted = getenv(mark) != nil
    unsetenv(mark)
    guard !pinned.isEmpty else { return }
    pinned.forEach { unsetenv($0) }
    if !hasRestarted {
      setenv(mark, "1", 1)
      // By its path: executed as /proc/self/exe, the process would be called `exe` in ps and top.
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      execv(path ?? "/proc/self/exe", CommandLine.unsafeArgv)
    }
    throw Fault(
      .configuration, pinned.joined(separator: ", "), "pins OpenBLAS to the kernels of another processor",
      hint: "unset \(pinned.joined(separator: " "))")
  }
}
