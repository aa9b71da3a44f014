// SentencePiece's spelling of spaces: a visible scalar, usually "▁", stands for each space, so that tokens can contain
// it. Most texts also get one in front, so that their first word is spelled like any other.
import Faults
import JSON

/// The pre-tokenizer and decoder `Metaspace`.
struct Metaspace: Sendable {
  /// Which pieces get the replacement in front, unless they begin with it.
  enum PrependScheme: String, Sendable {
    /// Every piece, such as the one after an added token.
    case always
    /// The piece at the beginning of the text.
    case first
    case never
  }

  let replacement: Unicode.Scalar
  let scheme: PrependScheme
  /// Whether the text is split before every replacement.
  let splits: Bool

  init(_ node: JSON.Node) throws(Fault) {
    try node.allow("replacement", "str_rep", "prepend_scheme", "add_prefix_space", "split")
    replacement = try node.scalar("replacement")
    splits = try node.flag("split", default: true)
    // Files before 2024 have `add_prefix_space` alone.
    let addsSpace = try node.flag("add_prefix_space", default: true)
    guard let named = try node.optional("prepend_scheme") else {
      scheme = addsSpace ? .always : .never
      return
    }
    guard let scheme = PrependScheme(rawValue: try named.string()) else {
      throw named.fault("\"\(try named.string())\" is not known, expected always, first or never")
    }
    if !addsSpace, scheme != .never { throw named.fault("\(scheme) contradicts add_prefix_space, which is false") }
    self.scheme = scheme
  }

  /// Replaces the spaces of all pieces, and splits them if `splits`.
  func apply(_ pieces: inout Pieces) {
    let beginsText = pieces.beginsText
    pieces.rewrite { range, scalars, result in
      let first = scalars[range.lowerBound]
      let prepends =
        switch scheme {
        case .always: true
        case .first: beginsText && range.lowerBound == 0
        case .never: false
        }
      if prepends, first != " ", first != replacement { result.append(replacement) }
      for scalar in scalars[range] { result.append(scalar == " " ? replacement : scalar) }
    }
    if splits { pieces.split(at: { $0 == replacement }, .mergedWithNext) }
  }

  /// The text of a token: replacements become spaces, except in front of the first token.
  func decode(_ token: String, isFirst: Bool) -> String {
    let drops = isFirst && scheme != .never
    let scalars = token.unicodeScalars.compactMap { $0 == replacement ? (drops ? nil : " ") : $0 }
    return String(String.UnicodeScalarView(scalars))
  }
}

extension PreTokenizer {
  /// Whether Metaspace must know which piece begins the text after other steps have split it.
  var looksForBeginning: Bool {
    guard case .sequence(let steps) = self else { return false }
    return steps.dropFirst().contains {
      if case .metaspace(let metaspace) = $0 { metaspace.scheme == .first } else { $0.looksForBeginning }
    }
  }
}

extension Normalizer {
  /// Whether the first scalar of a normalized text comes from the first one of the text.
  var keepsBeginning: Bool {
    switch self {
    case .form, .lowercase, .byteLevel: true
    case .replace(_, let inserted): !inserted.isEmpty
    case .sequence(let steps): steps.allSatisfy(\.keepsBeginning)
    default: false
    }
  }
}
