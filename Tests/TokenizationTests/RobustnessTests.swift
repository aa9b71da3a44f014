// Any text is tokenized, with the same result for any number of threads.
import Dispatch
import JSON
import Synchronization
import TestSupport
import Testing
import Tokenization

/// Random scalars of all planes, many of them difficult ones.
private struct Texts {
  var state: UInt64

  mutating func number(below bound: UInt32) -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(state >> 33) % bound
  }

  mutating func text() -> String {
    let troublesome: [Unicode.Scalar] = [
      "\0", "\r", "\n", "\u{FEFF}", "\u{200D}", "\u{301}", "\u{FFFD}", "\u{10FFFF}", "\u{AC00}", "\u{11A8}", "'", " ",
      "#", "[", "<", "\u{130}", "\u{F73}",
    ]
    var scalars = String.UnicodeScalarView()
    for _ in 0..<number(below: 24) {
      switch number(below: 4) {
      case 0: scalars.append(troublesome[Int(number(below: UInt32(troublesome.count)))])
      case 1: scalars.append(Unicode.Scalar(number(below: 0x3000)) ?? "a")
      case 2: scalars.append(Unicode.Scalar(number(below: 0x80)) ?? "a")
      default: scalars.append(Unicode.Scalar(number(below: 0x110000)) ?? "a")
      }
    }
    return String(scalars)
  }
}

/// A tokenizer with many components: added tokens, a normalizer, an expression and merges.
private let everything: JSON = {
  bytePair(
    byteAlphabet + ["<s>", "ab", "th", "Ġth"], merges: ["a b", "t h", "Ġ th"],
    preTokenizer: inOrder(
      split(#"(?i:'s|'ll)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#),
      byteLevel(usesPattern: false)),
    added: [
      ["id": 256, "content": "<s>", "special": true, "lstrip": true, "rstrip": true],
      ["id": 300, "content": "ÉÉ", "normalized": true, "single_word": true],
      ["id": 301, "content": " ", "normalized": false, "lstrip": true, "rstrip": true],
    ],
    normalizer: ["type": "Sequence", "normalizers": [["type": "NFKC"], ["type": "Lowercase"]]], decoder: byteLevel())
}()

@Test func randomTextsAreTokenized() throws {
  let tokenizer = try Tokenizer(json: everything, subject: "test")
  let ofBert = try Tokenizer(
    json: wordPiece(["a", "##b"], normalizer: ["type": "BertNormalizer"], preTokenizer: ["type": "BertPreTokenizer"]),
    subject: "test")
  var texts = Texts(state: 7)
  for _ in 0..<20_000 {
    let text = texts.text()
    for id in tokenizer.encode(text) + ofBert.encode(text) where id < 0 || id > 301 { Issue.record("\(id)") }
    _ = try tokenizer.decode([Int32(texts.number(below: 400)), Int32(texts.number(below: 400))])
  }
}

/// Byte-level tokenizers without a normalizer lose nothing.
@Test func byteLevelTextsSurviveARoundTrip() throws {
  let settings = bytePair(byteAlphabet + ["ab"], merges: ["a b"], preTokenizer: byteLevel(), decoder: byteLevel())
  let tokenizer = try Tokenizer(json: settings, subject: "test")
  var texts = Texts(state: 11)
  for _ in 0..<5000 {
    let text = texts.text()
    #expect(try areIdentical([tokenizer.decode(tokenizer.encode(text))], [text]), "\(text.debugDescription)")
  }
}

/// The word cache is shared: several threads use more words than it can hold.
@Test func threadsSharingTheWordCacheAgree() throws {
  var texts = Texts(state: 3)
  let list = (0..<4000).map { _ in texts.text() + " word\(texts.number(below: 1 << 30))" }
  let alone = try Tokenizer(json: everything, subject: "test")
  let expected = list.map { alone.encode($0) }
  let shared = try Tokenizer(json: everything, subject: "test")
  let differences = Mutex(0)
  DispatchQueue.concurrentPerform(iterations: 8) { thread in
    for index in list.indices {
      let place = (index &* 7 &+ thread &* 500) % list.count
      if shared.encode(list[place]) != expected[place] { differences.withLock { $0 += 1 } }
    }
  }
  #expect(differences.withLock { $0 } == 0)
}

/// A tokenizer.json with any byte changed is accepted or rejected, but never traps.
@Test func damagedFilesNeverTrap() throws {
  let bytes = Array(
    try wordPiece(["a", "##b"], added: [["id": 1, "content": "a"]], decoder: byteLevel()).encode().utf8)
  for index in bytes.indices {
    for byte in [0x00, 0x22, 0x2C, 0x2D, 0x39, 0x5B, 0x7D, 0xFF] as [UInt8] where bytes[index] != byte {
      var damaged = bytes
      damaged[index] = byte
      if let json = try? JSON.parse(damaged, subject: "test") {
        _ = (try? Tokenizer(json: json, subject: "test"))?.encode("ab a\u{301}")
      }
    }
  }
}

/// The time must be quadratic neither in the number of added tokens nor in the length of a word.
@Test func manyTokensAndLongWordsAreTokenized() throws {
  let added = (0..<20_000).map {
    JSON.object(JSON.Object([("id", .integer($0 + 1)), ("content", .string("<|\($0)|>"))]))
  }
  let tokenizer = try Tokenizer(json: wordPiece(added: .array(added)), subject: "test")
  #expect(tokenizer.encode(String(repeating: "<|19999|><|7|>", count: 20_000)).prefix(3) == [20_000, 8, 20_000])
  let spaces: JSON = [["id": 1, "content": " ", "rstrip": true, "normalized": false]]
  #expect(
    try Tokenizer(json: wordPiece(added: spaces), subject: "test").encode(String(repeating: " ", count: 300_000)).first
      == 1)
  var settings = wordPiece(["a", "##a", "##aa"])
  if case .object(var root) = settings, case .object(var model)? = root["model"] {
    model["max_input_chars_per_word"] = 1_000_000_000
    root["model"] = .object(model)
    settings = .object(root)
  }
  let long = try Tokenizer(json: settings, subject: "test").encode(String(repeating: "a", count: 1 << 20))
  #expect(long.count == 1 + (1 << 19))
}
