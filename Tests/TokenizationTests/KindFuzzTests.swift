// Tokenizers of every kind with damaged files and with texts that could make them slow: nothing traps, nothing hangs.
import JSON
import TestSupport
import Testing
import Tokenization

/// A megabyte of one character: the time must not be quadratic in any step.
@Test(arguments: kinds(in: committedKinds))
func aMegabyteOfOneCharacterIsTokenized(file: String) throws {
  let tokenizer = try tokenizer(ofKind: file)
  for character in ["a", " ", "1", "\u{301}", "\u{AC00}", "é\n"] {
    let text = String(repeating: character, count: (1 << 20) / character.utf8.count)
    #expect(tokenizer.encode(text).count <= 4 * text.utf8.count)
  }
}

/// With any byte changed, a file is accepted or rejected, and if it is accepted, texts are tokenized.
@Test(arguments: kinds(in: committedKinds))
func damagedKindsNeverTrap(file: String) throws {
  let bytes = Array(try kind(file).member("tokenizer").value.encode().utf8)
  var state: UInt64 = 1
  func number(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
  var accepted = 0
  for _ in 0..<200 {
    var damaged = bytes
    // Numbers, quotes, brackets and letters make more files that can be parsed than random bytes.
    let place = number(below: bytes.count)
    damaged[place] = Array("0123456789-.\"\\[]{},:eatn▁".utf8)[number(below: 26)]
    guard let json = try? JSON.parse(damaged, subject: "test"),
      let tokenizer = try? Tokenizer(json: json, subject: "test")
    else { continue }
    accepted += 1
    for text in ["Hello ab  c\u{301}é\n", "日本 \u{10FFFF}\0▁▁ <s>x", ""] {
      _ = try? tokenizer.decode(tokenizer.encode(text))
    }
  }
  #expect(accepted > 0)
}
