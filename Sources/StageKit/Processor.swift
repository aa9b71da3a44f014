// A program that was built for a newer processor would crash with `Illegal instruction` at some point. This check runs
// first and gives a clear error.
import CProcessor
import Faults

/// Compares the processor that the program runs on with the one that it was built for.
package enum Processor {
  /// The instruction sets that are compared, in the order of the bits in `CProcessor`.
  package static let instructionSets = ["AVX2", "FMA", "AVX-512F", "AVX-512BW", "AVX-512VL", "AVX-512-BF16"]

  /// Rejects a processor that lacks instructions which the program was built with.
  static func check() throws { try check(compiledFor: processor_compiled_for(), has: processor_has()) }

  /// Rejects a processor if `compiledFor` has a bit that `has` lacks.
  ///
  /// - Throws: `Fault` of kind `.configuration` that names the missing instruction sets.
  package static func check(compiledFor: UInt32, has: UInt32) throws {
    let missing = instructionSets.enumerated().filter { (compiledFor & ~has) >> $0.offset & 1 == 1 }.map(\.element)
    guard !missing.isEmpty else { return }
    throw Fault(
      .configuration, "this processor", "lacks \(missing.joined(separator: ", ")), which the program was built for",
      hint: "make build, on this machine; or, for any x86 server of the last ten years, make build MARCH=x86-64-v3")
  }
}
