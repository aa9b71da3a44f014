// A scalar loss of a network, for tests that compare gradients with differences.
import Arrays
import Transformers

/// A fixed random combination of a head's logits for a batch, as a function of the network's parameters.
struct CombinedLogits<H: Head> {
  private let network: Network
  private let head: H
  private let parameters: [Float]
  private let dropout: Dropout?
  private let batch: PackedBatch
  private let weights: [Float]

  /// - Parameter outputs: the number of logits for a batch.
  init(
    _ fixture: RandomNetwork, head: H, batch: PackedBatch = RandomNetwork.fourSequences, outputs: (PackedBatch) -> Int,
    dropout: Dropout? = nil
  ) {
    (network, self.head, parameters, self.dropout) = (fixture.network, head, fixture.values, dropout)
    self.batch = batch
    weights = (0..<outputs(batch)).map { 2 * RandomStream(seed: 3, purpose: .test).uniform($0) - 1 }
  }

  /// The loss at these parameters.
  func callAsFunction(_ values: [Float]) -> Double {
    let logits = network.logits(batch, head: head, parameters: values, dropout: dropout, count: weights.count)
    return zip(logits, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// The loss's gradient at the network's own parameters.
  func gradient() -> [Float] {
    var gradient = [Float](repeating: 0, count: parameters.count)
    network.accumulateGradient(
      batch, head: head, parameters: parameters, gradients: &gradient, dropout: dropout, arena: Arena()
    ) { logits in for (index, weight) in weights.enumerated() { logits[index] = weight } }
    return gradient
  }
}
