// What `tokenize` writes: one data set as token ids, with everything that a later stage needs to score it.
import Faults

/// A data set in tokens, packed end to end without padding.
public struct TokenizedSet: Equatable, Sendable {
  /// How an example's choices get their logits.
  public enum Scoring: String, Codable, Sendable, CaseIterable {
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
    public var needsDecoder: Bool { self == .letters || self == .continuations }
    /// Whether each choice has a sequence of its own.
    public var hasSequencePerChoice: Bool { self == .continuations || self == .pairs }
  }

  /// Which part of a data set an example belongs to.
  public enum Split: UInt8, Sendable, CaseIterable {
    case train = 0
    case calibration = 1
    case test = 2
  }

  /// What was done to the questions before tokenizing.
  public struct Corruption: Equatable, Sendable {
    /// The corruption's name; `none` for clean text.
    public var name: String
    /// 1 to 5; 0 for clean text.
    public var severity: Int
    /// Clean text unless told otherwise.
    public init(name: String = "none", severity: Int = 0) { (self.name, self.severity) = (name, severity) }
  }

  /// The data set's name, as in `openbookqa`.
  public var dataset = ""
  /// How the choices get their logits.
  public var scoring = Scoring.letters
  /// The prompt template's name.
  public var template = ""
  /// SHA-256 of the tokenizer's file, in hexadecimal digits.
  public var tokenizerDigest = ""
  /// Ids are below this.
  public var vocabularySize = 0
  /// Sequences longer than this were cut.
  public var maximumLength = 0
  /// How many sequences were cut.
  public var truncatedSequences = 0
  /// What was done to the text.
  public var corruption = Corruption()
  /// `letters`: the token of each answer letter, in order, as many as the most choices of any example. Otherwise empty.
  public var labelTokens: [Int32] = []
  /// `classes`: the classes' names, in order. Otherwise empty.
  public var classNames: [String] = []

  /// [example] The example's id in its source file, unique within a split.
  public var rowIDs: [String] = []
  /// [example] The part it belongs to.
  public var splits: [Split] = []
  /// [example] The index of the right choice; -1 where there is none.
  public var labels: [Int32] = []
  /// [example + 1] Where an example's choices begin in `choiceTexts`.
  public var choiceOffsets: [Int32] = [0]
  /// [choice] The choices' texts, of all examples end to end.
  public var choiceTexts: [String] = []
  /// [example + 1] Where an example's sequences begin.
  public var sequenceOffsets: [Int32] = [0]
  /// [sequence + 1] Where a sequence's tokens begin.
  public var tokenOffsets: [Int64] = [0]
  /// [token] Token ids.
  public var tokens: [Int32] = []
  /// [token] 0, or 1 in the second part of a pair (BERT's token types) and in a continuation.
  public var segments: [UInt8] = []

  /// An empty set, to be filled.
  public init() {}

  /// The number of examples.
  public var count: Int { rowIDs.count }
  /// How many choices example `index` has.
  public func choiceCount(_ index: Int) -> Int { Int(choiceOffsets[index + 1] - choiceOffsets[index]) }
  /// The most choices that any example has.
  public var maximumChoices: Int { maximumChoices(of: 0..<count) }
  /// The most choices that any of `examples` has.
  public func maximumChoices(of examples: some Sequence<Int>) -> Int { examples.map(choiceCount).max() ?? 0 }
  /// The examples of one part, in file order.
  public func examples(of split: Split) -> [Int] { splits.indices.filter { splits[$0] == split } }
  /// The sequences of example `index`.
  public func sequences(of index: Int) -> Range<Int> { Int(sequenceOffsets[index])..<Int(sequenceOffsets[index + 1]) }
  /// The tokens of sequence `index`, as positions in `tokens`.
  public func tokenRange(_ index: Int) -> Range<Int> { Int(tokenOffsets[index])..<Int(tokenOffsets[index + 1]) }
}
