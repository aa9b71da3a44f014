// The trust matrix as CSV: one row for each pair of clients.
import Artifacts

extension Adapter.Exchange {
  fileprivate static let header = ["trust_by", "client", "other", "trust", "similarity", "left_out"]

  /// One row for each other client and the client itself.
  fileprivate var cells: [[String]] {
    clients.indices.map { other in
      [
        scheme, client, clients[other], CSV.number(trust[other]), CSV.number(similarities[other]), reasons[other],
      ]
    }
  }

  /// The client's row of the matrix.
  package var csv: String { CSV.text(header: Self.header, rows: cells) }
}

extension [Adapter.Exchange] {
  /// The matrices of all schemes, row after row.
  package var csv: String { CSV.text(header: Adapter.Exchange.header, rows: flatMap(\.cells)) }

  /// The matrix of one scheme as a table for a terminal.
  var text: String {
    guard let first else { return "" }
    return TextTable(
      [.words("trust of")] + first.clients.map { .numbers($0) },
      map { row in [row.client] + row.clients.indices.map { cell(row, $0) } }
    ).text
  }

  private func cell(_ row: Adapter.Exchange, _ other: Int) -> String {
    row.reasons[other].isEmpty ? NumberFormat.decimal.text(row.trust[other]) : "left out"
  }
}
