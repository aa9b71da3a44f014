// Orthonormal vectors, by modified Gram-Schmidt in Double. Each vector is orthogonalised twice, which is enough for
// orthogonality up to rounding (Giraud et al. 2005, "The loss of orthogonality in the Gram-Schmidt orthogonalization
// process").

/// Orthonormal vectors with the span of `vectors`, in their order: the columns of Q in a QR decomposition whose R has a
/// positive diagonal. A vector that depends on those before it is replaced by a unit vector that does not.
///
/// - Precondition: no more vectors than a vector has entries.
package func orthonormalized(_ vectors: [[Double]]) -> [[Double]] {
  var basis: [[Double]] = []
  for vector in vectors {
    let units = vector.indices.lazy.map { axis in vector.indices.map { $0 == axis ? 1.0 : 0.0 } }
    basis.append(remainder(vector, basis) ?? units.compactMap { remainder($0, basis) }.first!)
  }
  return basis
}

/// `vector` without its components along `basis`, normalised; nil if nothing but rounding errors is left.
private func remainder(_ vector: [Double], _ basis: [[Double]]) -> [Double]? {
  let length = norm(vector)
  var rest = vector
  for _ in 0..<2 {
    for direction in basis {
      let part = product(direction, rest)
      for i in rest.indices { rest[i] -= part * direction[i] }
    }
  }
  let left = norm(rest)
  guard left > 1e-6 * length else { return nil }
  return rest.map { $0 / left }
}

private func product(_ x: [Double], _ y: [Double]) -> Double {
  var sum = 0.0
  for i in x.indices { sum += x[i] * y[i] }
  return sum
}

private func norm(_ x: [Double]) -> Double { product(x, x).squareRoot() }
