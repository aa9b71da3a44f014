// Nonlinearities of the feed-forward layers and their derivatives. Outputs may share memory with inputs.
import Glibc

/// y = x Φ(x), the exact GELU (Hendrycks and Gimpel 2016, arXiv:1606.08415): x (count) to y (count).
package func gelu(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let x = load(x, at)
    store(x * standardNormal(x).below, y, at)
  }
  forEachLaneRange(count, lanes)
}

/// GELU and its derivative Φ(x) + x φ(x), which overwrites x. Computing both costs little more than one, and the
/// backward pass is then a single product.
package func geluKeepingSlope(_ x: UnsafeMutablePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let numbers = load(x, at)
    let (below, density) = standardNormal(numbers)
    store(numbers * below, y, at)
    store(below.addingProduct(numbers, density), x, at)
  }
  forEachLaneRange(count, lanes)
}

/// y = gate σ(gate) up (Shazeer 2020, arXiv:2002.05202): gate, up (count) to y (count).
package func siluGate(
  _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let gate = load(gate, at)
    store(gate * sigmoid(gate).own * load(up, at), y, at)
  }
  forEachLaneRange(count, lanes)
}

/// Given dy (count): dgate = dy up σ (1 + gate (1 - σ)) and dup = dy gate σ, with σ = σ(gate).
///
/// Either gradient may be stored in dy's memory.
package func siluGateBackward(
  _ dy: UnsafePointer<Float>, gate: UnsafePointer<Float>, up: UnsafePointer<Float>,
  gateGradient: UnsafeMutablePointer<Float>, upGradient: UnsafeMutablePointer<Float>, count: Int
) {
  @inline(__always) func lanes(_ at: LaneRange) {
    let (dy, gate, up) = (load(dy, at), load(gate, at), load(up, at))
    let (s, rest) = sigmoid(gate)
    let silu = gate * s
    store(dy * up * s.addingProduct(silu, rest), gateGradient, at)
    store(dy * silu, upGradient, at)
  }
  forEachLaneRange(count, lanes)
}

/// σ(x) and 1 - σ(x), both at full precision.
@inline(__always)
private func sigmoid(_ x: Lanes) -> (own: Lanes, rest: Lanes) {
  let e = exponential(-x)
  let own = all(1) / (all(1) + e)
  return (own, e * own)
}

extension Reference {
  /// `gelu` of one value.
  package static func gelu(_ x: Double) -> Double { x * 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// `gelu`'s derivative.
  package static func geluSlope(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
  }

  /// `siluGate` of one pair.
  package static func siluGate(_ gate: Double, _ up: Double) -> Double { gate / (1 + exp(-gate)) * up }

  /// `siluGate`'s derivatives by gate and up.
  package static func siluGateSlopes(_ gate: Double, _ up: Double) -> (gate: Double, up: Double) {
    let s = 1 / (1 + exp(-gate))
    return (up * s * (1 + gate * (1 - s)), gate * s)
  }
}
