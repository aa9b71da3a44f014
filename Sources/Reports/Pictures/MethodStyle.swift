// How each method is drawn: a colour with its marker, and a line style, which depend on its name, so that it looks the
// same in every report. The seven colours remain distinct for readers with any kind of colour blindness
// (MethodStyleTests computes the distances). Without colours, the markers tell apart what the lines do not.
import Arrays

/// The style of one method: a class of the style sheet for its colour and one for its line.
package struct MethodStyle: Equatable {
  /// The dashes of a line.
  package enum Line: String, CaseIterable {
    case solid, dashed, dotted, dashdot, sparse, double, dashdots, uneven, longdash
  }

  /// A colour of the style sheet, `--s0` to `--s6`; each has its own marker.
  package let hue: Int
  /// Its dashes.
  package let line: Line

  /// The style of `method`. A name that is not listed gets a colour from a hash of its letters, and dashes that no
  /// listed method has.
  package init(of method: String) {
    for (line, methods) in Self.listed {
      if let hue = methods.firstIndex(of: method) {
        (self.hue, self.line) = (hue, line)
        return
      }
    }
    (hue, line) = (1 + Int(stableHash(method) % UInt64(Self.hues - 1)), .longdash)
  }

  /// The classes of its line.
  var classes: String { "s\(hue) \(line.rawValue)" }

  /// Number of colours in the style sheet.
  package static let hues = 7

  /// The methods with a chosen style. The index in a list is the colour; the methods of the default table have solid
  /// lines in seven colours.
  package static let listed: [(line: Line, methods: [String])] = [
    (.solid, ["point", "dropout", "ensemble", "swa", "swag-diagonal", "swag", "multiswag"]),
    (.dashed, ["base", "laplace", "lora-ensemble", "aswa", "tfb", "blob", "multiswa"]),
    (.dotted, ["base-contextual", "laplace-probit", "soup", "full", "me-lora", "blob-mean", "full-ensemble"]),
    (
      .dashdot,
      [
        "point-contextual", "laplace-last-layer", "laplace-sampled", "scalabl", "me-lora-mean", "scalabl-mean",
        "routed",
      ]
    ),
    (
      .sparse,
      [
        "uniform", "retrieved", "library-mixture", "random-gate", "adapter-mixture", "adapter-fusion", "adapter-soup",
      ]
    ),
    (.double, ["swad", "tfb-authors", "ivon", "ivon-mean", "multi-ivon", "rank-masks", "rank-masks-mean"]),
    (.dashdots, ["hmc", "laplace-exact", "batch-ensemble", "repulsive", "snapshots", "sghmc", "rank-1"]),
    (.uneven, ["rank-1-mean", "tickets", "dna", "extracted", "extracted-random"]),
  ]
}

extension MethodStyle {
  /// The corners of the markers, one for each colour, for a size of 1; none is a circle.
  private static let corners: [[(x: Double, y: Double)]] = [
    [],
    [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    [(0, -1.25), (1.15, 0.85), (-1.15, 0.85)],
    [(0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)],
    [(0, 1.25), (-1.15, -0.85), (1.15, -0.85)],
    // A plus.
    [
      (-0.4, -1.3), (0.4, -1.3), (0.4, -0.4), (1.3, -0.4), (1.3, 0.4), (0.4, 0.4), (0.4, 1.3), (-0.4, 1.3), (-0.4, 0.4),
      (-1.3, 0.4), (-1.3, -0.4), (-0.4, -0.4),
    ],
    // A bar.
    [(-0.45, -1.4), (0.45, -1.4), (0.45, 1.4), (-0.45, 1.4)],
  ]

  /// A marker centred at a point, in pixels; hollow for a method that is not listed.
  func marker(_ x: Double, _ y: Double, size: Double = 3.2) -> HTML {
    let points = Self.corners[hue].map { "\(x + size * $0.x) \(y + size * $0.y)" as HTML }
    let style = "\(line == .longdash ? "hollow" : "dot") s\(hue)"
    guard !points.isEmpty else { return "<circle class=\"\(style)\" cx=\"\(x)\" cy=\"\(y)\" r=\"\(size)\"/>" }
    return "<path class=\"\(style)\" d=\"M\(HTML(markup: points.map(\.source).joined(separator: "L")))Z\"/>"
  }

  /// The line with its marker, to put before a method's name; long enough to show its dashes beside the marker.
  var key: HTML {
    """
    <svg class="swatch" viewBox="0 0 40 10" width="40" height="10" aria-hidden="true"><path class="line \(classes)" \
    d="M1 5L39 5"/>\(marker(20, 5))</svg>
    """
  }

  /// All `methods` with their lines, to put above a picture.
  static func legend(_ methods: [String]) -> HTML {
    let items = methods.map { "<span class=\"key\">\(MethodStyle(of: $0).key)\($0)</span>" as HTML }
    return "<p class=\"legend\">\(items)</p>"
  }
}
