// A program built for one processor and run on an older one would die with `Illegal instruction` somewhere in the
// middle. This check comes first and says it in words.
import CProcessor
import Faults

/// The processor that the program runs on, against the one that it was built for.
package enum Processor {
  /// The instruction sets that are compared, in the order of the bits of `CProcessor`.
  package static let instructionSets = ["AVX2", "FMA", "AVX-512F", "AVX-512BW", "AVX-512VL", "AVX-512-BF16"]

  /// Refuses to run without the instructions that the program contains.
  static func check() throws { try check(compiledFor: processor_compiled_for(), has: processor_has()) }

  /// Refuses if `compiledFor` has a bit that `has` lacks.
  package static func check(compiledFor: UInt32, has: UInt32) throws {
    let missing = instructionSets.enumerated().filter { (compiledFor & ~has) >> $0.offset & 1 == 1 }.map(\.element)
    guard !missing.isEmpty else { return }
    throw Fault(
      .configuration, "this processor", "lacks \(missing.joined(separator: ", ")), which the program was built for",
      hint: "make build, on this machine; or, for any x86 server of the last ten years, make build MARCH=x86-64-v3")
  }
}
