// How far one client trusts the adapters of the others: similarities of several kinds, and the weights that follow from
// them (Wagner, Fan and Jaggi 2024, "Personalized collaborative fine-tuning for on-device large language models",
// arXiv:2404.09753).
import Calibration

/// How a client weights the adapters of a round.
package enum Trust: String, CaseIterable, Sendable {
  /// It keeps its own.
  case none
  /// All weigh the same (FedAvg).
  case average
  /// By the cosine of the adapters.
  case weights
  /// By minus their NLL (nats) on the client's calibration split.
  case validation
  /// By minus the mean Jensen-Shannon divergence (nats) of their answers to questions that all clients share.
  case predictions
  /// By the inner product of the known mixtures of the clients' data, not by a softmax.
  case theoretical

  /// Whether the weights depend on similarities.
  var hasSimilarities: Bool { self != .none && self != .average }

  /// By what similarities are divided unless a user says otherwise: as published for weights and predictions. NLLs of
  /// adapters differ by tenths of a nat.
  package var usualTemperature: Double { self == .validation || self == .predictions ? 0.1 : 1 }

  /// The weights for these similarities, which sum to 1; nil for a client that is left out.
  ///
  /// - Parameters:
  ///   - own: the index of the client itself.
  ///   - temperature: divides the similarities before the softmax.
  /// - Returns: 0 for those that are left out.
  package func weights(_ similarities: [Double?], own: Int, temperature: Double) -> [Double] {
    let present = similarities.indices.filter { similarities[$0] != nil }
    var weights = [Double](repeating: 0, count: similarities.count)
    func fill(_ values: [Double]) { for (index, value) in zip(present, values) { weights[index] = value } }
    let values = present.map { similarities[$0] ?? 0 }
    switch self {
    case .none: weights[own] = 1
    case .average: fill(values.map { _ in 1 / Double(present.count) })
    case .weights, .validation, .predictions: fill(softmax(values.map { $0 / temperature }).probabilities)
    case .theoretical:
      let total = values.reduce(0, +)
      if total > 0 { fill(values.map { $0 / total }) } else { weights[own] = 1 }
    }
    return weights
  }
}
