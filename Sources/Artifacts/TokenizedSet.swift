// The artifact of `tokenize`: one data set as token ids, with everything that later stages need to score it.
import Faults

/// A tokenized data set, packed end to end without padding.
package struct TokenizedSet: Equatable, Sendable {
  /// How the logits of an example's choices are computed.
  package enum Scoring: String, Codable, Sendable, CaseIterable {
    /// One sequence per example; the logits of the answer letters at its last position (decoders).
    case letters
    /// One sequence per choice; the sum of the log-probabilities of the choice's own tokens, which follow the question
    /// and have segment 1 (decoders).
    case continuations
    /// One sequence per choice, reduced to one logit by a trained head (encoders).
    case pairs
    /// One sequence per example, or the windows of a long text, classified by a trained head with one output per class
    /// (encoders).
    case classes
    /// As `classes`, but a trained head with one output per label, each of which applies or not by itself (encoders).
    case labels
    /// One sequence per example: a prompt and, as segment 1, an answer that is written instead of chosen, with the end
    /// token (decoders).
    case answers

    /// Whether it uses the output layer of a decoder, not a head on an encoder.
    package var needsDecoder: Bool { self == .letters || self == .continuations || self == .answers }
    /// Whether the choices of every example are the classes.
    package var hasClasses: Bool { self == .classes || self == .labels }
    /// Whether each choice has its own sequence.
    package var hasSequencePerChoice: Bool { self == .continuations || self == .pairs }
    /// Whether segment 1 is scored by the log-probabilities of its tokens, which need the whole output layer.
    package var scoresOwnTokens: Bool { self == .continuations || self == .answers }
    /// Whether each example has choices of its own.
    package var hasOwnChoices: Bool { !hasClasses && self != .answers }
  }

  /// The part of a data set that an example belongs to.
  package enum Split: UInt8, Sendable, CaseIterable {
    case train = 0
    case calibration = 1
    case test = 2
  }

  /// The corruption of the questions before tokenizing.
  package struct Corruption: Equatable, Sendable {
    /// The corruption's name; `none` for clean text.
    package var name: String
    /// 1 to 5; 0 for clean text.
    package var severity: Int
    /// Clean text by default.
    package init(name: String = "none", severity: Int = 0) { (self.name, self.severity) = (name, severity) }
  }

  /// The data set's name, as in `openbookqa`.
  package var dataset = ""
  /// How the logits of the choices are computed.
  package var scoring = Scoring.letters
  /// The prompt template's name.
  package var template = ""
  /// SHA-256 of the tokenizer's file, in hexadecimal digits.
  package var tokenizerDigest = ""
  /// All token ids are below this.
  package var vocabularySize = 0
  /// Sequences longer than this were cut.
  package var maximumLength = 0
  /// How the texts of `classes` and `labels` that are longer were read.
  package var longTexts = LongTextRule()
  /// How many sequences were cut; with windows, how many texts.
  package var truncatedSequences = 0
  /// The corruption of the text.
  package var corruption = Corruption()
  /// `letters`: the token of each answer letter, in order, one for each choice of the widest example. Otherwise empty.
  package var labelTokens: [Int32] = []
  /// `answers`: the token that ends an answer. Otherwise nil.
  package var endToken: Int32?
  /// `classes`: the classes' names, in order; `labels`: those of the labels. Otherwise empty.
  package var classNames: [String] = []
  /// The number of texts that are classified together: 2 for pairs, otherwise 1.
  package var textsPerExample = 1
  /// `classes` that are grades: the number that each class is. Otherwise empty.
  package var classValues: [Double] = []
  /// `classes` that are bins of numbers: their edges, and the number of each example. Otherwise nil.
  package var numbers: BinnedNumbers?

  /// [example] The example's id in its source file, unique within a split.
  package var rowIDs: [String] = []
  /// [example] The part it belongs to.
  package var splits: [Split] = []
  /// [example] The index of the right choice; -1 if there is none. With `labels`, 0 if `targets` says which apply; with
  /// `answers`, 0 if there is an answer.
  package var labels: [Int32] = []
  /// [example, class] `classes` with votes: the share of an example's votes that each class has, zeros where there are
  /// none. The label is then the class with the most votes. The same with numbers, whose shares are those of a Gaussian
  /// around the number. `labels`: 1 for a label that applies, otherwise 0. In all other cases empty.
  package var targets: [Float] = []
  /// [example + 1] Offsets of the examples' choices in `choiceTexts`; only [0] without choices of their own.
  package var choiceOffsets: [Int32] = [0]
  /// [choice] The choices' texts, of all examples end to end; empty with `classes`, which would repeat their names.
  package var choiceTexts: [String] = []
  /// [example + 1] `answers`: offsets of the examples' accepted answers in `referenceTexts`. Otherwise only [0].
  package var referenceOffsets: [Int32] = [0]
  /// [reference] `answers`: the accepted answers, of all examples end to end. The first one of an example is in its
  /// sequence.
  package var referenceTexts: [String] = []
  /// [example + 1] Offsets of the examples' sequences.
  package var sequenceOffsets: [Int32] = [0]
  /// [sequence + 1] Offsets of the sequences' tokens in `tokens`.
  package var tokenOffsets: [Int64] = [0]
  /// [token] Token ids.
  package var tokens: [Int32] = []
  /// [token] 0, or 1 in the second part of a pair (BERT's token types), in a continuation and in an answer.
  package var segments: [UInt8] = []

  /// An empty set, to be filled in.
  package init() {}

  /// The number of examples.
  package var count: Int { rowIDs.count }
  /// The number of choices of example `index`. An answer is the only one.
  package func choiceCount(_ index: Int) -> Int {
    if scoring == .answers { return 1 }
    return scoring.hasClasses ? classNames.count : Int(choiceOffsets[index + 1] - choiceOffsets[index])
  }
  /// The largest number of choices of any example.
  package var maximumChoices: Int { maximumChoices(of: 0..<count) }
  /// The largest number of choices of any of `examples`.
  package func maximumChoices(of examples: some Sequence<Int>) -> Int { examples.map(choiceCount).max() ?? 0 }
  /// The examples of one part, in file order.
  package func examples(of split: Split) -> [Int] { splits.indices.filter { splits[$0] == split } }
  /// The sequences of example `index`.
  package func sequences(of index: Int) -> Range<Int> { Int(sequenceOffsets[index])..<Int(sequenceOffsets[index + 1]) }
  /// The share of the sequences, with windows of the texts, that were cut, in percent with one digit behind the point.
  package var percentageTruncated: Double {
    let all = scoring.hasSequencePerChoice ? tokenOffsets.count - 1 : count
    return (1000 * Double(truncatedSequences) / Double(max(1, all))).rounded() / 10
  }
  /// The most tokens that are read of a text, in words: `256`, or `8 windows of 256`.
  package var longestText: String {
    longTexts.cut == .windows ? "\(longTexts.maximumWindows) windows of \(maximumLength)" : "\(maximumLength)"
  }
  /// The tokens of sequence `index`, as indices into `tokens`.
  package func tokenRange(_ index: Int) -> Range<Int> { Int(tokenOffsets[index])..<Int(tokenOffsets[index + 1]) }
}
