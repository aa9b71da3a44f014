// OpenBLAS, for eigenvectors and for the products in double precision that go with them: the curvature, and the Gaussian
// logits of a linearised network. All other stages run without the library. All calls run on the calling thread only.
import COpenBLAS
import Faults
import Glibc
import Synchronization

/// The library.
package enum BLAS {
  /// OpenBLAS, opened on first use; or why it cannot be used.
  private static let opened: Result<openblas, Fault> = {
    var library = openblas()
    guard let reason = openblas_open(&library) else { return .success(library) }
    // The loader has no error code for a limited address space.
    let isShort = String(cString: reason).contains("failed to map") || errno == ENOMEM
    return .failure(
      Fault(
        isShort ? .outOfMemory : .configuration, "OpenBLAS", "the library cannot be loaded: \(String(cString: reason))",
        hint: isShort ? Memory.hint : "install libopenblas0, or run make build, which installs it"))
  }()

  /// The library, for products.
  static let library: openblas = {
    switch opened {
    case .success(let library): return library
    case .failure(let fault) where fault.code == .outOfMemory: Memory.ranOut(fault.description)
    case .failure(let fault): fatalError(fault.description)
    }
  }()

  /// [bytes] Address space of the library for each concurrent product.
  private static let bufferBytes = 128 << 20
  /// The number of buffers that the library has.
  private static let buffers = Mutex(0)

  /// Opens the library and lets it allocate the buffers for products on `threads` threads at once, which it keeps.
  ///
  /// Call it before the first product. Without a free buffer, a product would retry forever.
  ///
  /// - Throws: `Fault` of kind `.outOfMemory` if there is no room for them; of kind `.configuration` if the library
  ///   cannot be used.
  package static func prepare(threads: Int) throws {
    let library = try opened.get()
    // No more threads run at once than there are cores.
    let wanted = min(threads, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    try buffers.withLock { present in
      var taken: [UnsafeMutableRawPointer?] = []
      defer { for buffer in taken { library.give_back_buffer?(buffer) } }
      guard wanted > present else { return }
      for number in 0..<wanted {
        guard number < present || Memory.canMap(bufferBytes) else {
          throw Fault(
            .outOfMemory, "OpenBLAS",
            "its matrix products need \(Memory.mebibytes(bufferBytes)) of address space for each of \(wanted) threads, "
              + "and \(Memory.mebibytes(Memory.available)) are free",
            hint: Memory.hint)
        }
        if let take = library.take_buffer, library.give_back_buffer != nil { taken.append(take(0)) }
        present = max(present, number + 1)
      }
    }
  }

  /// The processor type whose kernels OpenBLAS uses, such as `SkylakeX`. The last digits of its results depend on it.
  package static let core = String(cString: library.core()!)

  /// Why OpenBLAS is slow here, and what helps; nil if it is not.
  package static var whySlow: String? { whySlow(core: core) }

  /// The same for kernels of the processor type `core`, on a processor with AVX2.
  package static func whySlow(core: String) -> String? {
    #if arch(x86_64)
      guard coresWithoutAVX2.contains(core.lowercased()) else { return nil }
      return "OpenBLAS uses kernels for a processor without AVX2 (\(core)), so products and eigenvectors in double "
        + "precision take several times as long; install libopenblas0-pthread, which has kernels for many processors"
    #else
      return nil
    #endif
  }

  /// OpenBLAS's names of x86 processors without AVX2.
  private static let coresWithoutAVX2: Set = [
    "generic", "unknown", "katmai", "coppermine", "northwood", "banias", "prescott", "core2", "penryn", "dunnington",
    "nehalem", "atom", "athlon", "opteron", "opteron(sse3)", "barcelona", "bobcat", "nano", "sandybridge", "bulldozer",
    "piledriver", "steamroller",
  ]
}
