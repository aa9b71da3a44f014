// The report's page: one self-contained file without scripts, fonts or network access. Light or dark like the reader's
// system, and black on white on paper.

/// A page of sections.
struct Page {
  /// The page's title.
  let title: String
  /// One or two sentences below the title.
  let summary: HTML
  /// The sections in order.
  let sections: [Section]
  /// Other files of the run, relative to the page.
  var links: [String] = []
  /// Rules of its own behind those of every page.
  var ownStyle = ""

  /// The whole file.
  var source: String {
    let document: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title)</title>
      <style>
      \(HTML(markup: Self.linkStyle))
      \(HTML(markup: Self.style + ownStyle))
      </style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      <p class="summary">\(summary)</p>
      \(Self.contents(sections, links: links))
      </header>
      \(sections.map(\.html))
      </body>
      </html>

      """
    return document.source
  }

  /// A section with a heading and a note that explains it.
  static func section(_ title: String, _ note: HTML, _ content: [HTML]) -> Section {
    let html: HTML = """
      <section id="\(anchor(title))">
      <h2>\(title)</h2>
      \(note.source.isEmpty ? "" : "<p class=\"note\">\(note)</p>" as HTML)
      \(content)
      </section>
      """
    return Section(title: title, html: html)
  }

  /// A line of a table: its class in the style sheet and its cells.
  struct Line {
    var style = ""
    let cells: [HTML]
  }

  /// A table with words in its first column and numbers in the others; `groups` are titles over columns, or none. It
  /// can have keyboard focus, so that it can be scrolled if it is wider than the page; `caption` is its accessible
  /// name.
  static func table(
    _ caption: String, _ head: [HTML], _ rows: [Line], groups: [(title: HTML, span: Int)] = [], style: String = ""
  ) -> HTML {
    // A group begins where the spans before it end; the style sheet adds space there.
    let starts = Set(groups.indices.map { groups[..<$0].reduce(0) { $0 + $1.span } }.filter { $0 > 0 })
    func mark(_ index: Int) -> HTML { starts.contains(index) ? " class=\"start\"" : "" }
    let over: HTML =
      groups.isEmpty
      ? "" : "<tr class=\"groups\">\(groups.map { "<th colspan=\"\($0.span)\">\($0.title)</th>" as HTML })</tr>"
    let titles = head.enumerated().map { index, cell -> HTML in
      index == 0 ? "<th scope=\"col\" class=\"words\">\(cell)</th>" : "<th scope=\"col\"\(mark(index))>\(cell)</th>"
    }
    let lines = rows.map { row -> HTML in
      let cells = row.cells.enumerated().map { index, cell -> HTML in
        index == 0 ? "<th scope=\"row\" class=\"words\">\(cell)</th>" : "<td\(mark(index))>\(cell)</td>"
      }
      return "<tr class=\"\(row.style)\">\(cells)</tr>"
    }
    return """
      <div class="wide" tabindex="0" role="region" aria-label="Table: \(caption)"><table class="\(style)">
      <thead>\(over)<tr>\(titles)</tr></thead>
      <tbody>
      \(lines)
      </tbody>
      </table></div>
      """
  }
}
