// The inverse normal distribution against the distribution itself, and against tail quantiles of published tables.
import Arrays
import Foundation
import Testing

@Suite struct InverseNormalTests {
  @Test func theDistributionInvertsIt() {
    for u in [1e-10, 1e-6, 0.001, 0.02, 0.2, 0.4999, 0.5, 0.63, 0.975, 0.999999] {
      let back = 0.5 * erfc(-inverseNormal(u) / 2.0.squareRoot())
      #expect(abs(back / u - 1) < 1e-9, "\(u) became \(back)")
    }
  }

  @Test func quantilesMatchTheTables() {
    #expect(abs(inverseNormal(0.975) - 1.959963984540054) < 1e-10)
    #expect(abs(inverseNormal(0.0001) + 3.719016485455709) < 1e-9)
    #expect(inverseNormal(0.5) == 0 && inverseNormal(0.25) == -inverseNormal(0.75))
  }
}
