import Arrays
import Testing

@Suite struct AdamWTests {
  @Test("Steps agree with the algorithm in Double, for any length", arguments: lengths)
  func agrees(count: Int) {
    var (p, m, v) = (
      normals(count + 2), [Float](repeating: 0, count: count + 2), [Float](repeating: 0, count: count + 2)
    )
    let start = p
    var expected = start.map { (Double($0), 0.0, 0.0) }
    for step in 1...5 {
      let g = normals(count + 2, UInt32(step))
      adamW(
        &p, gradient: g, firstMoment: &m, secondMoment: &v, range: 1..<count + 1, learningRate: 0.01, beta2: 0.99,
        epsilon: 1e-6, step: step, weightDecay: 0.1)
      for index in 1...count {
        expected[index] = Reference.adamW(
          expected[index].0, gradient: Double(g[index]), expected[index].1, expected[index].2, learningRate: 0.01,
          beta1: 0.9, beta2: 0.99, epsilon: 1e-6, step: step, weightDecay: 0.1)
      }
    }
    #expect(greatestError(p, expected.map { $0.0 }) < 2e-6)
    #expect(greatestError(m, expected.map { $0.1 }) < 1e-6)
    #expect(greatestError(v, expected.map { $0.2 }) < 1e-6)
    #expect(p[0] == start[0] && p[count + 1] == start[count + 1], "changed a parameter outside the range")
  }

  @Test("Each parameter has the bias correction of its own number of steps", arguments: lengths)
  func ownSteps(count: Int) {
    let zeros = [Float](repeating: 0, count: count)
    var (p, m, v) = (normals(count), zeros, zeros)
    let start = p
    var expected = start.map { (Double($0), 0.0, 0.0) }
    // The entries join after 0, 1 or 2 steps; those of the fourth kind never do.
    for step in 1...5 {
      var g = normals(count, UInt32(step))
      let own = (0..<count).map { $0 % 4 == 3 ? 0 : max(0, step - $0 % 4) }
      for index in 0..<count where own[index] == 0 { g[index] = 0 }
      let corrections = own.map { $0 == 0 ? nil : AdamWCorrection(learningRate: 0.01, step: $0) }
      adamW(
        &p, gradient: g, firstMoment: &m, secondMoment: &v, range: 0..<count, rates: corrections.map { $0?.rate ?? 0 },
        scales: corrections.map { $0?.scale ?? 0 }, learningRate: 0.01, weightDecay: 0.1)
      for index in 0..<count {
        expected[index] = Reference.adamW(
          expected[index].0, gradient: Double(g[index]), expected[index].1, expected[index].2, learningRate: 0.01,
          beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: max(1, own[index]), weightDecay: 0.1)
      }
    }
    #expect(greatestError(p, expected.map { $0.0 }) < 2e-6)
    #expect(greatestError(v, expected.map { $0.2 }) < 1e-6)
  }

  @Test("Equal numbers of steps give the bits of one number", arguments: lengths)
  func equalSteps(count: Int) {
    let zeros = [Float](repeating: 0, count: count)
    var (one, own) = ((normals(count), zeros, zeros), (normals(count), zeros, zeros))
    for step in 1...3 {
      let g = normals(count, UInt32(step))
      adamW(
        &one.0, gradient: g, firstMoment: &one.1, secondMoment: &one.2, range: 0..<count, learningRate: 0.01,
        step: step, weightDecay: 0.1)
      let correction = AdamWCorrection(learningRate: 0.01, step: step)
      adamW(
        &own.0, gradient: g, firstMoment: &own.1, secondMoment: &own.2, range: 0..<count,
        rates: [Float](repeating: correction.rate, count: count),
        scales: [Float](repeating: correction.scale, count: count), learningRate: 0.01, weightDecay: 0.1)
    }
    #expect(one == own)
  }

  @Test("Weight decay is decoupled: without a gradient a weight shrinks by exactly rate times decay")
  func decoupled() {
    var (p, m, v): ([Float], [Float], [Float]) = ([2], [0], [0])
    adamW(
      &p, gradient: [0], firstMoment: &m, secondMoment: &v, range: 0..<1, learningRate: 0.5, step: 1, weightDecay: 0.25)
    #expect(p == [1.75])
  }

  @Test("The first step is the learning rate, whatever the gradient's size", arguments: [Float(1e-4), 1, 1e4])
  func firstStep(gradient: Float) {
    var (p, m, v): ([Float], [Float], [Float]) = ([0], [0], [0])
    adamW(
      &p, gradient: [gradient], firstMoment: &m, secondMoment: &v, range: 0..<1, learningRate: 0.01, step: 1,
      weightDecay: 0)
    #expect(abs(p[0] / -0.01 - 1) < 2e-4)
  }
}
