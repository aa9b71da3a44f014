// How one finds the way in a report: a list of its sections, and links to the other files of the run.

extension Page {
  /// A section with its title, by which the list of contents names it.
  struct Section {
    let title: String
    /// The section itself.
    let html: HTML

    /// What links to it end in: `more-members-more-samples`.
    var anchor: String { Page.anchor(title) }
  }

  /// The words of `title` in lower case, joined by hyphens; other characters than ASCII letters and digits are omitted.
  static func anchor(_ title: String) -> String {
    title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
  }

  /// The links to the sections, and to the files at `links`, which are relative to the page.
  static func contents(_ sections: [Section], links: [String]) -> HTML {
    func list(_ items: [(target: String, name: String)]) -> HTML {
      HTML(items.map { "<a href=\"\($0.target)\">\($0.name)</a>" as HTML })
    }
    let files: HTML = links.isEmpty ? "" : "<p>Files: \(list(links.map { ($0, $0) }))</p>"
    return """
      <nav class="contents" aria-label="Contents">
      <p>\(list(sections.map { ("#\($0.anchor)", $0.title) }))</p>
      \(files)
      </nav>
      """
  }

  /// The style of links, and of texts in tables, which may have several lines.
  static let linkStyle = """
    a { color: inherit; text-decoration-color: var(--shade); text-underline-offset: 3px; }
    a:hover, a:focus-visible { text-decoration-color: currentColor; }
    nav.contents { margin-top: 18px; } nav.contents p { margin: 4px 0; color: var(--muted); }
    nav.contents a { margin-right: 14px; white-space: nowrap; display: inline-block; }
    .finding p { margin: 0 0 6px; font-size: 17px; max-width: 82ch; }
    .text { display: block; min-width: 22em; max-width: 46em; white-space: normal; text-align: left; }
    @media (max-width: 600px) { .text { min-width: 11em; } }
    """
}
