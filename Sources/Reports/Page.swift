// The report's page: one file that needs nothing else, no script, no font, no network. Light or dark with the reader's
// system, and black on white on paper.

/// A page of sections.
struct Page {
  /// The page's title.
  let title: String
  /// One or two sentences below the title.
  let summary: HTML
  /// The sections in order.
  let sections: [HTML]

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
      \(HTML(markup: Self.style))
      </style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>
      <p class="summary">\(summary)</p>
      </header>
      \(sections)
      </body>
      </html>

      """
    return document.source
  }

  /// A section with a heading and a sentence of what is to be seen.
  static func section(_ title: String, _ note: HTML, _ content: [HTML]) -> HTML {
    """
    <section>
    <h2>\(title)</h2>
    <p class="note">\(note)</p>
    \(content)
    </section>
    """
  }

  /// A table with words in its first column and numbers in the others; nothing is escaped twice.
  static func table(_ head: [HTML], _ rows: [(style: String, cells: [HTML])]) -> HTML {
    let titles = head.enumerated().map { index, cell -> HTML in
      index == 0 ? "<th scope=\"col\" class=\"words\">\(cell)</th>" : "<th scope=\"col\">\(cell)</th>"
    }
    let lines = rows.map { row -> HTML in
      let cells = row.cells.enumerated().map { index, cell -> HTML in
        index == 0 ? "<th scope=\"row\" class=\"words\">\(cell)</th>" : "<td>\(cell)</td>"
      }
      return "<tr class=\"\(row.style)\">\(cells)</tr>"
    }
    return """
      <div class="wide"><table>
      <thead><tr>\(titles)</tr></thead>
      <tbody>
      \(lines)
      </tbody>
      </table></div>
      """
  }

  /// A picture with a line below it.
  static func figure(_ picture: HTML, _ caption: HTML) -> HTML {
    "<figure>\(picture)<figcaption>\(caption)</figcaption></figure>"
  }
}
