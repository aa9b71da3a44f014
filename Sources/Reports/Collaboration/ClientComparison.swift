// What clients have gained by learning together: each client's scores on its own test rows with the adapter of each kind of
// trust, what it has sent for that, and what its adapter tells about the rows that it was trained on.
import Artifacts
import Calibration
import Faults

/// The results of all clients, by each kind of trust.
package struct ClientComparison {
  /// One client's adapter after the last round.
  package struct Entry {
    let exchange: Adapter.Exchange
    let parameters: Int
    let predictions: PredictionsFile

    /// - Parameter path: the adapter's file, for messages.
    /// - Throws: `Fault` of kind `.data` for an adapter that no exchange has made.
    package init(_ adapter: Adapter, path: String, predictions file: Predictions, predictionsPath: String) throws {
      guard let exchange = adapter.exchange else {
        throw Fault(.data, path, "it was not made by exchange-adapters", hint: "give the adapters after a round")
      }
      var file = file
      // So that the kinds of trust stand beside each other as methods do.
      file.method = exchange.scheme
      (self.exchange, parameters) = (exchange, adapter.values.count)
      predictions = try PredictionsFile(path: predictionsPath, file)
    }
  }

  private let entries: [Entry]
  let evaluations: [(client: String, evaluation: Evaluation)]
  let rounds: Int
  let settings: ScoringSettings

  /// - Parameter rounds: in which each client has sent its adapter once.
  /// - Throws: `Fault` of kind `.data` for predictions of one client that cannot be compared.
  package init(_ entries: [Entry], rounds: Int, settings: ScoringSettings) throws {
    (self.entries, self.rounds, self.settings) = (entries, rounds, settings)
    evaluations = try Self.names(entries.map(\.exchange.client)).map { client in
      let files = entries.filter { $0.exchange.client == client }.map(\.predictions)
      return (client, try Evaluation(files, settings: settings))
    }
  }

  private static func names(_ names: [String]) -> [String] {
    names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { names[$0] }
  }

  /// The kinds of trust, in the order of the files.
  private var schemes: [String] { Self.names(entries.map(\.exchange.scheme)) }

  private func entry(_ client: String, _ scheme: String) -> Entry? {
    entries.first { ($0.exchange.client, $0.exchange.scheme) == (client, scheme) }
  }

  /// [byte] What a client sends to each of the others: its values in single precision, once in each round.
  private func bytesSent(_ entry: Entry) -> Int {
    entry.exchange.scheme == "none" ? 0 : rounds * entry.parameters * MemoryLayout<Float>.stride
  }

  /// All scores of all clients, what they have sent, and the test for membership.
  package func table() throws -> ResultTable {
    var table = ResultTable()
    (table.kind, table.settings) = (.collaboration, try settings.canonicalJSON)
    for (client, evaluation) in evaluations {
      table.rows += try evaluation.table().rows.map { row in
        var row = row
        row.dataset = client
        return row
      }
      for entry in entries where entry.exchange.client == client {
        func row(_ metric: String, _ value: Double, _ reason: String = "") -> ResultTable.Row {
          .init(
            method: entry.exchange.scheme, dataset: client, metric: metric, value: value,
            n: evaluation.scoredRows.count, reason: value.isNaN ? reason : "")
        }
        table.rows += [
          row("bytes_sent", Double(bytesSent(entry))),
          row("membership_auroc", entry.exchange.membership, "not measured"),
        ]
      }
    }
    return table
  }

  /// The table as CSV.
  package func csv() throws -> String {
    CSV.text(
      header: ["client", "trust_by", "metric", "value", "low", "high", "n"],
      rows: try table().rows.map {
        [$0.dataset, $0.method, $0.metric] + [$0.value, $0.low, $0.high].map(CSV.number) + ["\($0.n)"]
      })
  }

  /// All trust matrices as CSV.
  package var trustCSV: String { entries.map(\.exchange).csv }

  /// The scores, their means over the clients, and the trust matrices.
  package var text: String {
    let columns: [TextTable.Column] =
      [.words("client"), .words("trust by")] + headline.map { .numbers($0.heading) }
      + [.numbers("MB sent"), .numbers("membership")]
    let matrices = comparedSchemes.map { "\ntrust by \($0)\n\n" + exchanges(of: $0).text }
    return TextTable.wrapped(
      "\(evaluations.count) clients, \(roundsInWords); membership: how often a held-out row has a higher loss than a "
        + "training row by the adapter that is sent, 0.5 where the loss tells nothing")
      + "\n" + TextTable(columns, scoreLines + meanLines).text + matrices.joined()
  }

  /// Such as `3 rounds`.
  var roundsInWords: String { plural(rounds, "round") }
  /// The scores that the tables show.
  var headline: [Metric] { evaluations[0].evaluation.headline }
  /// The kinds of trust that have a matrix worth showing.
  var comparedSchemes: [String] { schemes.filter { $0 != "none" && $0 != "average" } }
  /// The rows of a matrix.
  func exchanges(of scheme: String) -> [Adapter.Exchange] { entries.map(\.exchange).filter { $0.scheme == scheme } }

  /// Client, kind of trust, scores and costs of each client.
  var scoreLines: [[String]] {
    evaluations.flatMap { client, evaluation in
      evaluation.rawRows.compactMap { row in
        entry(client, row.forecast.method).map { entry in
          [client, row.forecast.method] + headline.map { row[$0].valueText($0.format) } + costs([entry])
        }
      }
    }
  }

  /// The same, as means over the clients.
  var meanLines: [[String]] {
    schemes.map { scheme in
      let rows = evaluations.flatMap(\.evaluation.rawRows).filter { $0.forecast.method == scheme }
      let scores = headline.map { metric in
        metric.format.text(Self.mean(rows.compactMap { $0[metric].score.value }))
      }
      return ["mean", scheme] + scores + costs(entries.filter { $0.exchange.scheme == scheme })
    }
  }

  private func costs(_ entries: [Entry]) -> [String] {
    let membership = Self.mean(entries.map(\.exchange.membership))
    return [
      fixed(Self.mean(entries.map { Double(bytesSent($0)) }) / 1e6, 2),
      membership.isNaN ? "\u{2013}" : NumberFormat.decimal.text(membership),
    ]
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
