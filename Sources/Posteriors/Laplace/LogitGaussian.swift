// Probabilities of Gaussian logits: by samples, or by the probit approximation. Probabilities are averaged; an average
// of logits would be the point estimate again.
import Arrays
import Calibration
import Foundation
import Training

extension LogitGaussian {
  /// log softmax(f_mean + L ε) with L Lᵀ the covariance: [sample, choice].
  ///
  /// - Parameter stream: The example's stream; sample s reads its elements from s C on.
  package func sampled(_ samples: Int, covariance: [Double], stream: RandomStream) -> [Float] {
    var noise = [Float](repeating: 0, count: samples * mean.count)
    stream.normals(into: &noise, count: noise.count)
    return sampled(covariance: covariance, noise: noise)
  }

  /// The same for given ε (sample, choice).
  package func sampled(covariance: [Double], noise: [Float]) -> [Float] {
    let choices = mean.count
    let root = self.root(of: covariance)
    return (0..<noise.count / choices).flatMap { sample in
      let logits = (0..<choices).map { row in
        (0...row).reduce(Double(mean[row])) { $0 + root[row * choices + $1] * Double(noise[sample * choices + $1]) }
      }
      return logSoftmax(logits).map { Float($0) }
    }
  }

  /// L with L Lᵀ the covariance. Fully dependent logits get exactly the same row, which rounding could make differ.
  private func root(of covariance: [Double]) -> [Double] {
    let choices = mean.count
    let rows = (0..<choices).map { $0 * choices..<($0 + 1) * choices }
    var root = SymmetricMatrix.semidefiniteRoot(of: covariance, size: choices)
    for (index, row) in rows.enumerated() {
      if let same = rows[..<index].first(where: { covariance[$0] == covariance[row] }) {
        root.replaceSubrange(row, with: Array(root[same]))
      }
    }
    return root
  }

  /// The logarithms of the mean probabilities, by the probit approximation of every difference of two logits: [choice].
  ///
  /// A probability is p_c = 1 / Σ_k exp(-(f_c - f_k)). Each difference f_c - f_k is Gaussian, and the mean of its
  /// sigmoid is approximately the sigmoid of mean / √(1 + π/8 variance) (MacKay 1992). These shrunk differences replace
  /// f_c - f_k (Lu et al. 2020, arXiv:2006.07584, the mean field of all pairs), and the results are scaled to sum to 1.
  /// For two choices this is MacKay's formula. As in the softmax, a shift that all logits share does not matter:
  /// neither a constant in the mean nor a random shift in the covariance. Dividing each logit by its standard deviation
  /// lacks this property.
  package func probit(covariance: [Double]) -> [Float] {
    let choices = mean.count
    func difference(_ one: Int, _ other: Int) -> Double {
      let shared = covariance[one * choices + other] + covariance[other * choices + one]
      // Rounding can make it negative if two logits are fully dependent.
      let variance = max(0, covariance[one * choices + one] + covariance[other * choices + other] - shared)
      return (Double(mean[one]) - Double(mean[other])) / (1 + Double.pi / 8 * variance).squareRoot()
    }
    let logits = (0..<choices).map { one in
      -logMeanExp((0..<choices).map { [-difference(one, $0)] })[0]
    }
    return logSoftmax(logits).map { Float($0) }
  }
}

extension GaussianNoise {
  /// ε (sample, choice) for the logits of an example under a member. Like `logitStream`, it belongs to the row.
  func ofLogits(_ scorer: Scorer, _ example: Int, group: Int) -> [Float] {
    let choices = scorer.data.choiceCount(example)
    return (0..<samples).flatMap { sample in
      normals(
        .logitNoise, member: Int(scorer.drawIdentity(of: example)), sample: sample, count: choices,
        from: group * choices)
    }
  }
}

/// The stream of an example's logits, independent of the other examples in the file.
func logitStream(seed: Int, _ scorer: Scorer, _ example: Int) -> RandomStream {
  RandomStream(
    seed: UInt64(bitPattern: Int64(seed)), purpose: .logitNoise, place: (scorer.drawIdentity(of: example), 0))
}

/// Chooses the prior's precision by the calibration split.
package struct PriorSearch {
  /// The precisions that are tried, in half decades.
  package static let precisions = (-8...12).map { pow(10, Double($0) / 2) }
  /// Number of draws of each example's logits, the same draws for all precisions.
  private static let samples = 64

  private let scorer: Scorer
  private let examples: [Int]

  /// A search on these labelled examples.
  package init(_ scorer: Scorer, _ examples: [Int]) { (self.scorer, self.examples) = (scorer, examples) }

  /// The precision whose linearised predictive has the lowest negative log-likelihood; ties go to the largest.
  package func bestPrecision(_ gaussians: [LogitGaussian]) -> Double {
    let losses = Self.precisions.indices.map { index in
      zip(examples, gaussians).reduce(0) { sum, entry in
        let (example, gaussian) = entry
        let rows = gaussian.sampled(
          Self.samples, covariance: gaussian.covariances[index], stream: logitStream(seed: 0, scorer, example))
        let (choices, label) = (gaussian.mean.count, Int(scorer.data.labels[example]))
        let mean = (0..<Self.samples).reduce(0) { $0 + exp(Double(rows[$1 * choices + label])) } / Double(Self.samples)
        return sum - log(max(mean, .leastNormalMagnitude))
      }
    }
    let best = losses.indices.reversed().min { losses[$0] < losses[$1] }!
    return Self.precisions[best]
  }
}
