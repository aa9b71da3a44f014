// Tokenizers for the tests: a `tokenizer.json` with the components that a test is about.
import Faults
import JSON
import Tokenization

/// A tokenizer over a WordPiece vocabulary whose ids are the positions in `vocabulary`; id 0 is the unknown token.
func wordPiece(
  _ vocabulary: [String] = [], normalizer: JSON = .null, preTokenizer: JSON = .null, added: JSON = [],
  postProcessor: JSON = .null, decoder: JSON = .null
) -> JSON {
  let tokens = ["[UNK]"] + vocabulary
  return [
    "version": "1.0", "truncation": .null, "padding": .null, "added_tokens": added, "normalizer": normalizer,
    "pre_tokenizer": preTokenizer, "post_processor": postProcessor, "decoder": decoder,
    "model": [
      "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
      "vocab": vocabularyObject(tokens),
    ],
  ]
}

/// A tokenizer over a BPE vocabulary whose ids are the positions in `vocabulary`.
func bytePair(
  _ vocabulary: [String], merges: JSON, preTokenizer: JSON = .null, added: JSON = [], normalizer: JSON = .null,
  decoder: JSON = .null, settings: JSON.Object = JSON.Object()
) -> JSON {
  var model = JSON.Object([("type", "BPE"), ("vocab", vocabularyObject(vocabulary)), ("merges", merges)])
  for (name, value) in settings { model[name] = value }
  return [
    "version": "1.0", "truncation": .null, "padding": .null, "added_tokens": added, "normalizer": normalizer,
    "pre_tokenizer": preTokenizer, "post_processor": .null, "decoder": decoder, "model": .object(model),
  ]
}

/// A tokenizer over a Unigram vocabulary of tokens and their scores; the token with id 0 is the unknown one.
func unigram(
  _ vocabulary: [(token: String, score: Double)], normalizer: JSON = .null, preTokenizer: JSON = .null,
  fallsBackToBytes: Bool = false
) -> JSON {
  let list = vocabulary.map { JSON.array([.string($0.token), .number($0.score)]) }
  return [
    "version": "1.0", "truncation": .null, "padding": .null, "added_tokens": [], "normalizer": normalizer,
    "pre_tokenizer": preTokenizer, "post_processor": .null, "decoder": .null,
    "model": ["type": "Unigram", "unk_id": 0, "vocab": .array(list), "byte_fallback": .bool(fallsBackToBytes)],
  ]
}

/// The tokens `<0x00>` to `<0xFF>`.
let byteTokens = (0..<256).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }

/// Tokens to their positions.
func vocabularyObject(_ tokens: [String]) -> JSON {
  .object(JSON.Object(tokens.enumerated().map { ($0.element, .integer($0.offset)) }))
}

/// The 256 scalars of the byte-level alphabet, in their order.
let byteAlphabet: [String] = {
  let printable = Array(0x21...0x7E) + Array(0xA1...0xAC) + Array(0xAE...0xFF)
  let others = 0x100..<0x100 + (256 - printable.count)
  return (printable + Array(others)).compactMap { Unicode.Scalar($0).map { String($0) } }
}()

/// ByteLevel as in GPT-2, or without its expression.
func byteLevel(usesPattern: Bool = true, addsPrefixSpace: Bool = false) -> JSON {
  [
    "type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "trim_offsets": true,
    "use_regex": .bool(usesPattern),
  ]
}

/// A Split that isolates the matches of `pattern`.
func split(_ pattern: String) -> JSON {
  ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false]
}

/// Metaspace with "▁".
func metaspace(_ scheme: String, splits: Bool = true, addsPrefixSpace: Bool? = nil) -> JSON {
  var settings = JSON.Object([
    ("type", "Metaspace"), ("replacement", "▁"), ("prepend_scheme", .string(scheme)), ("split", .bool(splits)),
  ])
  settings["add_prefix_space"] = addsPrefixSpace.map { .bool($0) }
  return .object(settings)
}

/// Pre-tokenizers one after the other.
func inOrder(_ steps: JSON...) -> JSON { ["type": "Sequence", "pretokenizers": .array(steps)] }

/// The message of the fault with which a tokenizer of these settings is rejected, or "accepted".
func rejection(_ settings: JSON) -> String {
  do throws(Fault) {
    _ = try Tokenizer(json: settings, subject: "tokenizer.json")
    return "accepted"
  } catch { return error.description }
}

extension JSON {
  /// The ids in an array of integers.
  var ids: [Int32] {
    guard case .array(let elements) = self else { return [] }
    return elements.map { if case .integer(let id) = $0 { Int32(id) } else { -1 } }
  }

  /// The texts in an array of strings.
  var strings: [String] {
    guard case .array(let elements) = self else { return [] }
    return elements.map { if case .string(let text) = $0 { text } else { "" } }
  }
}

/// Whether two lists of texts are equal byte by byte; for Swift's `==`, NFC and NFD are equal.
func areIdentical(_ left: [String], _ right: [String]) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
}
