// Random numbers for the tests, from the project's own streams, and memory that keeps them.
import Arrays

/// `count` normal numbers that depend only on `place`.
func normals(_ count: Int, _ place: UInt32 = 0) -> [Float] {
  var numbers = [Float](repeating: 0, count: count)
  RandomStream(seed: 7, purpose: .test, place: (place, 0)).normals(into: &numbers, count: count)
  return numbers
}

/// The largest |a - b| / max(1, |b|); infinite if a value is missing or NaN.
func greatestError<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let error = abs(Double(pair.0) - Double(pair.1)) / max(1, abs(Double(pair.1)))
    return error.isNaN ? .infinity : max(worst, error)
  }
}

/// The gradient of `loss` at `x` by central differences.
func differences(_ x: [Double], _ loss: ([Double]) -> Double) -> [Double] {
  x.indices.map { index in
    var (above, below) = (x, x)
    above[index] += 1e-5
    below[index] -= 1e-5
    return (loss(above) - loss(below)) / 2e-5
  }
}

/// Σ a b.
func dotProduct(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Lengths with every kind of remainder, and a long one.
let lengths = Array(1...40) + [63, 64, 65, 127, 384, 1000]

/// Values in memory that is valid as long as this object lives.
final class Kept<Number: BitwiseCopyable>: @unchecked Sendable {
  let address: UnsafeMutablePointer<Number>
  init(_ values: [Number]) {
    address = .allocate(capacity: values.count)
    address.initialize(from: values, count: values.count)
  }
  deinit { address.deallocate() }
}
