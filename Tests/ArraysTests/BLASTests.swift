import Arrays
import Testing

@Suite struct BLASTests {
  @Test func preparedBuffersAlsoServeFewerThreads() throws {
    for threads in [2, 1, 2, 1 << 16] { try BLAS.prepare(threads: threads) }
    #expect(!BLAS.core.isEmpty)
  }

  @Test("OpenBLAS uses kernels for the processor's instructions, whatever the environment asks for")
  func suitableKernels() {
    #expect(BLAS.whySlow == nil, "\(BLAS.core)")
    #if arch(x86_64)
      #expect(["SkylakeX", "Haswell"].contains(BLAS.core))
    #endif
  }

  #if arch(x86_64)
    @Test("Kernels for old processors are named", arguments: ["Prescott", "Nehalem", "generic", "Sandybridge"])
    func oldKernels(core: String) {
      #expect(BLAS.whySlow(core: core)?.contains(core) == true)
    }
  #endif

  @Test("Kernels for processors with AVX2 are not", arguments: ["Haswell", "Zen", "SkylakeX", "Cooperlake"])
  func newKernels(core: String) {
    #expect(BLAS.whySlow(core: core) == nil)
  }
}
