// How an adapter was made of those of several clients, in its file: one row of the trust matrix.

extension Adapter {
  /// One client's part of a round in which clients have exchanged their adapters.
  package struct Exchange: Equatable, Sendable {
    /// The client whose adapter this is.
    package var client = ""
    /// How trust was decided, such as `weights`.
    package var scheme = ""
    /// By what the similarities were divided before the softmax.
    package var temperature = 1.0
    /// What was averaged: `factors` or `products`; `none` where no other adapter was taken in.
    package var mean = "none"
    /// [client] All clients of the round.
    package var clients: [String] = []
    /// [client] The weights of their adapters, which sum to 1; 0 where one was left out.
    package var trust: [Double] = []
    /// [client] How similar they are to this client by the scheme; NaN where that was not computed.
    package var similarities: [Double] = []
    /// [client] Why an adapter was left out; empty where it was not.
    package var reasons: [String] = []
    /// How well the loss tells training rows from held-out rows, before the exchange: the area under the ROC curve, 0.5
    /// where it does not. NaN where it was not measured.
    package var membership = Double.nan

    /// An empty row, to be filled in.
    package init() {}

    /// Equal values, where NaN equals NaN.
    package static func == (one: Exchange, other: Exchange) -> Bool {
      let numbers = { (row: Exchange) in
        (row.trust + row.similarities + [row.temperature, row.membership]).map(\.bitPattern)
      }
      return (one.client, one.scheme, one.mean) == (other.client, other.scheme, other.mean)
        && (one.clients, one.reasons, numbers(one)) == (other.clients, other.reasons, numbers(other))
    }
  }
}

extension Adapter.Exchange {
  mutating func exchange(with archive: some Archive) throws {
    try archive.text("exchange_client", &client)
    try archive.text("exchange_trust", &scheme)
    try archive.real("exchange_temperature", &temperature)
    try archive.text("exchange_mean", &mean)
    if try archive.has("exchange_membership_auroc", !membership.isNaN) {
      try archive.real("exchange_membership_auroc", &membership)
    }
    try archive.group("exchange")
    try archive.texts("exchange/clients", &clients, Axis("client"), "clients of the round")
    let axis = [Axis("client", clients.count)]
    try archive.numbers("exchange/trust", &trust, axis, "weight of the client's adapter, 0 where it was left out")
    try archive.numbers("exchange/similarity", &similarities, axis, "similarity by which the weights were decided")
    try archive.texts("exchange/reasons", &reasons, axis[0], "why the adapter was left out; empty where it was not")
  }

  func validate() throws {
    try require(trust.allSatisfy { (0...1).contains($0) }, "the trust in a client is not from 0 to 1")
    try require(Set(clients).count == clients.count, "two clients have the same name")
  }
}
