// Flipout's change of a token has the law of one drawn for it alone, and the changes of two tokens are uncorrelated.
import Arrays
import Testing
import Transformers

@Suite struct FlipoutTests {
  /// The last hidden states of one sequence of four tokens, as moments over many draws of the change of one module.
  private struct Moments {
    var mean: [Double]
    var variance: [Double]
    /// Of the same number at tokens 0 and 1.
    var covariance: Double

    /// - Parameter signs: by Flipout, or one change for all tokens.
    init(signs: Bool, draws: Int) throws {
      // The last product of the last block, so that a token's output holds its own change alone.
      var fixture = try RandomNetwork(RandomNetwork.bert, adapted: ["layer.1.output.dense"], extra: 3 * 40)
      let module = fixture.architecture.linearModules.last!
      try fixture.setChange(of: module.name, to: fixture.extra)
      let (batch, width) = (RandomNetwork.batch([4]), fixture.architecture.hiddenSize)
      let a = fixture.places.first { $0.name == module.name + ".A" }!.range
      var (sums, squares) = (
        [Double](repeating: 0, count: 4 * width), [Double](repeating: 0, count: 4 * width)
      )
      var product = 0.0
      for draw in 0..<draws {
        let stream = RandomStream(seed: UInt64(draw), purpose: .test, place: (9, 9))
        var noise = [Float](repeating: 0, count: a.count)
        stream.normals(into: &noise, count: a.count)
        var values = fixture.values
        for place in 0..<a.count {
          if signs {
            values[fixture.extra + place] = 0.05 * noise[place]
          } else {
            values[a.lowerBound + place] += 0.05 * noise[place]
          }
        }
        let states = fixture.network.hiddenStates(
          batch, parameters: values, flipout: signs ? Flipout(seed: UInt64(draw)) : nil)
        for place in states.indices {
          sums[place] += Double(states[place])
          squares[place] += Double(states[place]) * Double(states[place])
        }
        for place in 0..<width { product += Double(states[place]) * Double(states[width + place]) }
      }
      let count = Double(draws)
      mean = sums.map { $0 / count }
      variance = zip(squares, mean).map { $0 / count - $1 * $1 }
      let means = mean
      covariance = product / count - (0..<width).reduce(0) { $0 + means[$1] * means[width + $1] }
    }
  }

  @Test func itsMarginalIsThatOfPlainSamplingAndTokensAreUncorrelated() throws {
    let draws = 6000
    let (flipout, plain) = (try Moments(signs: true, draws: draws), try Moments(signs: false, draws: draws))
    for place in plain.mean.indices {
      let error = (2 * plain.variance[place] / Double(draws)).squareRoot()
      #expect(abs(flipout.mean[place] - plain.mean[place]) < 5 * error)
      #expect(abs(flipout.variance[place] - plain.variance[place]) < 0.15 * plain.variance[place])
    }
    #expect(abs(flipout.covariance) < 0.1 * abs(plain.covariance))
  }

  @Test func withoutAChangeOrWithoutFlipoutNothingIsAdded() throws {
    var fixture = try RandomNetwork(RandomNetwork.llama, adapted: ["q_proj", "down_proj"], extra: 3 * 24)
    let batch = RandomNetwork.batch([3, 5])
    let plain = fixture.network.hiddenStates(batch, parameters: fixture.values)
    #expect(fixture.network.hiddenStates(batch, parameters: fixture.values, flipout: Flipout(seed: 1)) == plain)
    try fixture.setChange(of: "model.layers.0.self_attn.q_proj", to: fixture.extra)
    #expect(fixture.network.hiddenStates(batch, parameters: fixture.values) == plain)
    #expect(fixture.network.hiddenStates(batch, parameters: fixture.values, flipout: Flipout(seed: 1)) != plain)
    var still = fixture.values
    for place in 0..<3 * 24 { still[fixture.extra + place] = 0 }
    #expect(fixture.network.hiddenStates(batch, parameters: still, flipout: Flipout(seed: 1)) == plain)
  }

  @Test func signsBelongToTheSequenceAndNotToItsPlaceInTheBatch() throws {
    var fixture = try RandomNetwork(RandomNetwork.llama, adapted: ["q_proj"], extra: 3 * 24)
    try fixture.setChange(of: "model.layers.0.self_attn.q_proj", to: fixture.extra)
    let (values, flipout) = (fixture.values, Flipout(seed: 4))
    let both = fixture.network.hiddenStates(
      RandomNetwork.batch([31, 7], identities: [11, 12]), parameters: values, flipout: flipout)
    let alone = fixture.network.hiddenStates(
      RandomNetwork.batch([7], identities: [12]), parameters: values, flipout: flipout)
    #expect(largestDifference(both.suffix(7 * 24), alone) < 1e-5)
  }
}
