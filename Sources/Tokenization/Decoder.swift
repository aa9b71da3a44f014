// Decoding: tokens become text.
import Faults
import Foundation
import JSON

/// A decoder of `tokenizer.json`.
indirect enum Decoder: Sendable {
  /// Replaces scalars by the bytes that they represent.
  case byteLevel
  /// Puts a space before every token that does not continue a word; `cleansUp` removes it before punctuation.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// Replaces `<0x0A>` by the byte that it names.
  case byteFallback
  /// Makes spaces of their visible spelling.
  case metaspace(Metaspace)
  /// Puts a space behind every token with this suffix, which is removed.
  case bytePair(suffix: String)
  /// Joins all tokens into one.
  case fuse
  /// Removes a scalar from each token's ends, up to `start` and `stop` times.
  case strip(Unicode.Scalar, start: Int, stop: Int)
  /// Replaces a pattern in each token.
  case replace(SplitPattern, with: String)
  /// Applies decoders one after the other.
  case sequence([Decoder])

  /// A token's text. Added tokens are decoded as they are written.
  typealias Token = (text: String, isAdded: Bool)

  /// The decoder in `tokenizer.json`.
  init(_ node: JSON.Node) throws(Fault) {
    switch try node.string("type") {
    case "ByteLevel": self = .byteLevel
    case "WordPiece":
      try node.allow("prefix", "cleanup")
      self = .wordPiece(
        prefix: try node.optional("prefix")?.string() ?? "##", cleansUp: try node.optional("cleanup")?.bool() ?? true)
    case "ByteFallback": self = .byteFallback
    case "Metaspace": self = .metaspace(try Metaspace(node))
    case "BPEDecoder":
      try node.allow("suffix")
      self = .bytePair(suffix: try node.optional("suffix")?.string() ?? "</w>")
    case "Fuse": self = .fuse
    case "Strip":
      try node.allow("content", "start", "stop")
      self = .strip(try node.scalar("content"), start: try node.int("start"), stop: try node.int("stop"))
    case "Replace":
      try node.allow("pattern", "content")
      self = .replace(try node.splitPattern("pattern"), with: try node.string("content"))
    case "Sequence":
      try node.allow("decoders")
      self = .sequence(try node.array("decoders").map { (node) throws(Fault) in try Decoder(node) })
    case let type:
      throw node.notImplemented(
        type, instead: "ByteLevel, WordPiece, Metaspace, BPEDecoder, ByteFallback, Fuse, Strip, Replace are")
    }
  }

  /// The decoded tokens; joined they are the text.
  func apply(_ tokens: [Token]) -> [Token] {
    switch self {
    case .byteLevel: [(String(decoding: tokens.flatMap(Self.bytes), as: UTF8.self), false)]
    case .byteFallback: Self.joinBytes(tokens)
    case .fuse: [(tokens.map(\.text).joined(), false)]
    case .sequence(let decoders): decoders.reduce(tokens) { $1.apply($0) }
    default:
      tokens.enumerated().map { index, token in
        (decode(token, isFirst: index == 0, isLast: index == tokens.count - 1), token.isAdded)
      }
    }
  }

  /// The text of one token, for decoders that do not look at its neighbours.
  private func decode(_ token: Token, isFirst: Bool, isLast: Bool) -> String {
    let text = token.text
    switch self {
    case .wordPiece(let prefix, let cleansUp):
      let words = isFirst ? text : Self.joined(text, prefix)
      return cleansUp ? Self.cleanedUp(words) : words
    case .metaspace(let metaspace): return token.isAdded ? text : metaspace.decode(text, isFirst: isFirst)
    case .bytePair(let suffix):
      return text.replacingOccurrences(of: suffix, with: isLast ? "" : " ", options: .literal)
    case .strip(let scalar, let start, let stop):
      var scalars = Substring(text).unicodeScalars
      for _ in 0..<max(start, 0) where scalars.first == scalar { scalars.removeFirst() }
      for _ in 0..<max(stop, 0) where scalars.last == scalar { scalars.removeLast() }
      return String(scalars)
    case .replace(let pattern, let replacement):
      let scalars = Array(text.unicodeScalars)
      let parts = pattern.sections(of: scalars, in: 0..<scalars.count).map { range, isMatch in
        isMatch ? replacement : String(String.UnicodeScalarView(scalars[range]))
      }
      return parts.joined()
    case .byteLevel, .byteFallback, .fuse, .sequence: return text
    }
  }

  /// A token after others: behind a space, unless it continues a word.
  private static func joined(_ text: String, _ prefix: String) -> String {
    // By bytes: if a combining mark follows, Swift would not see the prefix.
    let isContinuation = text.utf8.starts(with: prefix.utf8)
    return isContinuation ? String(Substring(text.utf8.dropFirst(prefix.utf8.count))) : " " + text
  }

  private static func bytes(of token: Token) -> [UInt8] {
    if token.isAdded { return Array(token.text.utf8) }
    var bytes: [UInt8] = []
    for scalar in token.text.unicodeScalars {
      guard let byte = ByteLevel.bytes[scalar] else { return Array(token.text.utf8) }
      bytes.append(byte)
    }
    return bytes
  }

  /// The replacements of the reference, in its order.
  private static let cleanups = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (SplitPattern.literal(Array($0.unicodeScalars)), $1) }

  private static func cleanedUp(_ text: String) -> String {
    guard text.utf8.contains(0x20) else { return text }
    return cleanups.reduce(text) { text, cleanup in
      Decoder.replace(cleanup.0, with: cleanup.1).apply([(text, false)]).map(\.text).joined()
    }
  }

  /// Joins neighbouring byte tokens into text; if they are not UTF-8, each byte becomes U+FFFD.
  private static func joinBytes(_ tokens: [Token]) -> [Token] {
    var result: [Token] = []
    var bytes: [UInt8] = []
    func flush() {
      guard !bytes.isEmpty else { return }
      let text = String(validating: bytes, as: UTF8.self)
      result.append((text ?? String(repeating: "\u{FFFD}", count: bytes.count), false))
      bytes = []
    }
    for token in tokens {
      if !token.isAdded, let byte = byte(named: token.text) {
        bytes.append(byte)
      } else {
        flush()
        result.append(token)
      }
    }
    flush()
    return result
  }

  /// The byte that `<0x0A>` names.
  private static func byte(named token: String) -> UInt8? {
    let letters = Array(token.utf8)
    guard letters.count == 6, letters.starts(with: "<0x".utf8), letters[5] == UInt8(ascii: ">") else { return nil }
    // A sign is not a digit here, although UInt8 would accept "+A".
    guard letters[3] != UInt8(ascii: "+"), letters[3] != UInt8(ascii: "-") else { return nil }
    return UInt8(String(decoding: letters[3...4], as: UTF8.self), radix: 16)
  }
}
