// Orthonormal vectors, by modified Gram-Schmidt in Double. It is done twice, which is enough for orthogonality to the last
// digits (Giraud et al. 2005, "The loss of orthogonality in the Gram-Schmidt orthogonalization process").

/// Orthonormal vectors with the span of `vectors`, in their order: the columns of Q in a QR decomposition whose R has a
/// positive diagonal. A vector that depends on those before it is replaced by a unit vector that does not.
///
/// - Precondition: no more vectors than a vector has numbers.
package func orthonormalized(_ vectors: [[Double]]) -> [[Double]] {
  var basis: [[Double]] = []
  for vector in vectors {
    let units = vector.indices.lazy.map { place in vector.indices.map { $0 == place ? 1.0 : 0.0 } }
    basis.append(remainder(vector, basis) ?? units.compactMap { remainder($0, basis) }.first!)
  }
  return basis
}

/// The unit vector along what is left of `vector` without its parts along `basis`; nil where that is rounding.
private func remainder(_ vector: [Double], _ basis: [[Double]]) -> [Double]? {
  let length = norm(vector)
  var rest = vector
  for _ in 0..<2 {
    for direction in basis {
      let part = product(direction, rest)
      for place in rest.indices { rest[place] -= part * direction[place] }
    }
  }
  let left = norm(rest)
  guard left > 1e-6 * length else { return nil }
  return rest.map { $0 / left }
}

private func product(_ x: [Double], _ y: [Double]) -> Double {
  var sum = 0.0
  for place in x.indices { sum += x[place] * y[place] }
  return sum
}

private func norm(_ x: [Double]) -> Double { product(x, x).squareRoot() }
