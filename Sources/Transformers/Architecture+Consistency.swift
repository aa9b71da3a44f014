// What must hold between the values of an architecture, so that its tensors' shapes and the network's loops agree.

extension Architecture {
  /// What is wrong with these values, in one line; nil for a network that can be computed.
  package var inconsistency: String? {
    let sizes = [
      ("hidden size", hiddenSize), ("number of layers", layers), ("number of heads", heads),
      ("number of key and value heads", keyValueHeads), ("head size", headSize),
      ("intermediate size", intermediateSize),
      ("vocabulary size", vocabularySize), ("number of positions", maximumPositions),
      ("embedding size", embeddingWidth),
    ]
    for (name, size) in sizes where !(1...Self.largestSize).contains(size) {
      return "the \(name) is \(size), expected 1 to \(Self.largestSize)"
    }
    if heads % keyValueHeads != 0 { return "\(heads) heads are not a multiple of \(keyValueHeads) key and value heads" }
    if !(normEpsilon > 0 && normEpsilon < 1) { return "the norms' epsilon is \(normEpsilon), expected between 0 and 1" }
    if names.embeddingProjection == nil && embeddingWidth != hiddenSize {
      return "the embeddings have the width \(embeddingWidth), expected the hidden size, \(hiddenSize)"
    }
    let scales = [
      embeddingScale, residualScale, logitScale, attention.scale ?? 1, logitCap ?? 1, attention.scoreCap ?? 1,
    ]
    // The network computes in Float.
    if let scale = scales.first(where: { !Float($0).isNormal }) {
      return "a factor is \(scale), expected a float32 other than 0"
    }
    if let scale = attention.scale, scale < 0 { return "the attention's factor is \(scale), expected above 0" }
    if windows.contains(where: { $0.map { $0 < 1 } ?? false }) { return "a window is below 1" }
    return positionBias?.inconsistency ?? rotary?.inconsistency(headSize: headSize)
      ?? windowRotary?.inconsistency(headSize: headSize)
  }

  /// Sizes are at most this, so that the product of any two fits an Int.
  package static let largestSize = 1 << 30
}

extension Architecture.PositionBias {
  fileprivate var inconsistency: String? {
    switch self {
    case .alibi: nil
    case .buckets(let count, let maximum): Self.inconsistency(count, exact: count / 4, last: maximum)
    case .disentangled(let span, let maximum, _, _):
      // Without a largest distance there are no shared buckets.
      Self.inconsistency(span, exact: maximum == 0 ? nil : span / 2, last: maximum - 1)
    }
  }

  /// Distances beyond `exact` share buckets whose width grows as log(distance / exact) / log(last / exact).
  private static func inconsistency(_ buckets: Int, exact: Int?, last: Int) -> String? {
    if !(1...Architecture.largestSize).contains(buckets) {
      return "the number of buckets of distances is \(buckets), expected 1 to \(Architecture.largestSize)"
    }
    if let exact, exact < 1 || last <= exact {
      return "\(buckets) buckets of distances do not fit a largest distance of \(last)"
    }
    return nil
  }
}

extension Architecture.Rotary {
  fileprivate func inconsistency(headSize: Int) -> String? {
    if width % 2 != 0 || !(2...headSize).contains(width) {
      return "rotary positions rotate pairs: found a width of \(width), expected an even number up to \(headSize)"
    }
    if !(base > 1 && base.isFinite) { return "the rotary base is \(base), expected above 1" }
    return scaling.flatMap { $0.isConsistent(pairs: width / 2) ? nil : "the rotary scaling's values do not make one" }
  }
}

extension Architecture.RotaryScaling {
  /// Whether the values stretch frequencies: a factor of at least 1, and slow pairs below fast ones.
  fileprivate func isConsistent(pairs: Int) -> Bool {
    switch self {
    case .linear(let factor): factor >= 1 && factor.isFinite
    case .llama3(let factor, let low, let high, let positions):
      factor >= 1 && factor.isFinite && low > 0 && high > low && high.isFinite && positions > 0
    case .yarn(let factor, let fast, let slow, let positions, let attention, _):
      factor >= 1 && factor.isFinite && slow > 0 && fast >= slow && fast.isFinite && positions > 0 && attention > 0
        && attention.isFinite
    case .perPair(let factors, let attention):
      factors.count == pairs && factors.allSatisfy { $0 > 0 && $0.isFinite } && attention > 0 && attention.isFinite
    }
  }
}
