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
    if heads % keyValueHeads != 0 { return "heads is \(heads), not a multiple of keyValueHeads, \(keyValueHeads)" }
    if !(normEpsilon > 0 && normEpsilon < 1) { return "normEpsilon is \(normEpsilon), expected between 0 and 1" }
    return attentionInconsistency ?? tokenTypeInconsistency ?? outputInconsistency ?? rotaryInconsistency
  }

  /// Sizes are at most this, so that the product of any two fits an Int.
  package static let largestSize = 1 << 30

  private var attentionInconsistency: String? {
    if isDecoder { return nil }
    if heads * headSize != hiddenSize {
      return "hiddenSize is \(hiddenSize), expected heads times headSize, \(heads * headSize)"
    }
    return keyValueHeads == heads ? nil : "keyValueHeads is \(keyValueHeads), expected heads, \(heads)"
  }

  private var tokenTypeInconsistency: String? {
    guard family.names.tokenTypes != nil else {
      return tokenTypes == 0 ? nil : "tokenTypes is \(tokenTypes), expected 0: the family has none"
    }
    return (1...Self.largestSize).contains(tokenTypes) ? nil : "tokenTypes is \(tokenTypes), expected at least 1"
  }

  private var outputInconsistency: String? {
    guard !isDecoder, !attentionBias || tiedHead else { return nil }
    return "an encoder has biases in its attention and no tied head"
  }

  private var rotaryInconsistency: String? {
    guard family.positions == .rotary else { return nil }
    if headSize % 2 != 0 { return "headSize is \(headSize), expected an even number: rotary positions rotate pairs" }
    if !(rotaryBase > 1 && rotaryBase.isFinite) { return "rotaryBase is \(rotaryBase), expected above 1" }
    guard let scaling = rotaryScaling else { return nil }
    return scaling.isConsistent ? nil : "rotaryScaling holds values that do not make a scaling"
  }
}

extension Architecture.RotaryScaling {
  /// Whether the numbers stretch frequencies: a factor of at least 1, and slow pairs below fast ones.
  package var isConsistent: Bool {
    factor >= 1 && factor.isFinite && lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor
      && highFrequencyFactor.isFinite && originalPositions > 0
  }
}
