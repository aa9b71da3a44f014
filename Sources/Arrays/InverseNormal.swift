// The inverse of the standard normal distribution, which turns lattice points into normal numbers.
import Glibc

/// The z with Φ(z) = u, for u between 0 and 1: Winitzki's approximation (2008) of the inverse error function, accurate
/// to 0.2 %, refined by two steps of Halley's method on Φ itself.
package func inverseNormal(_ u: Double) -> Double {
  precondition(u > 0 && u < 1, "probability \(u)")
  // Solve in the lower half, where Φ has its full precision.
  let tail = min(u, 1 - u)
  let (a, logarithm) = (0.147, log(4 * tail * (1 - tail)))
  let middle = 2 / (Double.pi * a) + logarithm / 2
  var z = -max(0, 2 * ((middle * middle - logarithm / a).squareRoot() - middle)).squareRoot()
  for _ in 0..<2 {
    let error = (0.5 * erfc(-z / 2.0.squareRoot()) - tail) * (2 * Double.pi).squareRoot() * exp(z * z / 2)
    z -= error / (1 + z * error / 2)
  }
  return u < 0.5 ? z : -z
}
