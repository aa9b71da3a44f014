// The factors A and B of each adapted module in a trained vector, for what uses their product.
import Artifacts
import Faults

/// The two factors of one module.
package struct LowRankPair {
  /// (rank, inputs)
  package let a: ParameterTable.Entry
  /// (outputs, rank)
  package let b: ParameterTable.Entry
  /// The module's name in the network.
  package var module: String { Self.module(of: a) }
  /// The rank.
  package var rank: Int { a.shape[0] }
  /// The module's width.
  package var inputs: Int { a.shape[1] }
  /// The module's height.
  package var outputs: Int { b.shape[0] }

  /// The factors of every module in `parameters`; nil if there are none, or if there are other factors: the vector was
  /// trained in another form.
  package static func all(in parameters: ParameterTable) -> [LowRankPair]? {
    let pairs = parameters.entries.compactMap { a -> LowRankPair? in
      guard a.role == .factor(.a), a.shape.count == 2 else { return nil }
      return parameters[a.module, .factor(.b)].map { LowRankPair(a: a, b: $0) }
    }
    let factors = parameters.entries.count { $0.role.isAdapter }
    return pairs.isEmpty || factors != 2 * pairs.count ? nil : pairs
  }

  /// The same for a method that needs them.
  ///
  /// - Throws: `Fault` of kind `.configuration` where `all(in:)` is nil.
  package static func all(in parameters: ParameterTable, method: String, path: String) throws -> [LowRankPair] {
    guard let pairs = all(in: parameters) else {
      throw Fault(
        .configuration, path, "it has no plain factors A and B, which method \(method) needs",
        hint: "fit an adapter of the plain form")
    }
    return pairs
  }

  /// The name in the network of the module that a factor belongs to.
  package static func module(of factor: ParameterTable.Entry) -> String {
    String(factor.module.dropFirst("base_model.model.".count))
  }

  /// A of the trained vector `values`, row after row.
  package func a(of values: [Float]) -> [Double] { values[a.offset..<a.offset + a.count].map(Double.init) }
  /// B of the trained vector `values`, row after row.
  package func b(of values: [Float]) -> [Double] { values[b.offset..<b.offset + b.count].map(Double.init) }
}
