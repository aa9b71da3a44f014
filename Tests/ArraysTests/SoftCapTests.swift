import Arrays
import Testing

@Suite struct SoftCapTests {
  @Test("The cap and its derivative agree with the formula, near 0 and far from it, for any length")
  func softCapAgrees() {
    let grid = (-3000...3000).map { Float($0) / 300 }
    for count in lengths + [grid.count] {
      let x = count == grid.count ? grid.map { $0 * $0 * $0 } : normals(count).map { $0 * 20 }
      var (y, slopes) = (x + [7], [Float](repeating: 7, count: count + 1))
      softCap(&y, cap: 50, slopes: &slopes, count: count)
      var yAlone = x
      softCap(&yAlone, cap: 50, count: count)
      #expect(Array(y.dropLast()) == yAlone && y[count] == 7 && slopes[count] == 7, "wrote past the end")
      for index in 0..<count {
        let value = Reference.softCap(Double(x[index]), cap: 50)
        #expect(abs(Double(y[index]) - value) <= 4e-7 * abs(value), "at \(x[index])")
        let slope = Reference.softCapSlope(Double(x[index]), cap: 50)
        // e^(-2x) is off by the rounding of x.
        let tolerance = 4e-7 + 2e-7 * Double(abs(x[index])) / 50
        #expect(abs(Double(slopes[index]) - slope) <= tolerance * slope, "slope at \(x[index])")
      }
    }
  }

  @Test("The derivative is that of the function")
  func slope() {
    for x in stride(from: -100.0, to: 100, by: 3.7) {
      let difference = differences([x]) { Reference.softCap($0[0], cap: 30) }[0]
      #expect(abs(difference - Reference.softCapSlope(x, cap: 30)) < 1e-8, "at \(x)")
    }
  }

  @Test("Infinities become the cap, and NaN stays NaN")
  func nonFinite() {
    var (y, slopes): ([Float], [Float]) = ([.infinity, -.infinity, 1e30, .nan], [7, 7, 7, 7])
    softCap(&y, cap: 5, slopes: &slopes, count: 4)
    #expect(y[0] == 5 && y[1] == -5 && y[2] == 5 && y[3].isNaN)
    #expect(slopes[0] == 0 && slopes[1] == 0 && slopes[2] == 0)
  }
}
