// Nonlinearities of the feed-forward layers and their derivatives, plain and as gates. Each is one function of sixteen
// values; what is done with it is written once for all of them.
import Glibc

/// The nonlinearity a of a feed-forward layer. Outputs may share memory with inputs.
package enum Activation: Sendable, CaseIterable {
  /// x Φ(x), the exact GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415).
  case gelu
  /// GELU's approximation by tanh, of the same paper: x / 2 (1 + tanh(√(2/π) (x + 0.044715 x³))).
  case geluTanh
  /// x σ(x) with the logistic function σ, from the same paper.
  case silu
  /// max(x, 0).
  case relu

  /// y = a(x): x (count) to y (count).
  package func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .gelu: applyEach(ExactGELU.self, x, y, count)
    case .geluTanh: applyEach(TanhGELU.self, x, y, count)
    case .silu: applyEach(SiLU.self, x, y, count)
    case .relu: applyEach(ReLU.self, x, y, count)
    }
  }

  /// y = a(x) (count), and a's derivative, which overwrites x. Computing both costs little more than one, and the
  /// backward pass is then a single product.
  package func applyKeepingSlope(_ x: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .gelu: applyEachKeepingSlope(ExactGELU.self, x, y, count)
    case .geluTanh: applyEachKeepingSlope(TanhGELU.self, x, y, count)
    case .silu: applyEachKeepingSlope(SiLU.self, x, y, count)
    case .relu: applyEachKeepingSlope(ReLU.self, x, y, count)
    }
  }

  /// y = a(gate) up (Shazeer 2020, arXiv:2002.05202): gate, up (count) to y (count).
  package func gate(
    _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .gelu: applyGate(ExactGELU.self, gate, up, y, count)
    case .geluTanh: applyGate(TanhGELU.self, gate, up, y, count)
    case .silu: applyGate(SiLU.self, gate, up, y, count)
    case .relu: applyGate(ReLU.self, gate, up, y, count)
    }
  }

  /// Given dy (count): dgate = dy up a'(gate) and dup = dy a(gate).
  ///
  /// Either gradient may be stored in dy's memory.
  package func gateBackward(
    _ dy: UnsafePointer<Float>, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
    gateGradient: UnsafeMutablePointer<Float>, upGradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .gelu: applyGateBackward(ExactGELU.self, dy, gate, up, gateGradient, upGradient, count)
    case .geluTanh: applyGateBackward(TanhGELU.self, dy, gate, up, gateGradient, upGradient, count)
    case .silu: applyGateBackward(SiLU.self, dy, gate, up, gateGradient, upGradient, count)
    case .relu: applyGateBackward(ReLU.self, dy, gate, up, gateGradient, upGradient, count)
    }
  }
}

/// tanh x and its derivative 1 - tanh² x, which overwrites x.
///
/// By the C library and not in lanes: it runs on pooled vectors alone, and is exact near 0.
package func tanhKeepingSlope(_ x: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
  for index in 0..<count {
    let value = tanhf(x[index])
    (y[index], x[index]) = (value, 1 - value * value)
  }
}

@inline(__always)
private func applyEach<F: LaneFunction>(
  _: F.Type, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) { store(F.value(load(x, at)), y, at) }
  forEachLaneRange(count, lanes)
}

@inline(__always)
private func applyEachKeepingSlope<F: LaneFunction>(
  _: F.Type, _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let (value, slope) = F.valueAndSlope(load(x, at))
    store(value, y, at)
    store(slope, x, at)
  }
  forEachLaneRange(count, lanes)
}

@inline(__always)
private func applyGate<F: LaneFunction>(
  _: F.Type, _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) { store(F.value(load(gate, at)) * load(up, at), y, at) }
  forEachLaneRange(count, lanes)
}

@inline(__always)
private func applyGateBackward<F: LaneFunction>(
  _: F.Type, _ dy: UnsafePointer<Float>, _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>,
  _ gateGradient: UnsafeMutablePointer<Float>, _ upGradient: UnsafeMutablePointer<Float>, _ count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let (dy, up) = (load(dy, at), load(up, at))
    let (value, slope) = F.valueAndSlope(load(gate, at))
    store(dy * up * slope, gateGradient, at)
    store(dy * value, upGradient, at)
  }
  forEachLaneRange(count, lanes)
}

/// A function of each of sixteen values, with its derivative.
private protocol LaneFunction {
  static func value(_ x: Lanes) -> Lanes
  static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes)
}

private enum ExactGELU: LaneFunction {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x * standardNormal(x).below }

  /// The derivative is Φ(x) + x φ(x).
  @inline(__always) static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let (below, density) = standardNormal(x)
    return (x * below, below.addingProduct(x, density))
  }
}

/// (1 + tanh(u)) / 2 = σ(2 u), which keeps its precision in the negative tail too.
private enum TanhGELU: LaneFunction {
  /// 2 √(2/π)
  private static let factor: Float = 1.59576912
  private static let cubic: Float = 0.044715

  /// σ(2 u), 1 - σ(2 u), and x², for |x| no larger than 16: beyond it, both are 0 or 1, and the cube may overflow.
  @inline(__always) private static func parts(_ x: Lanes) -> (own: Lanes, rest: Lanes, square: Lanes) {
    let bounded = x.replacing(with: all(16), where: x .> all(16)).replacing(with: all(-16), where: x .< all(-16))
    let square = bounded * bounded
    let (own, rest) = sigmoid(bounded * all(factor) * all(1).addingProduct(square, all(cubic)))
    return (own, rest, square)
  }

  @inline(__always) static func value(_ x: Lanes) -> Lanes { x * parts(x).own }

  /// The derivative is σ + x σ (1 - σ) 2 u', with u' = √(2/π) (1 + 3 · 0.044715 x²).
  @inline(__always) static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let (own, rest, square) = parts(x)
    let value = x * own
    return (value, own.addingProduct(value * rest, all(factor) * all(1).addingProduct(square, all(3 * cubic))))
  }
}

private enum SiLU: LaneFunction {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x * sigmoid(x).own }

  /// The derivative is σ (1 + x (1 - σ)).
  @inline(__always) static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let (own, rest) = sigmoid(x)
    let value = x * own
    return (value, own.addingProduct(value, rest))
  }
}

private enum ReLU: LaneFunction {
  @inline(__always) static func value(_ x: Lanes) -> Lanes { x.replacing(with: Lanes(), where: x .< Lanes()) }

  /// The derivative at 0 is 0.
  @inline(__always) static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    (value(x), Lanes().replacing(with: all(1), where: x .> Lanes()))
  }
}

extension Reference {
  /// An activation of one value.
  package static func activation(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
    case .geluTanh: x * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .silu: x / (1 + exp(-x))
    case .relu: max(x, 0)
    }
  }

  /// Its derivative.
  package static func slope(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .gelu: return 0.5 * erfc(-x / 2.0.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
    case .geluTanh:
      let root = (2 / Double.pi).squareRoot()
      let t = tanh(root * (x + 0.044715 * x * x * x))
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x)
    case .silu:
      let s = 1 / (1 + exp(-x))
      return s * (1 + x * (1 - s))
    case .relu: return x > 0 ? 1 : 0
    }
  }
}
