// The methods' styles: all differ, and those that share a line have markers of their own and colours that readers with
// every kind of colour vision can distinguish, on light and dark pages. Colour vision is simulated as in Machado, Oliveira
// and Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency", doi:10.1109/TVCG.2009.113
// (matrices of severity 1.0, on linear RGB); distances are those of CIE 1976 L*a*b* (D65), where 10 is hard to see.
import Foundation
import Reports
import Testing

@Suite struct MethodStyleTests {
  private typealias Vector = [Double]

  private static let visions: [(name: String, matrix: [Vector])] = [
    ("usual", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  /// Red, green and blue, linear, of `#rrggbb`.
  private func linear(_ color: String) throws -> Vector {
    let number = try #require(Int(color.dropFirst(), radix: 16))
    return [16, 8, 0].map { shift in
      let value = Double((number >> shift) & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  private func product(_ matrix: [Vector], _ vector: Vector) -> Vector {
    matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private func lab(_ linear: Vector) -> Vector {
    let xyz = product(
      [
        [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041],
      ], linear)
    let f = zip(xyz, [0.95047, 1, 1.08883]).map { value, white -> Double in
      value / white > 216.0 / 24389 ? cbrt(value / white) : (24389.0 / 27 * value / white + 16) / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }

  private func distance(_ a: String, _ b: String, _ vision: [Vector]) throws -> Double {
    let (a, b) = (try linear(a), try linear(b))
    let (x, y) = (
      lab(product(vision, a).map { min(1, max(0, $0)) }), lab(product(vision, b).map { min(1, max(0, $0)) })
    )
    return zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  private func contrast(_ a: String, _ b: String) throws -> Double {
    let luminances = try [a, b].map { zip(try linear($0), [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + $1.0 * $1.1 } }
    return (luminances.max()! + 0.05) / (luminances.min()! + 0.05)
  }

  /// The values of `--paper` and `--s0` to `--s6` on light, dark and printed pages, read from the page.
  private func papers() throws -> [(paper: String, colors: [String])] {
    let page = try Evaluation([try SyntheticPredictions().file()], settings: .init(bootstrap: .init(draws: 2, seed: 1)))
      .page()
    let blocks = page.components(separatedBy: ":root {").dropFirst()
    return try blocks.map { block in
      func value(_ name: String) throws -> String {
        let start = try #require(block.range(of: "--\(name): ")).upperBound
        let value = String(block[start...].prefix { $0 != ";" })
        return value == "#fff" ? "#ffffff" : value
      }
      return (try value("paper"), try (0..<MethodStyle.hues).map { try value("s\($0)") })
    }
  }

  @Test func coloursAreDistinctForEveryColourVision() throws {
    let papers = try papers()
    #expect(papers.count == 3)
    for (paper, colors) in papers {
      for (name, matrix) in Self.visions {
        for first in colors.indices {
          for second in 0..<first {
            let apart = try distance(colors[first], colors[second], matrix)
            #expect(apart >= 20, "\(name), \(paper): s\(second) and s\(first) are \(apart) apart")
          }
        }
      }
      for color in colors { #expect(try contrast(color, paper) >= 3, "\(color) on \(paper)") }
    }
  }

  /// Two colours of an earlier palette, with a distance of 0.7 for a reader with deuteranopia.
  @Test func theDistanceDetectsColoursThatCollapse() throws {
    #expect(try distance("#75726a", "#b5276d", Self.visions[0].matrix) > 40)
    #expect(try distance("#75726a", "#b5276d", Self.visions[2].matrix) < 12)
  }

  /// On a grey print, two methods differ in the line or in the marker.
  @Test func everyColourHasItsOwnMarkerAndEveryLineItsOwnDashes() throws {
    let methods = MethodStyle.listed.flatMap(\.methods) + ["mine"]
    let files = try methods.map { name in
      var recipe = SyntheticPredictions()
      (recipe.method, recipe.testCount, recipe.calibrationCount) = (name, 2, 0)
      return try recipe.file()
    }
    let page = try Evaluation(files, settings: .init(bootstrap: .init(draws: 2, seed: 1))).page()
    let keys = Set(page.matches(of: /<svg class="swatch".*?<\/svg>/).map { String($0.0) })
    #expect(keys.count == methods.count)
    var markers: [Substring: Set<Substring>] = [:]
    for key in keys {
      let match = try #require(
        try /class="line (s\d) [a-z]+" d="[^"]*"\/><[a-z]+ class="(?:dot|hollow) s\d" (?:d|cx)="([^"]*)"/.firstMatch(
          in: key))
      markers[match.1, default: []].insert(match.2)
    }
    #expect(markers.count == MethodStyle.hues && markers.values.allSatisfy { $0.count == 1 })
    #expect(Set(markers.values).count == MethodStyle.hues, "two colours have the same marker")
    let dashes = MethodStyle.Line.allCases.map { line -> Substring? in
      let rule = page.firstRange(of: ".line.\(line.rawValue) { stroke-dasharray")
      return rule.map { page[$0.upperBound...].prefix { $0 != "}" } }
    }
    #expect(Set(dashes).count == MethodStyle.Line.allCases.count, "two lines have the same dashes")
  }

  @Test func everyMethodHasItsOwnStyle() throws {
    let methods = try Self.pipelineMethods()
    #expect(Set(MethodStyle.listed.flatMap(\.methods)).subtracting(methods) == [], "no such methods")
    for (style, twins) in Dictionary(grouping: methods, by: { "\(MethodStyle(of: $0))" }) {
      #expect(twins.count == 1, "\(style): list one of \(twins) in MethodStyle.listed")
    }
    #expect(MethodStyle.listed.allSatisfy { $0.methods.count <= MethodStyle.hues })
    for own in ["mine", "peer", "x"] {
      let style = MethodStyle(of: own)
      #expect(style.line == .longdash && (1..<MethodStyle.hues).contains(style.hue))
    }
  }

  /// The names in the first column of pipeline/methods.tsv.
  private static func pipelineMethods() throws -> [String] {
    try Claims.text("pipeline/methods.tsv")
      .split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }
  }

  @Test func aMethodLooksTheSameInEveryReport() throws {
    func key(of method: String, among methods: [String]) throws -> Substring {
      let files = try methods.map { name in
        var recipe = SyntheticPredictions()
        recipe.method = name
        return try recipe.file()
      }
      let page = try Evaluation(files, settings: .init(bootstrap: .init(draws: 2, seed: 1))).page()
      let end = try #require(page.range(of: "</svg>\(method)[ <]", options: .regularExpression)).lowerBound
      return page[try #require(page[..<end].range(of: "<svg", options: .backwards)).lowerBound..<end]
    }
    let alone = try key(of: "swag", among: ["swag"])
    #expect(alone.contains("s5 solid"))
    #expect(try key(of: "swag", among: ["point", "dropout", "swag"]) == alone)
    #expect(try key(of: "swag", among: ["swag", "ensemble", "tfb", "point"]) == alone)
    #expect(try key(of: "tfb", among: ["swag", "ensemble", "tfb", "point"]) != alone)
  }
}
