// Converts vocabularies of other programs to a `tokenizer.json`: tiktoken's list of ranks and
// GGUF's metadata. Only the tests need them.
import Faults
import Files
import JSON

/// The `tokenizer.json` of a tiktoken file (`base64 rank` a line), gzipped or not.
///
/// Tiktoken merges the pair whose union has the lowest rank. As merges: every split of a token into two, in the order
/// of the token's rank and then of its halves' ranks.
func tiktoken(
  _ path: String, pattern: String, normalizer: JSON = .null, ignoresMerges: Bool = false
) throws -> JSON {
  var tokens: [[UInt8]] = []
  for line in try readUnpacked(path).split(separator: 0x0A) {
    let parts = line.split(separator: 0x20)
    guard parts.count == 2, String(decoding: parts[1], as: UTF8.self) == String(tokens.count) else {
      throw Fault(.data, path, "line \(tokens.count + 1): expected a token and its rank")
    }
    tokens.append(base64(parts[0]))
  }
  var ranks = [[UInt8]: Int](minimumCapacity: tokens.count)
  for (rank, token) in tokens.enumerated() { ranks[token] = rank }
  let names = tokens.map { $0.map { byteNames[Int($0)] }.joined() }
  let merges = tokens.flatMap { token -> [JSON] in
    let halves = (1..<max(1, token.count)).compactMap { cut -> (Int, Int)? in
      guard let left = ranks[Array(token[..<cut])], let right = ranks[Array(token[cut...])] else { return nil }
      return (left, right)
    }
    return halves.sorted { $0 < $1 }.map { [.string(names[$0.0]), .string(names[$0.1])] }
  }
  return bytePair(
    names, merges: .array(merges), preTokenizer: inOrder(split(pattern), byteLevel(usesPattern: false)),
    normalizer: normalizer, decoder: byteLevel(), settings: JSON.Object([("ignore_merges", .bool(ignoresMerges))]))
}

/// The `tokenizer.json` of a GGUF file (version 3) with a byte-level BPE vocabulary.
func ggufBytePair(_ path: String, preTokenizer: JSON) throws -> JSON {
  var reader = GGUFReader(bytes: try readUnpacked(path))
  let metadata = reader.metadata()
  guard case .array(let tokens)? = metadata["tokenizer.ggml.tokens"], let merges = metadata["tokenizer.ggml.merges"],
    let types = metadata["tokenizer.ggml.token_type"]?.ids
  else { throw Fault(.data, path, "no BPE vocabulary") }
  let added = zip(tokens, types).enumerated().compactMap { id, token -> JSON? in
    // 3 is a control token, 4 one that a user defined.
    guard token.1 == 3 || token.1 == 4 else { return nil }
    return [
      "id": .integer(id), "content": token.0, "single_word": false, "lstrip": false, "rstrip": false,
      "normalized": .bool(token.1 == 4), "special": .bool(token.1 == 3),
    ]
  }
  return bytePair(
    JSON.array(tokens).strings, merges: merges, preTokenizer: preTokenizer, added: .array(added), decoder: byteLevel())
}

/// [byte] The scalar that represents it.
private let byteNames: [String] = {
  var names = [String](repeating: "", count: 256)
  let printable = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
  let order = printable + (0..<256).filter { !printable.contains($0) }
  for (byte, name) in zip(order, byteAlphabet) { names[byte] = name }
  return names
}()

private func base64(_ text: some Sequence<UInt8>) -> [UInt8] {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var result: [UInt8] = []
  var (bits, count) = (0, 0)
  for letter in text {
    guard let value = alphabet.firstIndex(of: letter) else { break }
    (bits, count) = (bits << 6 | value, count + 6)
    if count >= 8 {
      count -= 8
      result.append(UInt8(bits >> count & 0xFF))
    }
  }
  return result
}

/// Reads the metadata of a GGUF file; the files are known, so that nothing is checked beyond what Swift checks.
private struct GGUFReader {
  let bytes: [UInt8]
  var position = 16

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func metadata() -> [String: JSON] {
    var result: [String: JSON] = [:]
    let count = integer(8)
    for _ in 0..<count {
      let key = string()
      result[key] = value(type: integer(4))
    }
    return result
  }

  private mutating func value(type: Int) -> JSON {
    switch type {
    case 0, 1, 7: return .integer(integer(1))
    case 2, 3: return .integer(integer(2))
    case 4, 5, 6: return .integer(integer(4))
    case 8: return .string(string())
    case 9:
      let (type, count) = (integer(4), integer(8))
      return .array((0..<count).map { _ in value(type: type) })
    default: return .integer(integer(8))
    }
  }

  private mutating func integer(_ size: Int) -> Int {
    defer { position += size }
    return bytes[position..<position + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func string() -> String {
    let count = integer(8)
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }
}
