// Some environment variables make a library use the kernels of another processor, a lower precision, or another file
// layout. Some systems set them in every shell. They change the bytes of results and often halve the speed, so a stage that
// is run by hand would give other bytes than under make. Libraries read them while they are loaded, before our code runs,
// so unsetting them is not enough: the program restarts itself without them.
import Faults
import Foundation

/// The environment variables that must not influence results.
package enum Environment {
  /// The prefixes of their names. The Makefile has the same list, NUMERIC_VARIABLES.
  ///
  /// They select kernels and precision in OpenBLAS (`OPENBLAS_CORETYPE`) and oneDNN (`ONEDNN_MAX_CPU_ISA`,
  /// `DNNL_DEFAULT_FPMATH_MODE`), `exp` and `log` in the C library (`GLIBC_TUNABLES`), and the file driver in HDF5.
  /// `OMP_*` is not among them, since the number of threads does not change results.
  package static let numericPrefixes = [
    "OPENBLAS_", "ONEDNN_", "DNNL_", "GLIBC_TUNABLES", "HDF5_DRIVER", "HDF5_VOL_CONNECTOR",
  ]
  /// Set while the program restarts, so that it restarts only once.
  private static let mark = "CREDENCE_RESTARTED"

  /// Restarts the program without these variables, if any is set.
  ///
  /// - Throws: `Fault` of kind `.configuration` if they are set again after the restart.
  static func restartWithoutNumericVariables() throws {
    let found = ProcessInfo.processInfo.environment.keys
      .filter { name in numericPrefixes.contains { name.hasPrefix($0) } }.sorted()
    let hasRestarted = getenv(mark) != nil
    unsetenv(mark)
    guard !found.isEmpty else { return }
    found.forEach { unsetenv($0) }
    if !hasRestarted {
      setenv(mark, "1", 1)
      // By its path, since a process executed as /proc/self/exe is called `exe` in ps and top.
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      execv(path ?? "/proc/self/exe", CommandLine.unsafeArgv)
    }
    throw Fault(
      .configuration, found.joined(separator: ", "), "changes the results of a library",
      hint: "unset \(found.joined(separator: " "))")
  }
}
