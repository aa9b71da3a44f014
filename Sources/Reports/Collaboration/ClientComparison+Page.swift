// The report of `compare-clients`: the scores of every client by every kind of trust, and the trust matrices.
import Artifacts

extension ClientComparison {
  /// One self-contained HTML file.
  package func page(run: RunFacts, links: [String]) -> String {
    Page(
      title: "Clients that exchange adapters",
      summary: "\(run.summary)\(evaluations.count) clients, \(roundsInWords). \(settings.intervals).",
      sections: [scoreSection, trustSection], links: links
    ).source
  }

  private var scoreSection: Page.Section {
    let heads = headline.map(\.head) + ["MB sent", "Membership"]
    let lines = (scoreLines + meanLines).map { line in
      Page.Line(cells: ["\(line[0]): \(line[1])"] + line.dropFirst(2).map { "\($0)" })
    }
    return Page.section(
      "Scores",
      """
      On each client\u{2019}s own test rows; none: every client keeps its own adapter. Membership: how often a held-out row \
      has a higher loss than a training row by the adapter that is sent, 0.5 where the loss tells nothing. Stronger attacks \
      exist.
      """, [Page.table("scores of all clients", ["Client: trust by"] + heads, lines)])
  }

  private var trustSection: Page.Section {
    let pictures = comparedSchemes.map { scheme -> HTML in
      let picture = TrustPicture(rows: exchanges(of: scheme))
      return "<h3 class=\"set\">\(scheme)</h3>\n\(picture.svg("trust by \(scheme)"))"
    }
    return Page.section(
      "Trust", "How the client in the row weights the adapter of the one in the column, in the last round.", pictures)
  }
}
