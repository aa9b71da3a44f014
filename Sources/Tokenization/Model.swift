// The third step of a tokenizer: a piece becomes ids.
import Faults
import JSON

/// A model of `tokenizer.json`.
enum Model: Sendable {
  case wordPiece(WordPiece)
  case bytePair(BytePairEncoding)
  case unigram(Unigram)
  case wordLevel(WordLevel)

  /// The model in `tokenizer.json`; old files have no `type`.
  init(_ node: JSON.Node) throws(Fault) {
    let hasMerges = try node.optional("merges") != nil
    switch try node.optional("type")?.string() ?? (hasMerges ? "BPE" : "WordPiece") {
    case "WordPiece": self = .wordPiece(try WordPiece(node))
    case "BPE": self = .bytePair(try BytePairEncoding(node))
    case "Unigram": self = .unigram(try Unigram(node))
    case "WordLevel": self = .wordLevel(try WordLevel(node))
    case let type: throw node.notImplemented(type, instead: "BPE, WordPiece, Unigram and WordLevel are")
    }
  }

  var vocabulary: Vocabulary {
    switch self {
    case .wordPiece(let model): model.vocabulary
    case .bytePair(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    }
  }

  /// The unknown token, for text that the vocabulary lacks.
  var unknown: Int32? {
    switch self {
    case .wordPiece(let model): model.unknown
    case .bytePair(let model): model.unknown
    case .unigram(let model): model.unknown
    case .wordLevel(let model): model.unknown
    }
  }

  /// Appends the ids of one piece, given in UTF-8.
  func tokenize(_ word: UnsafeRawBufferPointer, into ids: inout [Int32]) {
    switch self {
    case .wordPiece(let model): model.tokenize(word, into: &ids)
    case .bytePair(let model): model.tokenize(word, into: &ids)
    case .unigram(let model): model.tokenize(word, into: &ids)
    case .wordLevel(let model): model.tokenize(word, into: &ids)
    }
  }
}
