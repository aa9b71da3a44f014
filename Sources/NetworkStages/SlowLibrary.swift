// What is said about a library that is slower than this processor.
import Arrays
import StageKit

extension StageContext {
  /// Warns if OpenBLAS uses the kernels of an old processor. For stages that need it for long.
  ///
  /// - Precondition: the library has been opened, by `BLAS.prepare`.
  package func warnOfSlowLibrary() {
    if let reason = BLAS.whySlow { warn(reason) }
  }
}
