// Methods that answer other versions of every question too, with the same draw. Contextual calibration (Zhao et al.
// 2021, arXiv:2102.09690): q ∝ p / p_cf, with p_cf the mean of the same weights' answers to questions without content
// ("N/A", nothing, "[MASK]"). The template and the choices are those of the question, so that a choice which the model
// finds likely after any text loses that advantage, be it a letter or words. Prompt consistency: log q is the mean of
// log p over the question and its versions, normalised. Over all cyclic shifts of the choices, a term of the logits that
// depends on the position alone adds the same to every choice, and cancels.
import Artifacts
import Calibration
import Faults
import Training

/// The other versions of a data set's questions.
package struct QuestionVersions {
  /// What is made of the answers to them.
  package enum Use: String, Sendable, CaseIterable {
    case contextual, consistent

    /// The suffix of the names of the methods that use them so.
    package var suffix: String { "-" + rawValue }
    /// What it is called in messages.
    package var title: String { self == .contextual ? "contextual calibration" : "prompt consistency" }

    /// The use that a method's name ends with; nil if there is none.
    package static func named(by method: String) -> Use? { allCases.first { method.hasSuffix($0.suffix) } }

    /// `method` without the suffix.
    package func plain(_ method: String) -> String { String(method.dropLast(suffix.count)) }

    fileprivate var accepted: [TokenizedSet.Versions] {
      self == .contextual ? [.contentFree] : [.shifts, .corruptions, .templates]
    }
  }

  /// What is made of the answers to them.
  package let use: Use
  private let kind: TokenizedSet.Versions
  private let scorer: Scorer
  /// [example of the data set] The indices of its versions in the scorer's data; none for training examples.
  private let versions: [[Int]]

  /// The versions, from `scorer`'s data, of the predicted examples of `set`.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the data has other versions than `use` needs, if an example has none
  ///   or not all shifts, if they have other choices, or if several labels may apply.
  package init(_ use: Use, _ scorer: Scorer, of set: TokenizedSet, path: String) throws {
    try set.requireOneRightChoice(for: use.title, hint: "use the method without \(use.suffix)")
    let (name, accepted) = (scorer.data.corruption.name, use.accepted)
    guard let kind = accepted.first(where: { $0.rawValue == name }) else {
      throw Fault(
        .configuration, path,
        "it holds no \(accepted.map(\.rawValue).joined(separator: " or ")) version of the questions of \(set.dataset)",
        hint: use == .contextual ? "make it with `content-free`" : "make it with `versions`")
    }
    let indices = Dictionary(
      scorer.data.rowIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    (self.use, self.kind, self.scorer) = (use, kind, scorer)
    versions = try set.rowIDs.enumerated().map { example, id in
      guard set.splits[example] != .train else { return [] }
      var found: [Int] = []
      while let index = indices[kind.rowID(id, version: found.count)] { found.append(index) }
      guard kind.areAll(found, in: scorer.data, of: Array(set.choiceTexts(of: example))) else {
        throw Fault(
          .configuration, path, "it does not have all \(kind.rawValue) versions of row \(id), with the same choices",
          hint: "tokenize the same questions with the same settings")
      }
      return found
    }
  }

  /// Number of additional passes over the data set for every sample.
  var passes: Int { versions.map(\.count).max() ?? 0 }

  /// log q of `examples`, [example, choice] with the width of `rows`, their log-probabilities under the same draw.
  ///
  /// - Throws: `Fault` naming a row with values that are not finite.
  package func combined(_ rows: [Float], width: Int, examples: [Int], _ draw: Draw) throws -> [Float] {
    let answers = try scorer.logProbabilities(
      of: examples.flatMap { versions[$0] }, parameters: draw.values, dropout: draw.dropout)
    let theirWidth = scorer.data.maximumChoices
    var (result, next) = (rows, 0)
    for (index, example) in examples.enumerated() {
      let choices = scorer.data.choiceCount(versions[example][0])
      let others = versions[example].indices.map { version in
        (0..<choices).map { choice in
          let position = kind.position(of: choice, version: version, count: choices)
          return Double(answers[(next + version) * theirWidth + position])
        }
      }
      next += others.count
      let row = (0..<choices).map { Double(rows[index * width + $0]) }
      let made =
        use == .contextual ? contextuallyCalibrated(row, contentFree: others) : logGeometricMean([row] + others)
      for (choice, value) in made.enumerated() { result[index * width + choice] = Float(value) }
    }
    return result
  }
}

extension TokenizedSet.Versions {
  /// Whether the examples `found` are all versions of a question with these choices, in their order.
  fileprivate func areAll(_ found: [Int], in set: TokenizedSet, of choices: [String]) -> Bool {
    let haveItsChoices = found.enumerated().allSatisfy { version, index in
      let theirs = Array(set.choiceTexts(of: index))
      return theirs.count == choices.count
        && choices.indices.allSatisfy {
          theirs[position(of: $0, version: version, count: choices.count)] == choices[$0]
        }
    }
    return haveItsChoices && (self == .shifts ? found.count == choices.count - 1 : !found.isEmpty)
  }
}

/// log (p / p_cf), normalised, with p_cf the mean over the rows of `contentFree`; all as log-probabilities.
package func contextuallyCalibrated(_ row: [Double], contentFree: [[Double]]) -> [Double] {
  logSoftmax(zip(row, logMeanExp(contentFree)).map { $0 - $1 })
}
