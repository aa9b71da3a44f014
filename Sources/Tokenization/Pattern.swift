// The regular expressions of pre-tokenizers, compiled to a few instructions over scalars. The part of the syntax that
// published tokenizers use is understood; all else is refused, since a pattern half understood gives wrong tokens.
import Faults

/// A regular expression: leftmost match, alternatives tried in order, quantifiers greedy, as in Oniguruma.
struct Pattern: Sendable, Equatable {
  enum Instruction: Sendable {
    /// Between `least` and `most` scalars of `sets[set]`, as many as there are and fewer only where the rest asks for it;
    /// a possessive run never gives any back.
    case run(set: Int, least: Int, most: Int, isPossessive: Bool)
    /// Go on here, or else at `other`.
    case fork(other: Int)
    /// Go on at `target`.
    case jump(target: Int)
    /// What follows until the matching `accept` must match here, or must not; then go on at `next` without moving.
    case look(isNegated: Bool, next: Int)
    /// Matched.
    case accept
  }

  /// The expression as written.
  let source: String
  let instructions: [Instruction]
  /// The sets that the instructions name. Apart from them, since copying an instruction must not count references.
  let sets: [ScalarSet]

  /// Compiles `source`.
  /// - Parameter fault: Makes the fault for what is not understood, with the place of the pattern.
  init(_ source: String, fault: (String) -> Fault) throws(Fault) {
    var compiler = PatternCompiler(source)
    do throws(PatternCompiler.Problem) {
      (instructions, sets) = try compiler.compile()
    } catch {
      throw fault("\(error.message) at character \(error.position + 1) of the pattern \(source)")
    }
    self.source = source
  }

  /// The expression that GPT-2 splits text with, and ByteLevel's `use_regex` after it.
  static let gpt2 = builtIn(#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#)

  private static func builtIn(_ source: String) -> Pattern {
    do throws(Fault) {
      return try Pattern(source) { Fault(.internalError, source, $0) }
    } catch { preconditionFailure("\(error)") }
  }

  static func == (left: Pattern, right: Pattern) -> Bool { left.source.utf8.elementsEqual(right.source.utf8) }
}
