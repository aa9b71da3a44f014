// Pretraining of a small decoder: AdamW on the next-token cross-entropy of documents, with all parameters trained. It uses
// the network, the kernels and the checkpoints of fine-tuning.
import Arrays
import Artifacts
import Faults
import Foundation
import Transformers

/// How a base is pretrained.
package struct PretrainingSettings: Codable, Sendable {
  /// The largest learning rate.
  package var learningRate = 3e-3
  /// Share of the steps in which the rate rises from zero; after them it follows half a cosine to zero.
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
  /// [document] Token ids, including those that mark the document's beginning and end.
  private let documents: [[Int32]]
  private let network: Network
  private let head: LanguageModelHead
  private let threads: Int
  private let arenas: [Arena]
  private var order: DataOrder
  /// Names, shapes and offsets of the tensors in `values`.
  package let parameters: ParameterTable
  /// [parameter] The trained tensors.
  package private(set) var values: [Float]
  private var state: Adapter.OptimizerState
  private let gradient = OrderedGradientSum()
  /// Exponential moving average of the loss in nats a token, for the log.
  private var smoothedLoss = 0.0

  /// A run at its first step.
  ///
  /// - Parameter documents: token ids, including those that mark a document's beginning and end.
  /// - Throws: `Fault` of kind `.configuration` if memory is too small for the parameters.
  package init(
    _ architecture: Architecture, documents: [[Int32]], _ settings: PretrainingSettings, threads: Int
  ) throws {
    (self.architecture, self.documents, self.settings, self.threads) = (architecture, documents, settings, threads)
    var table = ParameterTable()
    for tensor in architecture.tensors { table.append(tensor.name, shape: tensor.shape) }
    try Memory.require(
      Double(table.count) * Double(4 * MemoryLayout<Float>.stride), for: "hidden-size",
      "\(table.count) trained parameters", hint: "use fewer `layers`, or a smaller `hidden-size`")
    parameters = table
    let offsets = Dictionary(uniqueKeysWithValues: table.entries.map { ($0.name, $0.offset) })
    let nothingFrozen = { (name: String) throws -> StoredNumbers in preconditionFailure("\(name) is not trained") }
    network = try Network(architecture, frozen: nothingFrozen, trained: offsets)
    head = try network.languageModelHead(trained: offsets, frozen: nothingFrozen)
    arenas = (0..<threads).map { _ in Arena() }
    order = DataOrder(examples: Array(documents.indices), batchSize: settings.documentsPerStep, seed: settings.seed)
    values = Self.initialValues(architecture, table, seed: settings.seed)
    let zeros = [Float](repeating: 0, count: table.count)
    state = .init(step: 0, firstMoment: zeros, secondMoment: zeros)
  }

  /// Matrices are normal with standard deviation 0.02, divided by the square root of twice the number of layers if they
  /// write to the residual stream (Radford et al. 2019, GPT-2). The weights of norms are one.
  private static func initialValues(_ architecture: Architecture, _ table: ParameterTable, seed: Int) -> [Float] {
    var values = [Float](repeating: 1, count: table.count)
    for (index, (entry, tensor)) in zip(table.entries, architecture.tensors).enumerated() where entry.shape.count == 2 {
      let deviation = 0.02 / (tensor.role.writesToResidual ? Float(2 * architecture.layers).squareRoot() : 1)
      var noise = [Float](repeating: 0, count: entry.count)
      RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .initialization, place: (UInt32(index), 0)
      ).normals(into: &noise, count: entry.count, from: 0)
      for i in 0..<entry.count { values[entry.offset + i] = deviation * noise[i] }
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
  /// - Throws: `Fault` of kind `.data` if the loss or the gradient is not finite.
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

  /// The mean cross-entropy in nats a token. Sets `gradient.total` to its gradient.
  private mutating func lossAndGradient(_ chosen: [[Int32]]) -> Double {
    let parts = microbatches(lengths: chosen.map(\.count), budget: 1024)
    let targets = chosen.reduce(0) { $0 + $1.count - 1 }
    let (network, head, arenas, vocabulary) = (self.network, self.head, self.arenas, architecture.vocabularySize)
    let values = self.values
    let loss = gradient.sum(passes: parts.count, parameters: values.count, threads: threads) { part, worker, gradient in
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

/// Returns the cross-entropy of the next tokens, summed over all rows, and replaces the logits (rows, vocabulary) by its
/// gradient times `weight`. The last token of a document predicts nothing.
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
  /// The whole state, so that a resumed run gives the same bytes.
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
  /// - Throws: `Fault` of kind `.data` if a part is missing.
  package mutating func restore(_ checkpoint: Checkpoint) throws {
    values = try checkpoint.vector("values")
    smoothedLoss = try checkpoint.real("smoothedLoss")
    state = .init(
      step: try checkpoint.integer("step"), firstMoment: try checkpoint.vector("firstMoment"),
      secondMoment: try checkpoint.vector("secondMoment"))
  }
}
