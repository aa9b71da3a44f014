// The first section of both reports: what was found, and what to beware of.

extension Page {
  /// The section of `sentences`, with the remarks directly below.
  static func finding(_ sentences: [String], _ remarks: Remarks) -> Section {
    section(
      "In short", "",
      ["<div class=\"finding\">\(sentences.map { "<p>\($0)</p>" as HTML })</div>", remarks.section])
  }
}
