// The weighted mean of adapters of one shape. Adapters with the same initial values lie in one basin, and their trained
// parameters are averaged. Others do not, and the mean of unrelated A's is meaningless: the products B A are averaged
// instead and truncated to the rank of one adapter, using singular value decompositions of the factors only.
import Arrays
import Artifacts

/// A mean of adapters.
package struct AdapterMean {
  /// [parameter] The mean, with the scales of the first adapter.
  package let values: [Float]
  /// The share of the squared norm of the exact mean of the products that is left at this rank; nil for a mean of factors.
  package let kept: Double?

  /// The mean of the parameters of `members`.
  ///
  /// - Parameter weights: not negative; they are divided by their sum.
  package init(_ members: [[Float]], weights: [Double]) {
    let total = weights.reduce(0, +)
    let weighted = zip(members, weights).filter { $1 > 0 }
    precondition(members.count == weights.count && total > 0, "\(members.count) adapters with the weights \(weights)")
    values =
      weighted.count == 1
      ? weighted[0].0
      : members[0].indices.map { index in
        Float(weighted.reduce(0) { $0 + $1.1 * Double($1.0[index]) } / total)
      }
    kept = nil
  }

  /// The mean of the products of `members`, and of the parameters that are no factors.
  ///
  /// - Parameters:
  ///   - weights: not negative; they are divided by their sum.
  ///   - fits: the settings of each, for its scales.
  ///   - pairs: the factors.
  package init(products members: [[Float]], weights: [Double], fits: [AdapterSettings], pairs: [LowRankPair]) {
    let total = weights.reduce(0, +)
    var mean = AdapterMean(members, weights: weights).values
    var (kept, whole) = (0.0, 0.0)
    for pair in pairs {
      let first = Double(fits[0].scale(of: pair.module))
      let scaled = zip(fits, weights).map { Double($0.scale(of: pair.module)) / first * $1 / total }
      let squares = pair.storeProduct(of: members, weights: scaled, into: &mean)
      (kept, whole) = (kept + squares.prefix(pair.rank).reduce(0, +), whole + squares.reduce(0, +))
    }
    (values, self.kept) = (mean, whole > 0 ? kept / whole : 1)
  }
}

extension AdapterSettings {
  /// Whether a fit with these settings and `seed` began at the same values as one with `other` and `otherSeed`, so that
  /// their parameters can be averaged and not only their products. Of imported adapters this is not known, unless both
  /// went on from one and the same.
  package func sharesStart(seed: Int, with other: AdapterSettings, seed otherSeed: Int) -> Bool {
    if let importedStart { return importedStart == other.importedStart }
    return isImported == nil && other.isImported == nil && origin(seed: seed) == other.origin(seed: otherSeed)
  }

  /// What decided the initial values of a fit with `seed`: its seed; nil for the base alone.
  private func origin(seed: Int) -> Int? {
    parametrisation?.startsFromBase == true ? nil : initializationSeed ?? seed
  }
}

extension LowRankPair {
  /// Sets A and B in `values` to the best approximation of Σ weights[i] Bᵢ Aᵢ of this rank, and returns the squared
  /// singular values of the exact sum, descending.
  ///
  /// With [B₁ … B_M] = U₁ D₁ V₁ᵀ and [A₁; …; A_M]ᵀ = U₂ D₂ V₂ᵀ the sum is U₁ (D₁ V₁ᵀ V₂ D₂) U₂ᵀ, whose core has M r
  /// rows and columns. Each factor gets the square roots of its singular values.
  fileprivate func storeProduct(of members: [[Float]], weights: [Double], into values: inout [Float]) -> [Double] {
    let width = members.count * rank
    var (stackedB, stackedA) = ([Double](), [Double]())
    for row in 0..<outputs {
      for (member, weight) in zip(members, weights) {
        stackedB += (0..<rank).map { weight * Double(member[b.offset + row * rank + $0]) }
      }
    }
    for column in 0..<inputs {
      for member in members { stackedA += (0..<rank).map { Double(member[a.offset + $0 * inputs + column]) } }
    }
    let left = ThinSVD(stackedB, rows: outputs, columns: width)
    let right = ThinSVD(stackedA, rows: inputs, columns: width)
    var core = [Double]()
    for i in 0..<width {
      core += (0..<width).map { j in left.values[i] * dot(left.right[i], right.right[j]) * right.values[j] }
    }
    let middle = ThinSVD(core, rows: width, columns: width)
    for component in 0..<rank {
      let root = middle.values[component].squareRoot()
      for row in 0..<outputs {
        values[b.offset + row * rank + component] =
          Float(root * (0..<width).reduce(0) { $0 + left.left[$1][row] * middle.left[component][$1] })
      }
      for column in 0..<inputs {
        values[a.offset + component * inputs + column] =
          Float(root * (0..<width).reduce(0) { $0 + right.left[$1][column] * middle.right[component][$1] })
      }
    }
    return middle.values.map { $0 * $0 }
  }
}

private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
