// The regular expressions of pre-tokenizers, compiled to a few instructions over scalars. Only the syntax that
// published tokenizers use is supported; everything else is an error, since a partly supported pattern gives wrong
// tokens.
import Faults

/// A regular expression: leftmost match, alternatives tried in order, quantifiers greedy, as in Oniguruma.
struct Pattern: Sendable, Equatable {
  enum Instruction: Sendable {
    /// Between `least` and `most` scalars of `sets[set]`: as many as possible, and fewer only if the rest does not
    /// match otherwise. A possessive run never gives any back.
    case run(set: Int, least: Int, most: Int, isPossessive: Bool)
    /// Continue here, or else at `other`.
    case fork(other: Int)
    /// Continue at `target`.
    case jump(target: Int)
    /// The instructions up to the matching `accept` must match here, or must not; then continue at `next` in place.
    case look(isNegated: Bool, next: Int)
    /// The text must begin here.
    case begin
    /// Matched.
    case accept
  }

  /// The expression as written.
  let source: String
  let instructions: [Instruction]
  /// The sets that the instructions refer to. They are separate so that copying an instruction counts no references.
  let sets: [ScalarSet]

  /// Compiles `source`.
  /// - Parameter fault: Makes the fault from a message, with the pattern's location.
  init(_ source: String, fault: (String) -> Fault) throws(Fault) {
    var compiler = PatternCompiler(source)
    do throws(PatternCompiler.Problem) {
      (instructions, sets) = try compiler.compile()
    } catch {
      throw fault("\(error.message) at character \(error.position + 1) of the pattern \(source)")
    }
    self.source = source
  }

  /// The expression with which GPT-2 splits text, and ByteLevel with `use_regex`.
  static let gpt2 = builtIn(#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#)

  private static func builtIn(_ source: String) -> Pattern {
    do throws(Fault) {
      return try Pattern(source) { Fault(.internalError, source, $0) }
    } catch { preconditionFailure("\(error)") }
  }

  static func == (left: Pattern, right: Pattern) -> Bool { left.source.utf8.elementsEqual(right.source.utf8) }
}
