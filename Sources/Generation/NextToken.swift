// What one or several draws of a posterior say about the next token. Several are mixed token by token: the probability of a
// token is the mean over the draws, after a beginning that all of them share. (A mixture of whole texts would weight a
// draw by the probability that it gives to the beginning.)
import Arrays

/// The distribution of the next token.
package struct NextToken: Sendable {
  /// [token] Of the mean of the draws' probabilities.
  package let logProbabilities: [Float]
  /// Its entropy in nats.
  package let totalEntropy: Double
  /// The mean entropy of the draws; the difference to the total is their disagreement.
  package let aleatoricEntropy: Double

  /// - Parameter logits: [draw][token]
  package init(_ logits: [ArraySlice<Float>]) {
    let (count, number) = (logits[0].count, logits.count)
    // [draw, token]
    let draws = [Float](unsafeUninitializedCapacity: number * count) { draws, initialized in
      for (draw, own) in logits.enumerated() {
        own.withUnsafeBufferPointer {
          logSoftmaxOfVocabulary($0.baseAddress!, into: draws.baseAddress! + draw * count, count: count)
        }
      }
      initialized = number * count
    }
    let (mean, entropies) = draws.withUnsafeBufferPointer { draws in
      let rows = (0..<number).map { draws.baseAddress! + $0 * count }
      return (number == 1 ? nil : Self.mean(rows, count), rows.map { entropyOfVocabulary($0, count: count) })
    }
    // Equal draws have their own distribution and entropy exactly, so that their disagreement is 0.
    let aleatoric = entropies[0] + entropies.reduce(0) { $0 + $1 - entropies[0] } / Double(number)
    (logProbabilities, aleatoricEntropy) = (mean ?? draws, aleatoric)
    totalEntropy = mean.map { max(aleatoric, entropyOfVocabulary($0, count: count)) } ?? aleatoric
  }

  private static func mean(_ rows: [UnsafePointer<Float>], _ count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { mean, initialized in
      logMeanExp(rows, into: mean.baseAddress!, count: count)
      initialized = count
    }
  }

  /// Whether the logits were numbers.
  var isFinite: Bool { !logProbabilities[0].isNaN }
}
