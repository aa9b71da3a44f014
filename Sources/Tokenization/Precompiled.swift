// SentencePiece's normalizer: a table of replacements, compiled to a double-array trie (Aoe, 1989, as darts-clone lays
// it out). The file's table is not trusted: all of it is checked before it is used.
import Faults
import Foundation
import JSON

/// The normalizer `Precompiled`.
struct Precompiled: Sendable {
  /// A cell of the double array: bits 0 to 7 and 31 are the byte that leads here, bit 8 says that a key ends here, bits
  /// 9 to 30 are the distance to the children. In a cell that holds a value, the other 31 bits are the value.
  private struct Unit {
    let bits: UInt32
    var label: UInt32 { bits & 0x8000_00FF }
    var endsKey: Bool { bits >> 8 & 1 == 1 }
    var offset: Int { Int(bits >> 10) << (bits >> 9 & 1 == 1 ? 8 : 0) }
    var value: Int { Int(bits & 0x7FFF_FFFF) }
  }

  private let units: [Unit]
  /// The replacements in UTF-8, each ended by a zero byte.
  private let pool: [UInt8]
  /// The longest replacement in bytes.
  private(set) var longest = 0

  init(_ node: JSON.Node) throws(Fault) {
    try node.allow("precompiled_charsmap")
    let map = try node.member("precompiled_charsmap")
    guard let data = Data(base64Encoded: try map.string()) else { throw map.fault("not base64") }
    let bytes = [UInt8](data)
    func unit(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << (8 * UInt32($1)) }
    }
    guard bytes.count >= 8, case let count = Int(unit(0)) / 4, 0 < count, count < bytes.count / 4 else {
      throw map.fault("a table of \(bytes.count) bytes does not hold its trie")
    }
    units = (1...count).map { Unit(bits: unit($0)) }
    pool = Array(bytes[(4 * (count + 1))...])
    guard String(validating: pool, as: UTF8.self) != nil else { throw map.fault("its replacements are not UTF-8") }
    guard let longest = longestReplacement() else { throw map.fault("its trie points outside of the table") }
    self.longest = longest
  }

  /// Follows every path of the trie: nil if one leads out of the table, or to no replacement.
  private func longestReplacement() -> Int? {
    /// [position] Number of bytes up to the next zero.
    var lengths = [Int](repeating: 0, count: pool.count + 1)
    for position in pool.indices.reversed() where pool[position] != 0 { lengths[position] = lengths[position + 1] + 1 }
    var longest = 0
    var isVisited = [Bool](repeating: false, count: units.count)
    var open = [units[0].offset]
    while let node = open.popLast() {
      guard node < units.count else { return nil }
      if isVisited[node] { continue }
      isVisited[node] = true
      for byte in 1...0xFF {
        let child = node ^ byte
        guard child < units.count, units[child].label == byte else { continue }
        let next = child ^ units[child].offset
        guard next < units.count else { return nil }
        if units[child].endsKey {
          let value = units[next].value
          guard value <= pool.count, value == pool.count || pool[value] & 0xC0 != 0x80 else { return nil }
          longest = max(longest, lengths[value])
        }
        open.append(next)
      }
    }
    return longest
  }

  /// The replacement of the shortest key that `text` begins with.
  private func replacement(of text: some Sequence<UInt8>) -> ArraySlice<UInt8>? {
    var node = units[0].offset
    for byte in text {
      if byte == 0 { return nil }
      let child = node ^ Int(byte)
      guard child < units.count, units[child].label == byte else { return nil }
      node = child ^ units[child].offset
      if units[child].endsKey { return pool[units[node].value...].prefix { $0 != 0 } }
    }
    return nil
  }

  /// `text`, normalized. Like the reference, it replaces a grapheme cluster of less than six bytes as a whole if it only
  /// begins with a key; the rest of such a cluster is lost.
  func apply(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for cluster in String(String.UnicodeScalarView(text)) {
      if cluster.utf8.count < 6, let replacement = replacement(of: cluster.utf8) {
        result += String(decoding: replacement, as: UTF8.self).unicodeScalars
        continue
      }
      for scalar in cluster.unicodeScalars {
        if let replacement = replacement(of: scalar.utf8) {
          result += String(decoding: replacement, as: UTF8.self).unicodeScalars
        } else {
          result.append(scalar)
        }
      }
    }
    return result
  }
}
