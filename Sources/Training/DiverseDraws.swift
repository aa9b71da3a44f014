// DNA, diversified neural averaging (Chu et al. 2022): a step reads each example under several draws of the dropout, and
// its loss is their mean PJS minus λ times the variance of √(PJS + 1e-6) over the draws. Here the dropout is that of the
// adapters' inputs (in the paper, of the head's). The weights are then averaged by SWAD.
import Adapters
import Arrays

/// The losses of several examples under several draws of the dropout.
package struct DiverseDraws: Sendable {
  /// [example] mean_k PJS - λ Var_k √(PJS + 1e-6).
  package let losses: [Double]
  /// [draw, example] The derivative of the number of draws times the loss by log p, where p is the label's probability under
  /// the draw.
  package let slopes: [Double]

  /// - Parameters:
  ///   - logarithms: [draw, example] the log-probability of the label.
  ///   - weight: λ.
  package init(logarithms: [Double], examples: Int, weight: Double) {
    let draws = logarithms.count / examples
    let all = logarithms.map { prunedJensenShannon(logarithm: $0) }
    let roots = all.map { ($0.value + 1e-6).squareRoot() }
    let means = (0..<examples).map { example in
      (0..<draws).reduce(0) { $0 + roots[$1 * examples + example] } / Double(draws)
    }
    losses = (0..<examples).map { example in
      (0..<draws).reduce(0) { sum, draw in
        let (place, mean) = (draw * examples + example, means[example])
        return sum + (all[place].value - weight * (roots[place] - mean) * (roots[place] - mean)) / Double(draws)
      }
    }
    // Of -λ (X - mean)², with dX = d PJS / (2 X); the means add nothing, since the differences from them add up to 0.
    slopes = all.indices.map { all[$0].slope * (1 - weight * (roots[$0] - means[$0 % examples]) / roots[$0]) }
  }
}

extension Scorer {
  /// How often a step reads each of its examples, each time under other masks of the dropout.
  var draws: Int { loss.draws }

  /// DNA's losses of a part with these logits; nil for other losses.
  func diverseDraws(of part: Division.Part, at all: UnsafePointer<Float>) -> DiverseDraws? {
    guard case .dna(let weight, _) = loss else { return nil }
    let logarithms = part.choices.enumerated().map { index, choices in
      let label = Int(data.labels[part.examples[index % part.examples.count]])
      return labelLogarithm(all + choices.lowerBound, count: choices.count, label: label)
    }
    return DiverseDraws(logarithms: logarithms, examples: part.examples.count, weight: weight)
  }

  /// Overwrites the logits (count) of the draw and example at `index` of a part with `weight` times the gradient of the
  /// loss. Returns the example's loss divided by the number of draws.
  func diverseGradient(
    _ logits: UnsafeMutablePointer<Float>, count: Int, of example: Int, _ all: DiverseDraws, at index: Int,
    weight: Float
  ) -> Double {
    let label = Int(data.labels[example])
    let own = classWeights.isEmpty ? 1 : classWeights[label]
    // The gradient of log p is that of the cross-entropy with the opposite sign.
    _ = crossEntropyGradient(logits, count: count, label: label, weight: -weight * Float(own * all.slopes[index]))
    return own * all.losses[index % all.losses.count] * Double(all.losses.count) / Double(all.slopes.count)
  }
}
