// Pretraining: all parameters of a small decoder, next-token cross-entropy on documents, AdamW. The same network, the
// same kernels and the same kind of checkpoint as in fine-tuning.
import Arrays
import Artifacts
import Faults
import Foundation
import Transformers

/// How a base is pretrained.
package struct PretrainingSettings: Codable, Sendable {
  /// The largest learning rate.
  package var learningRate = 3e-3
  /// Share of the steps in which the rate rises from zero; after that it falls as a cosine.
  package var warmup = 0.03
  /// Decoupled weight decay on matrices.
  package var weightDecay = 0.1
  /// The largest norm of a step's gradient.
  package var gradientClip = 1.0
  /// Documents in a step.
  package var documentsPerStep = 64
  /// Passes over the documents.
  package var epochs = 1
  /// The seed of the initialisation and of the documents' order.
  package var seed = 0

  package init() {}
}

/// The pretraining of one base.
package struct LanguageModelRun: Resumable {
  private let architecture: Architecture
  private let settings: PretrainingSettings
  /// [document] Token ids, with the tokens that begin and end a document.
  private let documents: [[Int32]]
  private let network: Network
  private let head: LanguageModelHead
  private let threads: Int
  private let arenas: [Arena]
  private var order: DataOrder
  /// Where each tensor lies in `values`.
  package let parameters: ParameterTable
  /// [parameter] The trained tensors.
  package private(set) var values: [Float]
  private var state: Adapter.OptimizerState
  private var gradient = OrderedGradientSum()
  /// Exponential mean of the loss in nats a token, for the log.
  private var smoothedLoss = 0.0

  /// A run at its first step.
  ///
  /// - Parameter documents: token ids, with the tokens that begin and end a document.
  package init(
    _ architecture: Architecture, documents: [[Int32]], _ settings: PretrainingSettings, threads: Int
  ) throws {
    (self.architecture, self.documents, self.settings, self.threads) = (architecture, documents, settings, threads)
    try BLAS.prepare(threads: threads)
    var table = ParameterTable()
    for tensor in architecture.tensors { table.append(tensor.name, shape: tensor.shape) }
    try Memory.require(
      Double(table.count) * Double(4 * MemoryLayout<Float>.stride), for: "hidden-size",
      "\(table.count) trained numbers", hint: "ask for fewer `layers`, or for a smaller `hidden-size`")
    parameters = table
    let places = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.offset) })
    let nothingFrozen = { (name: String) throws -> StoredNumbers in preconditionFailure("\(name) is not trained") }
    network = try Network(architecture, frozen: nothingFrozen, trained: places)
    head = try network.languageModelHead(trained: places, frozen: nothingFrozen)
    arenas = (0..<threads).map { _ in Arena() }
    order = DataOrder(examples: Array(documents.indices), batchSize: settings.documentsPerStep, seed: settings.seed)
    values = Self.initialValues(architecture, table, seed: settings.seed)
    let zeros = [Float](repeating: 0, count: table.count)
    state = .init(step: 0, firstMoment: zeros, secondMoment: zeros)
  }

  /// Normal with standard deviation 0.02, smaller by the root of twice the depth where a block writes to the residual
  /// stream (Radford et al. 2019, GPT-2); norms one.
  private static func initialValues(_ architecture: Architecture, _ table: ParameterTable, seed: Int) -> [Float] {
    var values = [Float](repeating: 1, count: table.count)
    for (index, (entry, tensor)) in zip(table.entries, architecture.tensors).enumerated() where entry.shape.count == 2 {
      let deviation = 0.02 / (tensor.role.writesToResidual ? Float(2 * architecture.layers).squareRoot() : 1)
      var noise = [Float](repeating: 0, count: entry.count)
      RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .initialization, place: (UInt32(index), 0)
      ).normals(into: &noise, count: entry.count, from: 0)
      for place in 0..<entry.count { values[entry.offset + place] = deviation * noise[place] }
    }
    return values
  }

  /// Steps taken.
  package var completed: Int { state.step }
  /// Steps in all.
  package var total: Int { settings.epochs * order.stepsPerEpoch }
  /// The smoothed loss in nats a token.
  package var note: String { "loss \(smoothedLoss.formatted(3))" }

  /// Takes the next step.
  ///
  /// - Throws: `Fault` of kind `.data` where the loss or the gradient is not finite.
  package mutating func advance() throws {
    let chosen = order.batch(step: completed).map { documents[$0] }
    let loss = lossAndGradient(chosen)
    let norm = squaredNorm(gradient.total, count: values.count).squareRoot()
    guard loss.isFinite, norm.isFinite else {
      throw Fault(
        .data, "step \(completed + 1)", "loss \(loss.shortest), gradient norm \(norm.shortest)",
        hint: "lower the `learning-rate`")
    }
    smoothedLoss = completed == 0 ? loss : 0.98 * smoothedLoss + 0.02 * loss
    if norm > settings.gradientClip {
      multiply(&gradient.total, by: Float(settings.gradientClip / norm), count: values.count)
    }
    let rate = LearningRateSchedule(largest: settings.learningRate, warmup: settings.warmup, decay: .cosine)
      .rate(step: completed, total: total)
    state.step += 1
    for entry in parameters.entries {
      adamW(
        &values, gradient: gradient.total, firstMoment: &state.firstMoment, secondMoment: &state.secondMoment,
        range: entry.offset..<entry.offset + entry.count, learningRate: Float(rate), step: state.step,
        weightDecay: entry.shape.count == 2 ? Float(settings.weightDecay) : 0)
    }
  }

  /// The mean cross-entropy in nats a token; its gradient replaces `gradient.total`.
  private mutating func lossAndGradient(_ chosen: [[Int32]]) -> Double {
    let parts = microbatches(lengths: chosen.map(\.count), budget: 1024)
    let targets = chosen.reduce(0) { $0 + $1.count - 1 }
    let (network, head, arenas, vocabulary) = (self.network, self.head, self.arenas, architecture.vocabularySize)
    let values = self.values
    let loss = gradient.sum(parts: parts.count, parameters: values.count, threads: threads) { part, worker, gradient in
      var batch = PackedBatch()
      for item in parts[part] {
        let document = chosen[item]
        batch.append(document, segments: [UInt8](repeating: 0, count: document.count), identity: 0)
      }
      arenas[worker].reset()
      var loss = 0.0
      values.withUnsafeBufferPointer { values in
        network.accumulateGradient(
          batch, head: head, parameters: values.baseAddress!, gradients: gradient, arena: arenas[worker]
        ) { logits in
          loss = nextTokenGradient(logits, batch, vocabulary: vocabulary, weight: 1 / Float(targets))
        }
      }
      return loss
    }
    return loss / Double(targets)
  }
}

/// Turns the logits (rows, vocabulary) into the gradient of the summed cross-entropy of each next token, times `weight`,
/// and returns the sum. The last token of a document predicts nothing.
private func nextTokenGradient(
  _ logits: UnsafeMutablePointer<Float>, _ batch: PackedBatch, vocabulary: Int, weight: Float
) -> Double {
  var loss = 0.0
  for sequence in 0..<batch.count {
    let rows = batch.rows(of: sequence)
    for row in rows.dropLast() {
      loss += crossEntropyGradient(
        logits + row * vocabulary, count: vocabulary, label: Int(batch.tokens[row + 1]), weight: weight)
    }
    (logits + (rows.upperBound - 1) * vocabulary).update(repeating: 0, count: vocabulary)
  }
  return loss
}

extension LanguageModelRun {
  /// All state, exactly.
  package func checkpoint(identity: String) -> Checkpoint {
    var checkpoint = Checkpoint(settings: identity)
    checkpoint.integers["step"] = state.step
    checkpoint.reals["smoothedLoss"] = [smoothedLoss]
    checkpoint.vectors["values"] = values
    checkpoint.vectors["firstMoment"] = state.firstMoment
    checkpoint.vectors["secondMoment"] = state.secondMoment
    return checkpoint
  }

  /// Resumes from a checkpoint of the same run.
  ///
  /// - Throws: `Fault` of kind `.data` where a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    values = try checkpoint.vector("values")
    smoothedLoss = try checkpoint.real("smoothedLoss")
    state = .init(
      step: try checkpoint.integer("step"), firstMoment: try checkpoint.vector("firstMoment"),
      secondMoment: try checkpoint.vector("secondMoment"))
  }
}
