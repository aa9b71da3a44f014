// An experiment that trains in milliseconds: a random base of a few thousand parameters, and questions whose first
// token reveals the answer.
import Arrays
import Artifacts
import Checkpoints
import JSON
import Transformers

extension TokenizedSet.Scoring {
  /// Those with one right choice.
  package static let ofChoices = allCases.filter { $0 != .labels && $0 != .answers }
}

/// A base and a tokenized set for it. With `labels`, two of four labels apply to each example. With `answers`, an answer is a
/// token that the first token of the prompt reveals, and the end token.
package struct TinyExperiment {
  /// The base's shape.
  package let architecture: Architecture
  /// The base, mapped from a file in the folder.
  package let base: BaseModel
  /// The path of the base's file.
  package let basePath: String
  /// 24 training, 8 calibration and 8 test examples; one example in four has only three choices.
  package let tokens: TokenizedSet

  /// Writes the base into `folder`. Scoring `letters` makes a Llama, the others a BERT.
  ///
  /// - Parameters:
  ///   - hiddenSize: the base's width, a multiple of 4.
  ///   - tokenTypes: those of a BERT.
  ///   - given: another shape, with at least 40 tokens and 32 positions.
  ///   - store: how the base holds the matrices of its linear modules.
  package init(
    in folder: String, scoring: TokenizedSet.Scoring, hiddenSize: Int = 16, tokenTypes: Int = 2, seed: UInt64 = 0,
    architecture given: Architecture? = nil, store: MatrixStorage = .published
  ) throws {
    let isDecoder = scoring.needsDecoder
    architecture =
      given
      ?? (isDecoder
        ? .llama(
          hiddenSize: hiddenSize, layers: 2, heads: 2, keyValueHeads: 1, headSize: hiddenSize / 2, intermediateSize: 24,
          vocabularySize: 40, maximumPositions: 32, tiedHead: true)
        : .bert(
          hiddenSize: hiddenSize, heads: 2, intermediateSize: 24, vocabularySize: 40, maximumPositions: 32,
          tokenTypes: tokenTypes, normEpsilon: 1e-5))
    basePath = folder + "/base-\(scoring.rawValue)-\(seed)-\(store.rawValue).h5"
    let tensors = architecture.tensors
    let linear = Set(architecture.linearModules.map { "\($0.name).weight" })
    try BaseModel.write(
      to: basePath, architecture: architecture.canonicalJSON, tokenizerDigest: "", names: tensors.map(\.name),
      tensor: { [architecture] name in
        let shape = tensors.first { $0.name == name }!.shape
        let values = architecture.randomValues(of: name, seed: seed)
        let isRounded = store == .int8 && linear.contains(name)
        return .init(
          name: name, shape: shape, values: isRounded ? .rounded(values, rows: shape[0]) : .float32(values))
      }, provenance: Self.provenance)
    base = try BaseModel(mapping: basePath)
    tokens = Self.questions(scoring)
  }

  /// The provenance of files written by a test.
  package static var provenance: Provenance {
    var provenance = Provenance(producer: "test", version: "0", commandLine: "")
    provenance.reproducible = true
    return provenance
  }

  private static func questions(_ scoring: TokenizedSet.Scoring) -> TokenizedSet {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.tokenizerDigest) = ("tiny-\(scoring.rawValue)", scoring, "bare", "00")
    (set.vocabularySize, set.maximumLength) = (40, 32)
    if scoring == .letters { set.labelTokens = [1, 2, 3, 4] }
    if scoring.hasClasses { set.classNames = ["w", "x", "y", "z"] }
    if scoring == .answers { set.endToken = 2 }
    for example in 0..<40 {
      let stream = RandomStream(seed: 1, purpose: .test, place: (UInt32(example), 0))
      let choices = !scoring.hasClasses && example % 4 == 3 ? 3 : 4
      let label = Int(stream.word(0)) % choices
      set.rowIDs.append("row-\(example)")
      set.splits.append(example < 24 ? .train : example < 32 ? .calibration : .test)
      set.labels.append(scoring == .labels || scoring == .answers ? 0 : Int32(label))
      if scoring == .labels { set.targets += (0..<4).map { $0 == label || $0 == (label + 1) % 4 ? 1 : 0 } }
      if scoring.hasOwnChoices {
        set.choiceTexts += (0..<choices).map { "choice \($0)" }
        set.choiceOffsets.append(Int32(set.choiceTexts.count))
      }
      if scoring == .answers {
        set.referenceTexts.append("answer \(label)")
        set.referenceOffsets.append(Int32(set.referenceTexts.count))
      }
      for choice in 0..<(scoring.hasSequencePerChoice ? choices : 1) {
        let length = 4 + Int(stream.word(1 + choice) % 9)
        let sign = Int32(scoring.hasSequencePerChoice ? (choice == label ? 10 : 11) : 10 + label)
        set.tokens += [sign] + (1..<length).map { Int32(stream.word(8 + 16 * choice + $0) % 40) }
        set.segments += [UInt8](repeating: 0, count: length)
        if scoring.scoresOwnTokens {
          let own = scoring == .answers ? [Int32(20 + label), 2] : [set.tokens[set.tokens.count - 2], sign]
          set.tokens.replaceSubrange(set.tokens.indices.suffix(2), with: own)
          set.segments.replaceSubrange(set.segments.indices.suffix(2), with: [1, 1])
        }
        set.tokenOffsets.append(Int64(set.tokens.count))
      }
      set.sequenceOffsets.append(Int32(set.tokenOffsets.count - 1))
    }
    return set
  }
}

extension TokenizedSet {
  /// The set repeated `copies` times, with distinct ids. A step over many examples has many parts: two parts could not
  /// reveal a wrong order of addition, since a + b is b + a.
  package func repeated(_ copies: Int) -> TokenizedSet {
    var set = selecting((0..<copies * count).map { $0 % count })
    set.rowIDs = set.rowIDs.indices.map { "row-\($0)" }
    return set
  }

  /// A set of the examples `kept`, in that order.
  package func selecting(_ kept: [Int]) -> TokenizedSet {
    var set = withoutExamples
    for example in kept { set.append(example, of: self) }
    return set
  }
}
