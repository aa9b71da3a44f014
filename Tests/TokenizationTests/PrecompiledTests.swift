// SentencePiece's table of replacements: small tables by hand, and forged ones.
import Foundation
import JSON
import TestSupport
import Testing
import Tokenization

/// A table with one-byte keys and their replacements, in base64. The root's children are the cells of their bytes; the
/// cell of `byte` leads to the cell 256 + `byte`, which holds where its replacement begins.
private func table(_ rules: [(key: UInt8, replacement: String)], changing: (inout [UInt32]) -> Void = { _ in })
  -> String
{
  var units = [UInt32](repeating: 0, count: 512)
  var pool: [UInt8] = []
  for (key, replacement) in rules {
    units[Int(key)] = 256 << 10 | 1 << 8 | UInt32(key)
    units[256 + Int(key)] = 1 << 31 | UInt32(pool.count)
    pool += Array(replacement.utf8) + [0]
  }
  changing(&units)
  let bytes = ([UInt32(units.count * 4)] + units).flatMap { unit in (0..<4).map { UInt8(unit >> (8 * $0) & 0xFF) } }
  return Data(bytes + pool).base64EncodedString()
}

private func settings(_ table: String) -> JSON {
  wordPiece(normalizer: ["type": "Precompiled", "precompiled_charsmap": .string(table)])
}

private func normalized(_ text: String, _ rules: [(key: UInt8, replacement: String)]) throws -> String {
  try Tokenizer(json: settings(table(rules)), subject: "test").pieces(of: text).joined()
}

@Test func keysAreReplaced() throws {
  #expect(try normalized("banana", [(UInt8(ascii: "a"), "é"), (UInt8(ascii: "n"), "")]) == "bééé")
  #expect(try normalized("xyz", []) == "xyz")
}

/// A grapheme cluster of less than six bytes that begins with a key is replaced as a whole: its mark is lost.
@Test func shortClustersAreReplacedAsAWhole() throws {
  let rules = [(key: UInt8(ascii: "e"), replacement: "E")]
  #expect(try normalized("e\u{301}e", rules) == "EE")
  #expect(try areIdentical([normalized("e\u{301}\u{301}\u{301}", rules)], ["E\u{301}\u{301}\u{301}"]))
}

@Test func forgedTablesAreRejected() {
  let rule = [(key: UInt8(ascii: "a"), replacement: "b")]
  func message(_ table: String) -> String { rejection(settings(table)) }
  let place = "tokenizer.json: normalizer.precompiled_charsmap: "
  #expect(message(table(rule)) == "accepted")
  #expect(message("").hasPrefix(place + "a table of 0 bytes does not hold its trie"))
  #expect(message("AAAAAAAAAAAA").hasPrefix(place + "a table of 9 bytes does not hold its trie"))
  #expect(message("/////wAAAAA=").hasPrefix(place + "a table of 8 bytes does not hold its trie"))
  #expect(message("?").hasPrefix(place + "not base64"))
  let outside = place + "its trie points outside of the table"
  // The root, an inner cell, and a value behind the replacements.
  #expect(message(table(rule) { $0[0] = 1 << 31 | 1 << 9 | 600 << 10 }).hasPrefix(outside))
  #expect(message(table(rule) { $0[97] = 900 << 10 | 1 << 8 | 97 }).hasPrefix(outside))
  #expect(message(table(rule) { $0[256 + 97] = 1 << 31 | 3 }).hasPrefix(outside))
  // A value within a scalar.
  #expect(message(table([(97, "é")]) { $0[256 + 97] = 1 << 31 | 1 }).hasPrefix(outside))
  // A replacement of 1001 letters.
  #expect(message(table([(97, String(repeating: "b", count: 1001))])).contains("more than 1000 times as long"))
}

/// A trie that leads back to itself has endless keys, but texts end.
@Test func aTrieMayLeadBackToItself() throws {
  let looping = table([]) { $0[97] = 97 << 10 | 97 }
  #expect(try Tokenizer(json: settings(looping), subject: "test").pieces(of: "aaaab") == ["aaaab"])
}

/// Any cell of a table may be damaged: the file is rejected or read, and texts are tokenized.
@Test func damagedTablesNeverTrap() throws {
  for cell in [0, 97, 98, 256, 353, 511] {
    for bit in 0..<32 {
      let damaged = table([(97, "b"), (98, "éc")]) { $0[cell] ^= 1 << UInt32(bit) }
      let tokenizer = try? Tokenizer(json: settings(damaged), subject: "test")
      _ = tokenizer?.encode("ab\u{301} \u{10FFFF}\r\n")
    }
  }
}
