// One colour for each method, the same in every picture: grey for the point estimate, which the others are measured by,
// then seven that readers with any kind of colour vision can tell apart, then the same seven dashed.

/// The methods' classes in the style sheet.
struct Palette {
  private let classes: [String: String]

  /// Colours in the order of `methods`.
  init(_ methods: [String]) {
    var classes: [String: String] = [:]
    var next = 0
    for method in methods where classes[method] == nil {
      if method == MethodRow.reference {
        classes[method] = "s0"
      } else {
        classes[method] = "s\(next % 7 + 1)" + (next >= 7 ? " dashed" : "")
        next += 1
      }
    }
    self.classes = classes
  }

  /// The class of `method`; grey for one that is in no table.
  subscript(method: String) -> String { classes[method] ?? "s0" }

  /// The methods with their lines, to stand above a picture.
  func legend(_ methods: [String]) -> HTML {
    let items: [HTML] = methods.map { method in
      """
      <span class="key"><svg width="22" height="10" aria-hidden="true"><line class="line \(self[method])" x1="1" x2="21" \
      y1="5" y2="5"/></svg>\(method)</span>
      """
    }
    return "<p class=\"legend\">\(items)</p>"
  }
}
