// The sum of outer products of many rows, which makes up a Kronecker factor: exact for narrow rows, of low rank for
// wide rows. The low-rank sum is updated by an incremental eigendecomposition in Double: the retained directions are
// stacked on the next rows, and the largest directions of the stack are retained (Brand 2006, "Fast low-rank
// modifications of the thin singular value decomposition").
import Arrays
import Faults

/// Σ v vᵀ over rows v.
package struct SecondMoment: Sendable {
  /// The rows' width.
  package let size: Int
  /// Number of retained directions; `size` for an exact sum.
  package let rank: Int
  /// Number of rows so far.
  package private(set) var count = 0
  /// The sum's trace, exact even if the sum is not.
  package private(set) var trace = 0.0
  /// If exact, the sum (size, size); otherwise directions times the roots of their eigenvalues (rank, size).
  private var elements: [Double]

  /// An empty sum. It is exact if `rank` is `size` or more.
  package init(size: Int, rank: Int) {
    precondition(size > 0 && rank > 0, "rank \(rank) of \(size)")
    (self.size, self.rank) = (size, min(rank, size))
    elements = [Double](repeating: 0, count: Self.valueCount(size: size, rank: rank))
  }

  /// Number of stored values.
  static func valueCount(size: Int, rank: Int) -> Int { size * min(rank, size) }

  private var isExact: Bool { rank == size }

  /// Adds `count` rows (count, size).
  package mutating func add(_ rows: UnsafePointer<Float>, count: Int) {
    add((0..<count * size).map { Double(rows[$0]) })
  }

  /// Adds rows (count, size).
  package mutating func add(_ rows: [Double]) {
    count += rows.count / size
    trace += rows.reduce(0) { $0 + $1 * $1 }
    if isExact {
      SymmetricMatrix.addOuterProducts(of: rows, count: rows.count / size, to: &elements, size: size)
    } else {
      // As many rows at a time as make the stack's eigenvectors cheaper than the products with them.
      let step = 2 * rank * size
      for start in stride(from: 0, to: rows.count, by: step) {
        compress(elements + rows[start..<min(start + step, rows.count)])
      }
    }
  }

  /// Adds the rows of another sum.
  package mutating func add(_ other: SecondMoment) {
    precondition(other.size == size && other.rank == rank, "a sum of another shape")
    count += other.count
    trace += other.trace
    if isExact {
      for index in elements.indices { elements[index] += other.elements[index] }
    } else {
      compress(elements + other.elements)
    }
  }

  /// Retains the largest directions of a stack of rows. Rows that are not finite leave NaN, which `eigenvectors`
  /// reports.
  private mutating func compress(_ stack: [Double]) {
    let rows = stack.count / size
    let products = SymmetricMatrix.innerProducts(of: stack, count: rows, size: size)
    guard let (_, vectors) = SymmetricMatrix.eigenvectors(of: products, size: rows) else {
      elements[0] = .nan
      return
    }
    elements = SymmetricMatrix.multiply(
      rows: rank, columns: size, inner: rows, Array(vectors.prefix(rank * rows)), stack)
  }

  /// The eigenvalues, largest first and never negative, and the eigenvectors as rows (values, size).
  ///
  /// - Throws: `Fault` of kind `.internalError` if the sum is not finite.
  package func eigenvectors() throws -> (values: [Double], rows: [Float]) {
    let held = isExact ? elements : SymmetricMatrix.innerProducts(of: elements, count: rank, size: size)
    guard trace.isFinite, let (values, vectors) = SymmetricMatrix.eigenvectors(of: held, size: rank) else {
      throw Fault(
        .internalError, "curvature", "a factor's sum of squares is \(trace): it has no eigenvalues",
        hint: "check the adapter's training losses; a lower learning rate may help")
    }
    let positive = values.map { max(0, $0) }
    if isExact { return (positive, vectors.map { Float($0) }) }
    // Directions of zero length cannot be normalised; all but the first are dropped.
    let kept = max(1, positive.count { $0 > 1e-14 * positive[0] })
    var rows = SymmetricMatrix.multiply(
      rows: kept, columns: size, inner: rank, Array(vectors.prefix(kept * rank)), elements)
    for row in 0..<kept {
      let length = positive[row] > 0 ? positive[row].squareRoot() : 1
      for index in row * size..<(row + 1) * size { rows[index] /= length }
    }
    return (Array(positive.prefix(kept)), rows.map { Float($0) })
  }
}

extension SecondMoment {
  /// The complete state, exactly.
  package var state: [Double] { [Double(count), trace] + elements }

  /// Resumes from a state.
  ///
  /// - Throws: `Fault` of kind `.data` for a state of another shape.
  package mutating func restore(_ state: [Double]) throws {
    guard state.count == elements.count + 2 else { throw Fault(.data, "checkpoint", "a factor has another shape") }
    (count, trace, elements) = (Int(state[0]), state[1], Array(state.dropFirst(2)))
  }
}
