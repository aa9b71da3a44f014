import Arrays
import Testing

@Suite struct ActivationTests {
  /// A fine grid from far below to far above zero.
  private let points = (-4000...4000).map { Float($0) / 200 }

  @Test(
    "An activation and its derivative agree with the formula, in the tails too, for any length",
    arguments: Activation.allCases)
  func plain(activation: Activation) {
    for count in lengths + [points.count] {
      let x = count == points.count ? points : normals(count)
      var y = [Float](repeating: 7, count: count + 1)
      var (yBesideSlope, slope) = (y, x + [7])
      activation.apply(x, into: &y, count: count)
      activation.applyKeepingSlope(&slope, into: &yBesideSlope, count: count)
      #expect(greatestError(Array(y.dropLast()), x.map { Reference.activation(activation, Double($0)) }) < 1e-6)
      #expect(greatestError(Array(slope.dropLast()), x.map { Reference.slope(activation, Double($0)) }) < 2e-6)
      #expect(y == yBesideSlope && y[count] == 7 && slope[count] == 7, "wrote past the end")
    }
  }

  @Test("The derivatives are those of the functions", arguments: Activation.allCases)
  func slopes(activation: Activation) {
    // Not at 0, where ReLU has none.
    for x in stride(from: -6.03, to: 6, by: 0.11) {
      let difference = differences([x]) { Reference.activation(activation, $0[0]) }[0]
      #expect(abs(difference - Reference.slope(activation, x)) < 1e-8, "at \(x)")
    }
  }

  @Test("The negative tails keep their precision", arguments: [Activation.gelu, .geluTanh, .silu])
  func tails(activation: Activation) {
    // Below, the formula with tanh cancels in Double.
    let lowest: Float = activation == .geluTanh ? -4 : -9
    let x = stride(from: lowest, to: -0.01, by: 0.01).map { $0 }
    var y = x
    activation.apply(x, into: &y, count: x.count)
    for (x, y) in zip(x, y) {
      let exact = Reference.activation(activation, Double(x))
      #expect(abs(Double(y) - exact) < 4e-6 * abs(exact), "at \(x)")
    }
  }

  @Test(
    "A gated activation and its derivatives agree with the formula, for any length",
    arguments: Activation.allCases)
  func gated(activation: Activation) {
    for count in lengths + [points.count] {
      let gate = count == points.count ? points : normals(count)
      let (up, dy) = (normals(count, 1), normals(count, 2))
      var (y, dGate, dUp) = (gate + [7], gate + [7], dy + [7])
      activation.gate(gate, up, into: &y, count: count)
      dUp.withUnsafeMutableBufferPointer { dUp in
        // dup overwrites dy, as in the network.
        activation.gateBackward(
          dUp.baseAddress!, gate: gate, up: up, gateGradient: &dGate, upGradient: dUp.baseAddress!, count: count)
      }
      let values = gate.map { Reference.activation(activation, Double($0)) }
      let slopes = gate.map { Reference.slope(activation, Double($0)) }
      #expect(greatestError(Array(y.dropLast()), zip(values, up).map { $0 * Double($1) }) < 1e-6)
      #expect(
        greatestError(Array(dGate.dropLast()), (0..<count).map { slopes[$0] * Double(up[$0]) * Double(dy[$0]) }) < 2e-6)
      #expect(greatestError(Array(dUp.dropLast()), zip(values, dy).map { $0 * Double($1) }) < 1e-6)
      #expect(y[count] == 7 && dGate[count] == 7 && dUp[count] == 7, "wrote past the end")
    }
  }

  @Test("NaN stays NaN, and an infinity gives the limit, not NaN", arguments: Activation.allCases)
  func nonFinite(activation: Activation) {
    let x: [Float] = [.nan, .infinity, -1e30, 1e30]
    var (y, slope) = (x, x)
    activation.apply(x, into: &y, count: 4)
    #expect(y[0].isNaN && y[1] == .infinity && abs(y[2]) < 1e-6 && y[3] == 1e30)
    activation.applyKeepingSlope(&slope, into: &y, count: 4)
    #expect(abs(slope[2]) < 1e-6 && slope[3] == 1)
    activation.gate(x, [1, 1, 1, 1], into: &y, count: 4)
    #expect(y[0].isNaN && y[1] == .infinity && abs(y[2]) < 1e-6 && y[3] == 1e30)
  }
}
