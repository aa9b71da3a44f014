// Inner products between adapters of one shape. What an adapter does is its products s B A, so these are compared, and not
// the factors: B M⁻¹ and M A are the same adapter for every M. An inner product of two products only needs matrices of
// rank x rank: <B₁A₁, B₂A₂> = Σᵢⱼ (B₁ᵀB₂)ᵢⱼ (A₁A₂ᵀ)ᵢⱼ.
import Adapters
import Artifacts

/// The space of the adapters of one shape: the products of their factors, and all parameters that are no factors.
package struct AdapterGeometry {
  private let parameters: ParameterTable
  private let pairs: [(pair: LowRankPair, scale: Double)]
  private let others: [ParameterTable.Entry]

  /// The space of the adapters that were fitted with `settings`. Where they have no plain factors, all parameters are
  /// coordinates.
  package init(_ parameters: ParameterTable, _ settings: AdapterSettings) {
    let pairs = LowRankPair.all(in: parameters) ?? []
    self.parameters = parameters
    self.pairs = pairs.map { ($0, Double(settings.scale(of: $0.module))) }
    others = parameters.entries.filter { pairs.isEmpty || !$0.role.isAdapter }
  }

  /// The inner product of two adapters.
  package func inner(_ x: [Float], _ y: [Float]) -> Double {
    let ofOthers = others.reduce(0.0) { sum, entry in
      (entry.offset..<entry.offset + entry.count).reduce(sum) { $0 + Double(x[$1]) * Double(y[$1]) }
    }
    return pairs.reduce(ofOthers) { $0 + $1.scale * $1.scale * $1.pair.innerProduct(x, y) }
  }

  /// The length of an adapter.
  package func norm(_ x: [Float]) -> Double {
    let square = inner(x, x)
    // Negative only by rounding; NaN stays NaN.
    return square < 0 ? 0 : square.squareRoot()
  }

  /// The cosine of the angle between two adapters; 0 where one of them changes nothing.
  package func cosine(_ x: [Float], _ y: [Float]) -> Double {
    let lengths = norm(x) * norm(y)
    return lengths > 0 ? inner(x, y) / lengths : 0
  }

  /// The mean cosine between the rows of all trained matrices, as Wagner, Fan and Jaggi publish it
  /// (github.com/epfml/personalized-collaborative-llms). It depends on how the products are divided between the factors,
  /// and rows of B are as short as the rank. Rows of zeros count as 0.
  package func cosineOfRows(_ x: [Float], _ y: [Float]) -> Double {
    var (sum, count) = (0.0, 0)
    for entry in parameters.entries {
      let width = entry.shape.last ?? 1
      for start in stride(from: entry.offset, to: entry.offset + entry.count, by: width) {
        var (product, ofX, ofY) = (0.0, 0.0, 0.0)
        for index in start..<start + width {
          let (x, y) = (Double(x[index]), Double(y[index]))
          (product, ofX, ofY) = (product + x * y, ofX + x * x, ofY + y * y)
        }
        if ofX > 0 && ofY > 0 { sum += product / (ofX * ofY).squareRoot() }
        count += 1
      }
    }
    return count > 0 ? sum / Double(count) : 0
  }
}

extension LowRankPair {
  /// <B A, B' A'> of the trained vectors `x` and `y`.
  fileprivate func innerProduct(_ x: [Float], _ y: [Float]) -> Double {
    let (a, b, otherA, otherB) = (self.a(of: x), self.b(of: x), self.a(of: y), self.b(of: y))
    var sum = 0.0
    for i in 0..<rank {
      for j in 0..<rank {
        let ofB = (0..<outputs).reduce(0.0) { $0 + b[$1 * rank + i] * otherB[$1 * rank + j] }
        let ofA = (0..<inputs).reduce(0.0) { $0 + a[i * inputs + $1] * otherA[j * inputs + $1] }
        sum += ofB * ofA
      }
    }
    return sum
  }
}
