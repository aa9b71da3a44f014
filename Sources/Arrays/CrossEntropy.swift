// Log-probabilities and the loss, in nats. Rows over answers are short and computed in Double; rows over a vocabulary
// are too long for that.
import Glibc

/// Rows up to this length are summed in Double.
private let shortRow = 64

/// y = log softmax(x) of one row (count), computed in Double; y may be x.
///
/// A row with a NaN, or with infinities that leave its log-probabilities undefined, becomes NaN.
package func logSoftmax(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
  let (top, excess) = logSumExp(x, count: count)
  for index in 0..<count { y[index] = Float(Double(x[index]) - top - excess) }
}

/// The loss -log p(label) of one row (count) of logits. Overwrites the row with the gradient, weight (p - [label]).
///
/// - Returns: the unweighted loss. It stays accurate if p(label) is nearly 1: the other terms are summed separately.
package func crossEntropyGradient(
  _ logits: UnsafeMutablePointer<Float>, count: Int, label: Int, weight: Float = 1
) -> Double {
  precondition(label >= 0 && label < count, "label \(label) of \(count)")
  guard count <= shortRow else { return longCrossEntropyGradient(logits, count: count, label: label, weight: weight) }
  let own = Double(logits[label])
  let (top, excess) = logSumExp(logits, count: count)
  for index in 0..<count {
    let p = exp(Double(logits[index]) - top - excess)
    logits[index] = Float(Double(weight) * (index == label ? p - 1 : p))
  }
  return top - own + excess
}

/// log p(label) of one row (count) of logits.
package func labelLogarithm(_ logits: UnsafePointer<Float>, count: Int, label: Int) -> Double {
  precondition(label >= 0 && label < count, "label \(label) of \(count)")
  let (top, excess) = logSumExp(logits, count: count)
  return Double(logits[label]) - top - excess
}

/// The loss -Σ q log p of one row (count) of logits with the targets q (count), whose sum need not be 1. Overwrites the row
/// with the gradient, weight (p Σq - q).
///
/// - Returns: the loss without `weight`.
package func crossEntropyGradient(
  _ logits: UnsafeMutablePointer<Float>, targets: [Double], weight: Float = 1
) -> Double {
  let total = targets.reduce(0, +)
  let (top, excess) = logSumExp(logits, count: targets.count)
  var loss = 0.0
  for (index, target) in targets.enumerated() {
    let logarithm = Double(logits[index]) - top - excess
    if target > 0 { loss -= target * logarithm }
    logits[index] = Float(Double(weight) * (total * exp(logarithm) - target))
  }
  return loss
}

/// The focal loss -(1 - p)^γ log p of one row (count) of logits, with p = p(label) (Lin et al. 2017, arXiv:1708.02002).
/// Overwrites the row with the gradient, weight (p_k - [k = label]) ((1 - p)^γ - γ p (1 - p)^(γ - 1) log p).
///
/// - Returns: the loss without `weight`.
package func focalGradient(
  _ logits: UnsafeMutablePointer<Float>, count: Int, label: Int, focus: Double, weight: Float = 1
) -> Double {
  precondition(label >= 0 && label < count, "label \(label) of \(count)")
  let (top, excess) = logSumExp(logits, count: count)
  let logarithm = Double(logits[label]) - top - excess
  let (p, rest) = (exp(logarithm), -expm1(logarithm))
  // At p = 1 the second term vanishes for every γ: p - 1 times it is.
  let slope = focus > 0 && rest > 0 ? focus * p * pow(rest, focus - 1) * logarithm : 0
  let factor = Double(weight) * (pow(rest, focus) - slope)
  for index in 0..<count {
    let own = exp(Double(logits[index]) - top - excess)
    logits[index] = Float(factor * (index == label ? -rest : own))
  }
  return -pow(rest, focus) * logarithm
}

/// The loss -Σ (t log σ(x) + (1 - t) log(1 - σ(x))) of one row of logits x with the targets t, 0 or 1. Overwrites the row
/// with the gradient, weight (σ(x) - t).
///
/// - Returns: the loss without `weight`.
package func sigmoidCrossEntropyGradient(
  _ logits: UnsafeMutablePointer<Float>, targets: some Collection<Float>, weight: Float = 1
) -> Double {
  var loss = 0.0
  for (index, target) in targets.enumerated() {
    let (x, t) = (Double(logits[index]), Double(target))
    loss += softplus(x) - t * x
    logits[index] = weight * Float(1 / (1 + exp(-x)) - t)
  }
  return loss
}

/// log(1 + exp(x)), without overflow.
package func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// log Σ exp(x) in two parts, the maximum and the contribution of the others: their sum would lose a small second part.
private func logSumExp(_ x: UnsafePointer<Float>, count: Int) -> (top: Double, excess: Double) {
  var top = 0
  for index in 1..<max(count, 1) where x[index] > x[top] { top = index }
  var others = 0.0
  for index in 0..<count where index != top { others += exp(Double(x[index]) - Double(x[top])) }
  return (Double(x[top]), log1p(others))
}

private func longCrossEntropyGradient(
  _ logits: UnsafeMutablePointer<Float>, count: Int, label: Int, weight: Float
) -> Double {
  let shift = maximum(logits, count: count)
  let own = Double(logits[label])
  @inline(__always) func weigh(_ sum: inout Lanes, _ at: LaneRange) {
    let e = masked(exponential(load(logits, at) - all(shift)), at)
    store(e, logits, at)
    sum += e
  }
  let sum = sumOverLaneRanges(count, weigh)
  multiply(logits, by: weight / sum, count: count)
  logits[label] -= weight
  return log(Double(sum)) + Double(shift) - own
}

extension Reference {
  /// `logSoftmax` of a row.
  package static func logSoftmax(_ row: [Float]) -> [Double] { softmax(row).map { log($0) } }
}
