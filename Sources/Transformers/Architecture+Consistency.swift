// What must hold between the numbers of an architecture, so that its tensors' shapes and the network's loops agree.

extension Architecture {
  /// What is wrong with these numbers, in one line; nil for a shape that the network can compute.
  package var inconsistency: String? {
    let sizes = [
      ("hiddenSize", hiddenSize), ("layers", layers), ("heads", heads), ("keyValueHeads", keyValueHeads),
      ("headSize", headSize), ("intermediateSize", intermediateSize), ("vocabularySize", vocabularySize),
      ("maximumPositions", maximumPositions),
    ]
    for (name, size) in sizes where !(1...Self.largestSize).contains(size) {
      return "\(name) is \(size), expected 1 to \(Self.largestSize)"
    }
    if heads % keyValueHeads != 0 { return "heads is \(heads), no multiple of keyValueHeads, \(keyValueHeads)" }
    if !(normEpsilon > 0 && normEpsilon < 1) { return "normEpsilon is \(normEpsilon), expected between 0 and 1" }
    return family == .bert ? encoderInconsistency : decoderInconsistency
  }

  /// Sizes are at most this, so that the product of any two fits an Int.
  package static let largestSize = 1 << 30

  private var encoderInconsistency: String? {
    if heads * headSize != hiddenSize {
      return "hiddenSize is \(hiddenSize), expected heads times headSize, \(heads * headSize)"
    }
    if keyValueHeads != heads { return "keyValueHeads is \(keyValueHeads), expected heads, \(heads)" }
    if !(1...Self.largestSize).contains(tokenTypes) { return "tokenTypes is \(tokenTypes), expected at least 1" }
    return attentionBias && !tiedHead ? nil : "an encoder has biases in its attention and no tied head"
  }

  private var decoderInconsistency: String? {
    if headSize % 2 != 0 { return "headSize is \(headSize), expected an even number: rotary positions turn pairs" }
    if tokenTypes != 0 { return "tokenTypes is \(tokenTypes), expected 0: a decoder has none" }
    if !(rotaryBase > 1 && rotaryBase.isFinite) { return "rotaryBase is \(rotaryBase), expected above 1" }
    guard let scaling = rotaryScaling else { return nil }
    return scaling.isConsistent ? nil : "rotaryScaling holds numbers that make no scaling"
  }
}

extension Architecture.RotaryScaling {
  /// Whether the numbers stretch frequencies: a factor of at least 1, and slow pairs below fast ones.
  package var isConsistent: Bool {
    factor >= 1 && factor.isFinite && lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor
      && highFrequencyFactor.isFinite && originalPositions > 0
  }
}
