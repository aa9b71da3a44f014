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
