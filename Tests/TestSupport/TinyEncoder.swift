// A model folder of a small random BERT, and questions that it can read: enough for the stages to run on an encoder from
// the first one on.
import Arrays
import Checkpoints
import Files
import Foundation
import Transformers

/// A BERT of a few thousand numbers whose vocabulary is eight words.
package struct TinyEncoder {
  private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
  private static let words = ["river", "town", "warm", "cold", "bird", "fish", "north", "south"]

  /// Writes the model folder `folder`, which is made where it is missing.
  ///
  /// - Parameter tokenTypes: 1 for a base that cannot tell a second text from the first.
  package static func writeModel(to folder: String, tokenTypes: Int = 2) throws {
    let architecture = Architecture.bert(
      hiddenSize: 16, heads: 2, intermediateSize: 24, vocabularySize: special.count + words.count,
      maximumPositions: 32, tokenTypes: tokenTypes)
    try ModelFolder.write(to: folder, architecture: architecture) { architecture.randomValues(of: $0, seed: 0) }
    let vocabulary = (special + words).enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
    // As in every BERT's tokenizer, the second of two texts has token type 1.
    let tokenizer = """
      {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                 "max_input_chars_per_word": 100, "vocab": {\(vocabulary)}}}
      """
    try AtomicFile.write(tokenizer, to: folder + "/tokenizer.json")
  }

  /// Replaces the tokenizer.json of the model folder `folder` by a vocab.txt of the same tokens.
  package static func replaceTokenizer(in folder: String) throws {
    try FileManager.default.removeItem(atPath: folder + "/tokenizer.json")
    try AtomicFile.write((special + words).map { $0 + "\n" }.joined(), to: folder + "/vocab.txt")
  }

  /// Writes questions of three words, no two of them alike.
  ///
  /// - Parameters:
  ///   - numbers: which of the 512 questions.
  ///   - areClasses: whether they are texts with one of two labels, as JSON Lines, and not questions with four choices of
  ///     their own, as CSV.
  package static func writeQuestions(_ numbers: Range<Int>, areClasses: Bool, to path: String) throws {
    let rows = numbers.map { number -> String in
      let question = [number / 64, number / 8 % 8, number % 8].map { words[$0] }.joined(separator: " ")
      guard !areClasses else {
        return #"{"text": "\#(question)", "label": "\#(number / 8 % 2 == 0 ? "warm" : "cold")"}"#
      }
      let choices = (0..<4).map { words[(number + $0) % 8] }
      return ([question] + choices + [["A", "B", "C", "D"][number * 7 % 4]]).joined(separator: ",")
    }
    let header = areClasses ? [] : ["question,A,B,C,D,answer"]
    try AtomicFile.write((header + rows).joined(separator: "\n") + "\n", to: path)
  }
}

extension Architecture {
  /// Random numbers for a tensor of this shape, around 1 for the weights of norms and around 0 for all others.
  package func randomValues(of name: String, seed: UInt64) -> [Float] {
    let index = tensors.firstIndex { $0.name == name }!
    let stream = RandomStream(seed: seed, purpose: .test, place: (UInt32(index), 0))
    let isNorm = name.lowercased().contains("norm") && name.hasSuffix("weight")
    return (0..<tensors[index].shape.reduce(1, *)).map { stream.uniform($0) - 0.5 + (isNorm ? 1 : 0) }
  }
}
