// The known shares of categories in the data of each client: what trust should be if it were known.
import Faults
import JSON

/// [client][category] Shares of categories.
package struct DataMixtures {
  private let shares: [String: [String: Double]]
  private let path: String

  /// Reads `{"client": {"category": amount, ...}, ...}`; the amounts of a client are divided by their sum.
  ///
  /// - Throws: `Fault` of kind `.data` for another shape, a negative amount, or a client without any.
  package init(_ json: JSON, path: String) throws {
    self.path = path
    shares = try Dictionary(
      uniqueKeysWithValues: JSON.Node(json, subject: path).nodes().map { client, node in
        let amounts = try node.nodes().map { ($0.name, try $0.node.double()) }
        let total = amounts.reduce(0) { $0 + $1.1 }
        guard amounts.allSatisfy({ $0.1 >= 0 }), total > 0, total.isFinite else {
          throw Fault(.data, path, "\(client): the amounts must be at least 0, and one of them above 0")
        }
        return (client, Dictionary(uniqueKeysWithValues: amounts.map { ($0, $1 / total) }))
      })
  }

  /// The inner product of the mixtures of two clients: the probability that two random rows have one category.
  ///
  /// - Throws: `Fault` of kind `.data` for an unknown client.
  package func overlap(_ one: String, _ other: String) throws -> Double {
    let (mine, theirs) = (try mixture(one), try mixture(other))
    return mine.keys.sorted().reduce(0) { $0 + (mine[$1] ?? 0) * (theirs[$1] ?? 0) }
  }

  private func mixture(_ client: String) throws -> [String: Double] {
    guard let mixture = shares[client] else { throw Fault(.data, path, "has no mixture of the client \(client)") }
    return mixture
  }
}
