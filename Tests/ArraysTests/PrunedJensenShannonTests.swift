import Arrays
import Foundation
import Testing

@Suite struct PrunedJensenShannonTests {
  @Test("The values of the formula at 1, 1/2, 1/4 and 0")
  func values() {
    for (p, value) in [(1, 0), (0.5, 0.084_950), (0.25, 0.240_931), (0, 0.693_147)] {
      #expect(abs(prunedJensenShannon(logarithm: log(p)).value - value) < 5e-7)
    }
    #expect(prunedJensenShannon(logarithm: -.infinity).slope == 0)
  }

  @Test("The slope is the derivative by log p", arguments: [-8, -2, -0.7, -0.1, -1e-3])
  func slope(logarithm: Double) {
    func value(_ step: Double) -> Double { prunedJensenShannon(logarithm: logarithm + step).value }
    let measured = (value(1e-5) - value(-1e-5)) / 2e-5
    #expect(abs(prunedJensenShannon(logarithm: logarithm).slope - measured) < 1e-8)
  }
}
