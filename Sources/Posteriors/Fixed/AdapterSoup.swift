// AdapterSoup (Chronopoulou et al. 2023, arXiv:2302.07027): one set of weights, the average of several adapters, at the
// cost of one.
import Adapters
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
    guard members.count > 1 else { return FixedMembers(members[0], warnings: ["one adapter: no soup"]) }
    let weights = [Double](repeating: 1, count: members.count)
    let shareStart = zip(fits, files).allSatisfy {
      fits[0].sharesStart(seed: files[0].file.seed, with: $0, seed: $1.file.seed)
    }
    guard !shareStart || !fits.allSatisfy(fits[0].hasScales) else {
      return FixedMembers(AdapterMean(members, weights: weights).values)
    }
    let pairs = try LowRankPair.all(in: files[0].file.parameters, method: method, path: files[0].path)
    let mean = AdapterMean(products: members, weights: weights, fits: fits, pairs: pairs)
    return FixedMembers(
      mean.values,
      warnings: [
        "mean of \(members.count) products cut to rank \(ranks(of: pairs)): "
          + "\((100 * (mean.kept ?? 1)).formatted(1)) % of its squared norm kept"
      ])
  }
}

/// - Throws: `Fault` of kind `.configuration` naming the file.
private func checkIngredients(_ adapters: [(path: String, file: Adapter)], _ fits: [AdapterSettings]) throws {
  for (index, (path, adapter)) in adapters.enumerated() {
    guard fits[index].parametrisation == fits[0].parametrisation else {
      throw Fault(.configuration, path, "it is of another parametrisation than \(adapters[0].path)")
    }
    // Imported adapters may have the same seed and settings, but other values.
    let twin = adapters.prefix(index).first {
      ($0.file.seed, $0.file.settings, $0.file.tokensDigest, $0.file.values)
        == (adapter.seed, adapter.settings, adapter.tokensDigest, adapter.values)
    }
    if let twin { throw Fault(.configuration, path, "it is the adapter \(twin.path) once more") }
  }
}

/// Their ranks, each once.
private func ranks(of pairs: [LowRankPair]) -> String {
  Set(pairs.map(\.rank)).sorted().map(String.init).joined(separator: " or ")
}
