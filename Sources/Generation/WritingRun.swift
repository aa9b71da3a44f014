// Writes the answers of all draws of a posterior to a tokenized set, some texts at a time. The division into steps and parts
// does not depend on the number of threads.
import Arrays
import Artifacts
import Faults
import Posteriors
import Training

/// The texts of one method on one data set.
package struct WritingRun: Resumable {
  /// What is written.
  package struct Settings: Codable, Sendable {
    /// Texts of one draw for one prompt.
    package let texts: Int
    /// Whether one text has the mean probabilities of all draws, instead of a text for each draw.
    package let mixes: Bool
    /// Whether the draws are asked if each text is true.
    package let asksTruth: Bool
    package init(texts: Int, mixes: Bool, asksTruth: Bool = false) {
      (self.texts, self.mixes, self.asksTruth) = (texts, mixes, asksTruth)
    }
  }

  private let data: TokenizedSet
  private let posterior: any Posterior
  private let settings: Settings
  private let writer: TextWriter
  /// The calibration and test examples.
  private let examples: [Int]
  /// The tasks of one draw, by step and part.
  private let steps: [[[TextWriter.Task]]]
  /// The draws of the current step, by the index of the first.
  private var current: (index: Int, passes: [TextNetwork.Parameters])?
  /// The texts of the steps done, in the order of the steps.
  private var written: [WrittenText] = []
  /// Steps done.
  package private(set) var completed = 0

  /// Rows of one pass: as many texts as are written side by side.
  private static let rowsTogether = 32
  private static let partsPerStep = 8

  /// A run before its first step.
  ///
  /// - Parameter question: what is asked about each text, if its truth is.
  /// - Throws: `Fault` of kind `.usage` for a law or a number of texts that is not valid; of kind `.configuration` for a
  ///   prompt that leaves no room for a text, or texts that do not fit into memory.
  /// - Precondition: the scorer has the positions of `TokenizedSet.positions(writing:on:)`, with those of the question,
  ///   and the posterior draws parameters, as that of every method that writes.
  package init(
    _ scorer: Scorer, _ posterior: any Posterior, _ settings: Settings, _ law: Answers.Law, _ decoder: TextDecoder,
    question: TruthTokens? = nil
  ) throws {
    precondition(settings.asksTruth == (question != nil), "a question that is not asked, or lacks its words")
    try law.check(texts: settings.texts)
    guard case .draws = posterior.predictor else { preconditionFailure("a posterior without draws cannot write") }
    (data, self.posterior, self.settings) = (scorer.data, posterior, settings)
    examples = data.predictedExamples
    let (positions, reserved) = (scorer.architecture.maximumPositions, question?.count ?? 0)
    try data.requireRoom(positions, question: reserved, after: examples)
    writer = TextWriter(
      network: try TextNetwork(scorer), law: law, decoder: decoder, question: question,
      positions: positions - reserved)
    let draws = settings.mixes ? posterior.groups * posterior.samples : 1
    try Self.checkMemory(
      texts: Double(examples.count) * Double(settings.mixes ? 1 : posterior.groups * posterior.samples)
        * Double(settings.texts), tokens: min(law.maximumNewTokens, positions))
    steps = Self.steps(scorer, examples, texts: settings.texts, rows: max(1, Self.rowsTogether / draws))
  }

  /// Throws if the texts do not fit into memory, before a list of them is made.
  private static func checkMemory(texts: Double, tokens: Int) throws {
    let bytes = texts * Double(MemoryLayout<WrittenText>.stride + 20 * tokens)
    try Memory.require(bytes, for: "texts", "\(texts.formatted(0)) texts", hint: "write fewer")
  }

  /// [step][part] Tasks of at most `rows` texts in a part.
  private static func steps(
    _ scorer: Scorer, _ examples: [Int], texts: Int, rows: Int
  ) -> [[[TextWriter.Task]]] {
    var parts: [[TextWriter.Task]] = []
    var free = 0
    for example in examples {
      for first in stride(from: 0, to: texts, by: rows) {
        let task = TextWriter.Task(
          example: example, prompt: scorer.data.prompt(of: example), identity: scorer.drawIdentity(of: example),
          texts: first..<min(first + rows, texts))
        if task.texts.count > free {
          parts.append([])
          free = rows
        }
        parts[parts.count - 1].append(task)
        free -= task.texts.count
      }
    }
    return stride(from: 0, to: parts.count, by: partsPerStep).map {
      Array(parts[$0..<min($0 + partsPerStep, parts.count)])
    }
  }

  /// How many draws write texts of their own.
  private var authors: Int { settings.mixes ? 1 : posterior.groups * posterior.samples }
  /// All texts.
  private var count: Int { examples.count * authors * settings.texts }
  /// Total number of steps.
  package var total: Int { authors * steps.count }
  package var note: String { "\(written.count) of \(count) texts" }

  /// [byte] The keys and values of the texts that are written at the same time.
  package var cacheBytes: Double {
    let longest = examples.map { data.prompt(of: $0).count }.max() ?? 0
    let tokens = min(writer.positions, longest + writer.law.maximumNewTokens) + (writer.question?.count ?? 0)
    let texts = (steps.first ?? []).map { $0.reduce(0) { $0 + $1.texts.count } }.max() ?? 0
    let draws = settings.mixes ? posterior.groups * posterior.samples : 1
    let together = min(writer.network.threads, steps.first?.count ?? 0) * texts * draws
    return Double(together) * Double(writer.network.cacheBytes(tokens: tokens))
  }

  /// Writes the texts of the next step.
  package mutating func advance() throws {
    let (author, step) = completed.quotientAndRemainder(dividingBy: steps.count)
    let (group, sample) = author.quotientAndRemainder(dividingBy: posterior.samples)
    let passes = self.passes(author)
    let seed = stepSeed(Int(bitPattern: UInt(stepSeed(writer.law.seed, step: group))), step: sample)
    let (writer, parts) = (writer, steps[step])
    var texts = [[WrittenText]](repeating: [], count: parts.count)
    try texts.withUnsafeMutableBufferPointer { texts in
      // Safe, because each part has its own place.
      nonisolated(unsafe) let texts = texts
      try parallel(parts: parts.count, threads: writer.network.threads) { part, worker in
        texts[part] = try writer.write(parts[part], by: passes, seed: seed, worker: worker)
      }
    }
    written += texts.joined()
    completed += 1
  }

  /// The draws that write the texts of `author`.
  private mutating func passes(_ author: Int) -> [TextNetwork.Parameters] {
    if let current, current.index == author { return current.passes }
    let draws = settings.mixes ? 0..<posterior.groups * posterior.samples : author..<author + 1
    let passes = writer.network.joined(
      draws.map { index in
        let draw = posterior.draw(group: index / posterior.samples, sample: index % posterior.samples)
        return writer.network.parameters(draw.values, dropout: draw.dropout)
      })
    current = (author, passes)
    return passes
  }

  /// The complete state.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["steps"] = completed
    WrittenText.save(written, to: &checkpoint)
    return checkpoint
  }

  /// Resumes after the steps of a checkpoint.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    completed = try checkpoint.integer("steps")
    written = try WrittenText.restore(checkpoint)
  }

  /// The finished answers; the caller adds method, digests and settings.
  ///
  /// - Throws: what decoding throws.
  /// - Precondition: all steps are done.
  package func answers() throws -> Answers {
    precondition(completed == total, "\(completed) of \(total) steps")
    var answers = Answers()
    (answers.dataset, answers.corruption, answers.law) = (data.dataset, data.corruption, writer.law)
    answers.tokenizerDigest = data.tokenizerDigest
    (answers.groups, answers.samples) = settings.mixes ? (1, 1) : (posterior.groups, posterior.samples)
    (answers.textsPerDraw, answers.mixedDraws) = (
      settings.texts, settings.mixes ? posterior.groups * posterior.samples : 1
    )
    (answers.warnings, answers.storedParameters) = (posterior.warnings, posterior.storedParameters)
    answers.cost.forwardPasses = posterior.groups * posterior.samples * settings.texts
    for (place, example) in examples.enumerated() {
      let prompt = data.prompt(of: example)
      answers.rowIDs.append(data.rowIDs[example])
      answers.splits.append(data.splits[example])
      answers.prompts.append(try writer.decoder.text(of: Array(prompt), after: []))
      answers.references += data.acceptedAnswers(of: example)
      answers.referenceOffsets.append(Int32(answers.references.count))
      for author in 0..<authors {
        for text in 0..<settings.texts {
          try answers.append(written[(author * examples.count + place) * settings.texts + text], prompt, writer)
        }
      }
    }
    return answers
  }
}

extension Answers {
  /// Adds a text behind the others.
  fileprivate mutating func append(
    _ text: WrittenText, _ prompt: ArraySlice<Int32>, _ writer: TextWriter
  ) throws {
    let whole = try writer.decoder.text(of: text.tokens, after: prompt)
    texts.append(whole.beforeFirst(of: writer.law.stops) ?? whole)
    endings.append(text.ending!)
    if let truth = text.truth { truthProbabilities.append(truth) }
    tokens += text.tokens
    tokenOffsets.append(Int64(tokens.count))
    logProbabilities += text.logProbabilities
    lawLogProbabilities += text.lawLogProbabilities
    totalEntropies += text.totalEntropies
    aleatoricEntropies += text.aleatoricEntropies
  }
}

extension TokenizedSet {
  /// The right answers to an example as texts; none where they are unknown.
  fileprivate func acceptedAnswers(of example: Int) -> [String] {
    if scoring == .answers { return Array(references(of: example)) }
    return labels[example] < 0 ? [] : [Array(choiceTexts(of: example))[Int(labels[example])]]
  }
}
