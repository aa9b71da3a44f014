// The factors A and B of each adapted module in a trained vector, for methods that use their product.
import Artifacts
import Faults

/// The two factors of one module.
struct LowRankPair {
  /// (rank, inputs)
  let a: ParameterTable.Entry
  /// (outputs, rank)
  let b: ParameterTable.Entry
  /// The module's name in the network.
  var module: String { String(a.module.dropFirst("base_model.model.".count)) }
  /// The rank.
  var rank: Int { a.shape[0] }
  /// The module's width.
  var inputs: Int { a.shape[1] }
  /// The module's height.
  var outputs: Int { b.shape[0] }

  /// The factors of every module in `parameters`.
  ///
  /// - Throws: `Fault` of kind `.configuration` if there are none, or if there are other factors: the vector was
  ///   trained in another form.
  static func all(in parameters: ParameterTable, method: String, path: String) throws -> [LowRankPair] {
    let pairs = parameters.entries.compactMap { a -> LowRankPair? in
      guard a.role == .factor(.a), a.shape.count == 2 else { return nil }
      return parameters[a.module, .factor(.b)].map { LowRankPair(a: a, b: $0) }
    }
    let factors = parameters.entries.count { $0.role.isAdapter }
    guard !pairs.isEmpty, factors == 2 * pairs.count else {
      throw Fault(
        .configuration, path, "it has no plain factors A and B, which method \(method) needs",
        hint: "fit an adapter of the plain form")
    }
    return pairs
  }

  /// A of the trained vector `values`, row after row.
  func a(of values: [Float]) -> [Double] { values[a.offset..<a.offset + a.count].map(Double.init) }
  /// B of the trained vector `values`, row after row.
  func b(of values: [Float]) -> [Double] { values[b.offset..<b.offset + b.count].map(Double.init) }
}
