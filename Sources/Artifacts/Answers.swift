// The artifact of `generate-answers`: texts that the draws of a posterior have written after the prompts of a tokenized
// set, with what each of their tokens was worth to the network.

/// Texts written by one method on one data set: [example, group, sample, text], with their tokens end to end.
package struct Answers: Equatable, Sendable {
  /// How the next token is drawn from the network's probabilities, and when a text ends.
  package struct Law: Equatable, Codable, Sendable {
    /// The logits are divided by it; 0 takes the most probable token.
    package var temperature = 1.0
    /// How many of the most probable tokens are kept; 0 for all.
    package var topK = 0
    /// Of the tokens sorted by probability, the first ones are kept that together have at least this probability.
    package var topP = 1.0
    /// The most tokens of a text.
    package var maximumNewTokens = 50
    /// A text ends before the first of these.
    package var stops: [String] = []
    /// The seed of the tokens.
    package var seed = 0
    /// Unchanged probabilities, and at most 50 tokens.
    package init() {}
  }

  /// Why a text has ended.
  package enum Ending: UInt8, Sendable, CaseIterable {
    /// The token that ends a text was drawn.
    case endToken = 0
    /// One of the law's stops was written.
    case stop = 1
    /// It has the most tokens that the law allows.
    case length = 2
    /// The network has no further positions.
    case positions = 3
  }

  /// The method's name.
  package var method = ""
  /// The data set's name.
  package var dataset = ""
  /// The corruption of its text, if any.
  package var corruption = TokenizedSet.Corruption()
  /// The content digest of the base.
  package var baseDigest = ""
  /// The content digest of the tokens.
  package var tokensDigest = ""
  /// SHA-256 of the tokenizer's file, in hexadecimal digits; empty in files that do not say it.
  package var tokenizerDigest = ""
  /// All settings of the posterior, as canonical JSON.
  package var settings = "{}"
  /// How tokens were drawn.
  package var law = Law()
  /// How many draws of the posterior every token's probabilities are the mean of: 1 where each draw wrote texts of its
  /// own. Otherwise there are one group and one sample, the mixture of all draws.
  package var mixedDraws = 1
  package var groups = 0
  package var samples = 0
  /// Texts of one draw for one prompt.
  package var textsPerDraw = 0
  /// [example] Row ids.
  package var rowIDs: [String] = []
  /// [example] calibration or test.
  package var splits: [TokenizedSet.Split] = []
  /// [example] What the network read, without special tokens.
  package var prompts: [String] = []
  /// [example + 1] Offsets of the examples' accepted answers in `references`.
  package var referenceOffsets: [Int32] = [0]
  /// [reference] The accepted answers, of all examples end to end; an example without any has an unknown answer.
  package var references: [String] = []
  /// [example, group, sample, text] What was written, up to a stop and without special tokens.
  package var texts: [String] = []
  /// [example, group, sample, text] Why it ended.
  package var endings: [Ending] = []
  /// [example, group, sample, text, and one more] Where a text's tokens begin.
  package var tokenOffsets: [Int64] = [0]
  /// [token] Token ids, with the end token and the tokens of a stop.
  package var tokens: [Int32] = []
  /// [token] The log-probability of the token after those before it: at temperature 1, among all tokens. Likelihoods are
  /// sums of these.
  package var logProbabilities: [Float] = []
  /// [token] Its log-probability under the law that it was drawn by.
  package var lawLogProbabilities: [Float] = []
  /// [token] The entropy of all tokens' probabilities in its place, at temperature 1.
  package var totalEntropies: [Float] = []
  /// [token] The mean of the mixed draws' own entropies; the total where there is one draw.
  package var aleatoricEntropies: [Float] = []
  /// [example, group, sample, text] The probability that the text is true, as the draw that wrote it, or the mixed ones,
  /// say when they are asked; empty where they are not.
  package var truthProbabilities: [Float] = []
  /// Remarks of the method that belong beside the numbers.
  package var warnings: [String] = []
  /// The number of parameters behind the texts, not counting the base.
  package var storedParameters = 0
  /// What it cost, including training.
  package var cost = Cost()

  /// Empty answers, to be filled in.
  package init() {}

  /// The number of examples.
  package var count: Int { rowIDs.count }
  /// The accepted answers of an example.
  package func references(of example: Int) -> ArraySlice<String> {
    references[Int(referenceOffsets[example])..<Int(referenceOffsets[example + 1])]
  }
  /// The index of a text in `texts`.
  package func index(_ example: Int, group: Int = 0, sample: Int = 0, text: Int = 0) -> Int {
    ((example * groups + group) * samples + sample) * textsPerDraw + text
  }
  /// The tokens of the text at `index`, as indices into `tokens`.
  package func tokenRange(_ index: Int) -> Range<Int> { Int(tokenOffsets[index])..<Int(tokenOffsets[index + 1]) }
  /// The draws' disagreement about the token at `index`: the mutual information of token and draw, in nats.
  package func epistemicEntropy(_ index: Int) -> Float { totalEntropies[index] - aleatoricEntropies[index] }
}
