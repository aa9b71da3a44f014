import Arrays
import Testing

@Suite struct ActivationTests {
  /// A fine grid from far below to far above zero.
  private let points = (-4000...4000).map { Float($0) / 200 }

  @Test("GELU and its derivative agree with erf, in the tails too, for any length")
  func gelu() {
    for count in lengths + [points.count] {
      let x = count == points.count ? points : normals(count)
      var y = [Float](repeating: 7, count: count + 1)
      var (yBesideSlope, slope) = (y, x + [7])
      Arrays.gelu(x, into: &y, count: count)
      geluKeepingSlope(&slope, into: &yBesideSlope, count: count)
      #expect(greatestError(Array(y.dropLast()), x.map { Reference.gelu(Double($0)) }) < 1e-6)
      #expect(greatestError(Array(slope.dropLast()), x.map { Reference.geluSlope(Double($0)) }) < 2e-6)
      #expect(y == yBesideSlope && y[count] == 7 && slope[count] == 7, "wrote past the end")
    }
  }

  @Test("GELU's negative tail keeps its precision")
  func geluTail() {
    let x = stride(from: Float(-9), to: -0.01, by: 0.01).map { $0 }
    var y = x
    Arrays.gelu(x, into: &y, count: x.count)
    for (x, y) in zip(x, y) {
      let exact = Reference.gelu(Double(x))
      #expect(abs(Double(y) - exact) < 4e-6 * abs(exact), "at \(x)")
    }
  }

  @Test("The gated SiLU and its derivatives agree with the formula, for any length")
  func siluGate() {
    for count in lengths + [points.count] {
      let gate = count == points.count ? points : normals(count)
      let (up, dy) = (normals(count, 1), normals(count, 2))
      var (y, dGate, dUp) = (gate + [7], gate + [7], dy + [7])
      Arrays.siluGate(gate, up, into: &y, count: count)
      let slopes = zip(gate, up).map { Reference.siluGateSlopes(Double($0), Double($1)) }
      dUp.withUnsafeMutableBufferPointer { dUp in
        // dup overwrites dy, as in the network.
        siluGateBackward(
          dUp.baseAddress!, gate: gate, up: up, gateGradient: &dGate, upGradient: dUp.baseAddress!, count: count)
      }
      #expect(
        greatestError(Array(y.dropLast()), zip(gate, up).map { Reference.siluGate(Double($0), Double($1)) }) < 1e-6)
      #expect(greatestError(Array(dGate.dropLast()), zip(slopes, dy).map { $0.gate * Double($1) }) < 1e-6)
      #expect(greatestError(Array(dUp.dropLast()), zip(slopes, dy).map { $0.up * Double($1) }) < 1e-6)
      #expect(y[count] == 7 && dGate[count] == 7 && dUp[count] == 7, "wrote past the end")
    }
  }

  @Test("NaN stays NaN, and an infinity gives the limit, not NaN")
  func nonFinite() {
    let x: [Float] = [.nan, .infinity, -1e30, 1e30]
    var y = x
    Arrays.gelu(x, into: &y, count: 4)
    #expect(y[0].isNaN && y[1] == .infinity && y[2] == 0 && y[3] == 1e30)
    Arrays.siluGate(x, [1, 1, 1, 1], into: &y, count: 4)
    #expect(y[0].isNaN && y[1] == .infinity && abs(y[2]) < 1e-6 && y[3] == 1e30)
  }
}
