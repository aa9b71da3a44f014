// AdapterSoup (Chronopoulou et al. 2023, arXiv:2302.07027): one set of weights, the average of several adapters, at the
// cost of one. Adapters with the same initial values lie in one basin, and their trained parameters are averaged.
// Others do not, and the mean of unrelated A's is meaningless: the products B A are averaged instead and truncated to
// the rank of one adapter, using singular value decompositions of the factors only.
import Adapters
import Arrays
import Artifacts
import Faults

extension FixedMembers {
  /// The average of M adapters, from M files of the same shape; their data, settings and seeds may differ. A remark
  /// says how much the average lost, if it was truncated.
  ///
  /// - Throws: `Fault` of kind `.usage` without adapters or with other files; `.configuration` for a duplicate adapter
  ///   or one of another parametrisation, or if products must be averaged but the vectors contain no factors.
  package static func soup(_ request: PosteriorRequest) throws -> FixedMembers {
    try soup(of: request.oneOrMore(Adapter.self), method: request.method)
  }

  /// The same of adapters that were already read; `method` is for messages.
  static func soup(of files: [(path: String, file: Adapter)], method: String) throws -> FixedMembers {
    let members = files.map(\.file.values)
    let fits = try files.map { try $0.file.fit($0.path) }
    try checkIngredients(files, fits)
    let origins = Set(
      zip(fits, files).map { fit, entry in
        fit.parametrisation?.startsFromBase == true ? nil : fit.initializationSeed ?? entry.file.seed
      })
    guard members.count > 1 else { return FixedMembers(members[0], warnings: ["one adapter: no soup"]) }
    var soup = meanVector(of: members)
    guard origins.count > 1 || !fits.allSatisfy(fits[0].hasScales) else { return FixedMembers(soup) }
    let pairs = try LowRankPair.all(in: files[0].file.parameters, method: method, path: files[0].path)
    var (kept, whole) = (0.0, 0.0)
    for pair in pairs {
      let first = Double(fits[0].scale(of: pair.module))
      let scales = fits.map { Double($0.scale(of: pair.module)) / first / Double(members.count) }
      let squares = pair.storeProduct(of: members, weights: scales, into: &soup)
      (kept, whole) = (kept + squares.prefix(pair.rank).reduce(0, +), whole + squares.reduce(0, +))
    }
    let share = whole > 0 ? 100 * kept / whole : 100
    return FixedMembers(
      soup,
      warnings: [
        "mean of \(members.count) products cut to rank \(ranks(of: pairs)): "
          + "\(share.formatted(1)) % of its squared norm kept"
      ])
  }
}

/// - Throws: `Fault` of kind `.configuration` naming the file.
private func checkIngredients(_ adapters: [(path: String, file: Adapter)], _ fits: [AdapterSettings]) throws {
  for (index, (path, adapter)) in adapters.enumerated() {
    guard fits[index].parametrisation == fits[0].parametrisation else {
      throw Fault(.configuration, path, "it is of another parametrisation than \(adapters[0].path)")
    }
    let twin = adapters.prefix(index).first {
      ($0.file.seed, $0.file.settings, $0.file.tokensDigest)
        == (adapter.seed, adapter.settings, adapter.tokensDigest)
    }
    if let twin { throw Fault(.configuration, path, "it is the adapter \(twin.path) once more") }
  }
}

/// Their ranks, each once.
private func ranks(of pairs: [LowRankPair]) -> String {
  Set(pairs.map(\.rank)).sorted().map(String.init).joined(separator: " or ")
}

/// The mean of vectors, summed in double precision.
func meanVector(of members: [[Float]]) -> [Float] {
  members[0].indices.map { index in
    Float(members.reduce(0) { $0 + Double($1[index]) } / Double(members.count))
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
