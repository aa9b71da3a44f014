// What `tokenize` writes: one data set as token ids, with everything that a later stage needs to score it.
import Faults

/// A data set in tokens, packed end to end without padding.
package struct TokenizedSet: Equatable, Sendable {
  /// How an example's choices get their logits.
  package enum Scoring: String, Codable, Sendable, CaseIterable {
    /// One sequence an example; the logits of the answer letters at its last position (decoders).
    case letters
    /// One sequence for each choice; the sum of the log-probabilities of the choice's own tokens behind the question
    /// (decoders). They are the tokens of segment 1.
    case continuations
    /// One sequence for each choice, reduced to one number by a trained head (encoders).
    case pairs
    /// One sequence an example, classified by a trained head with one output a class (encoders).
    case classes

    /// Whether it reads the output layer of a decoder, and not a head above an encoder.
    package var needsDecoder: Bool { self == .letters || self == .continuations }
    /// Whether each choice has a sequence of its own.
    package var hasSequencePerChoice: Bool { self == .continuations || self == .pairs }
  }

  /// Which part of a data set an example belongs to.
  package enum Split: UInt8, Sendable, CaseIterable {
    case train = 0
    case calibration = 1
    case test = 2
  }

  /// What was done to the questions before tokenizing.
  package struct Corruption: Equatable, Sendable {
    /// The corruption's name; `none` for clean text.
    package var name: String
    /// 1 to 5; 0 for clean text.
    package var severity: Int
    /// Clean text unless told otherwise.
    package init(name: String = "none", severity: Int = 0) { (self.name, self.severity) = (name, severity) }
  }

  /// The data set's name, as in `openbookqa`.
  package var dataset = ""
  /// How the choices get their logits.
  package var scoring = Scoring.letters
  /// The prompt template's name.
  package var template = ""
  /// SHA-256 of the tokenizer's file, in hexadecimal digits.
  package var tokenizerDigest = ""
  /// Ids are below this.
  package var vocabularySize = 0
  /// Sequences longer than this were cut.
  package var maximumLength = 0
  /// How many sequences were cut.
  package var truncatedSequences = 0
  /// What was done to the text.
  package var corruption = Corruption()
  /// `letters`: the token of each answer letter, in order, as many as the most choices of any example. Otherwise empty.
  package var labelTokens: [Int32] = []
  /// `classes`: the classes' names, in order. Otherwise empty.
  package var classNames: [String] = []

  /// [example] The example's id in its source file, unique within a split.
  package var rowIDs: [String] = []
  /// [example] The part it belongs to.
  package var splits: [Split] = []
  /// [example] The index of the right choice; -1 where there is none.
  package var labels: [Int32] = []
  /// [example + 1] Where an example's choices begin in `choiceTexts`.
  package var choiceOffsets: [Int32] = [0]
  /// [choice] The choices' texts, of all examples end to end.
  package var choiceTexts: [String] = []
  /// [example + 1] Where an example's sequences begin.
  package var sequenceOffsets: [Int32] = [0]
  /// [sequence + 1] Where a sequence's tokens begin.
  package var tokenOffsets: [Int64] = [0]
  /// [token] Token ids.
  package var tokens: [Int32] = []
  /// [token] 0, or 1 in the second part of a pair (BERT's token types) and in a continuation.
  package var segments: [UInt8] = []

  /// An empty set, to be filled.
  package init() {}

  /// The number of examples.
  package var count: Int { rowIDs.count }
  /// How many choices example `index` has.
  package func choiceCount(_ index: Int) -> Int { Int(choiceOffsets[index + 1] - choiceOffsets[index]) }
  /// The most choices that any example has.
  package var maximumChoices: Int { maximumChoices(of: 0..<count) }
  /// The most choices that any of `examples` has.
  package func maximumChoices(of examples: some Sequence<Int>) -> Int { examples.map(choiceCount).max() ?? 0 }
  /// The examples of one part, in file order.
  package func examples(of split: Split) -> [Int] { splits.indices.filter { splits[$0] == split } }
  /// The sequences of example `index`.
  package func sequences(of index: Int) -> Range<Int> { Int(sequenceOffsets[index])..<Int(sequenceOffsets[index + 1]) }
  /// The tokens of sequence `index`, as positions in `tokens`.
  package func tokenRange(_ index: Int) -> Range<Int> { Int(tokenOffsets[index])..<Int(tokenOffsets[index + 1]) }
}
