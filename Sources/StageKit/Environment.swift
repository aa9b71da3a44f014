// Some environment variables make a library use the kernels of another processor, numbers of less precision, or another
// file layout. Some systems set them for every shell. They change the bytes of every result, and often halve the speed:
// a stage run by hand would not give the bytes that make gave. Libraries read them while they are loaded, before any
// line of ours, so unsetting them is not enough: the program starts itself again without them.
import Faults
import Foundation

/// The environment variables that must not reach the numbers.
package enum Environment {
  /// What the names of those variables begin with. The Makefile has the same list, NUMERIC_VARIABLES.
  ///
  /// OpenBLAS (`OPENBLAS_CORETYPE`) and oneDNN (`ONEDNN_MAX_CPU_ISA`, `DNNL_DEFAULT_FPMATH_MODE`) choose kernels and
  /// precision by them, the C library its `exp` and `log` (`GLIBC_TUNABLES`), HDF5 how a file is written. `OMP_*` is not
  /// here: no number of threads changes a byte.
  package static let numericPrefixes = [
    "OPENBLAS_", "ONEDNN_", "DNNL_", "GLIBC_TUNABLES", "HDF5_DRIVER", "HDF5_VOL_CONNECTOR",
  ]
  /// Set across the one restart, so that it stays one.
  private static let mark = "CREDENCE_RESTARTED"

  /// Replaces the process by itself without the variables that change numbers, if any is set.
  ///
  /// - Throws: `Fault` (configuration) where they are back after the restart.
  static func restartWithoutNumericVariables() throws {
    let found = ProcessInfo.processInfo.environment.keys
      .filter { name in numericPrefixes.contains { name.hasPrefix($0) } }.sorted()
    let hasRestarted = getenv(mark) != nil
    unsetenv(mark)
    guard !found.isEmpty else { return }
    found.forEach { unsetenv($0) }
    if !hasRestarted {
      setenv(mark, "1", 1)
      // By its path: executed as /proc/self/exe, the process would be called `exe` in ps and top.
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      execv(path ?? "/proc/self/exe", CommandLine.unsafeArgv)
    }
    throw Fault(
      .configuration, found.joined(separator: ", "), "changes the numbers that a library computes",
      hint: "unset \(found.joined(separator: " "))")
  }
}
