// The report's pictures as files, and its table and bins for other programs.
import Calibration
import Foundation
import Reports
import Testing

@Suite struct FigureTests {
  private let evaluation: Evaluation
  private let page: String

  init() throws {
    evaluation = try Evaluation(
      try SyntheticPredictions.files(), settings: .init(bootstrap: Bootstrap(draws: 20, seed: 2)))
    page = evaluation.page(growth: evaluation.growth)
  }

  @Test func everyPictureOfThePageIsAFile() throws {
    let labels = page.matches(of: /role="img" aria-label="([^"]*)"/).map { String($0.1) }
    let figures = Figure.all(of: page)
    #expect(labels.count > 8 && figures.count == labels.count)
    #expect(Set(figures.map(\.name)).count == labels.count)
    #expect(figures.contains { $0.name == "accuracy-by-members" })
    #expect(figures.allSatisfy { $0.name.wholeMatch(of: /[a-z0-9-]+/) != nil })
    let files = Figure.files(of: page).map(\.name)
    #expect(files.count == 2 * labels.count && files.contains("accuracy-by-members.pdf"))
  }

  @Test func twoPicturesWithOneNameAreTwoFiles() {
    let twice = Figure.all(of: page + page).map(\.name)
    #expect(Set(twice).count == twice.count && twice.contains("accuracy-by-members-2"))
  }

  /// Outside a page there are no variables, and nothing else declares the namespace.
  @Test func anSVGStandsAlone() {
    for figure in Figure.all(of: page) {
      #expect(figure.svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox="))
      #expect(!figure.svg.contains("var(") && figure.svg.contains(".s1 { color: #1e57d3; }"), "\(figure.name)")
      #expect(XML.isWellFormed(figure.svg), "\(figure.name)")
    }
  }

  @Test func aPDFHasTheTextAndTheMarksOfThePicture() throws {
    let figures = Figure.all(of: page)
    let files = Dictionary(uniqueKeysWithValues: Figure.files(of: page))
    for figure in figures {
      let bytes = try #require(files["\(figure.name).pdf"])
      let pdf = String(decoding: bytes, as: UTF8.self)
      #expect(pdf.hasPrefix("%PDF-1.4\n") && pdf.hasSuffix("%%EOF\n"))
      let texts = figure.svg.components(separatedBy: "<text ").count - 1
      #expect(pdf.components(separatedBy: " Tj ET").count - 1 == texts && texts > 0, "\(figure.name)")
      let marks = figure.svg.matches(of: /<(line|circle|path|rect) class/).count
      #expect(pdf.matches(of: /\s[BfSn] Q/).count == marks && marks > 0, "\(figure.name)")
      // The table of objects has their places in bytes, and the length of the drawing is as declared.
      let places = pdf.matches(of: /(\d{10}) 00000 n/).compactMap { Int($0.1) }
      #expect(places.count == 5)
      for (index, place) in places.enumerated() {
        #expect(bytes[place...].starts(with: Array("\(index + 1) 0 obj".utf8)), "\(figure.name)")
      }
      let length = try #require(pdf.firstMatch(of: /\/Length (\d+)/).flatMap { Int($0.1) })
      let start = try #require(bytes.firstRange(of: Array("stream\n".utf8))).upperBound
      #expect(bytes[(start + length)...].starts(with: Array("endstream".utf8)), "\(figure.name)")
    }
  }

  @Test func aPDFHasTheColoursOfTheMethods() throws {
    let files = Dictionary(uniqueKeysWithValues: Figure.files(of: page))
    let pdf = String(
      decoding: try #require(files["risk-against-coverage-of-every-method.pdf"]), as: UTF8.self)
    // #a93a19, the ensemble's, as a line and as letters.
    #expect(pdf.contains("0.66 0.23 0.1 RG") && pdf.contains("0.66 0.23 0.1 rg /F 11 Tf"))
    #expect(pdf.contains("(ensemble) Tj"))
  }

  @Test func theLatexTableHasARowForEachMethodAndTemperature() throws {
    let lines = evaluation.latex.split(separator: "\n")
    let rows = lines.filter { $0.hasSuffix(" \\\\") }
    #expect(rows.count == 1 + evaluation.rows.count)
    #expect(rows.allSatisfy { $0.components(separatedBy: " & ").count == 6 })
    #expect(rows[0].hasPrefix("Method & Accuracy \\% & NLL"))
    #expect(lines.contains("\\begin{tabular}{lrrrrr}") && lines.last == "\\end{tabular}")
    for (line, row) in zip(rows.dropFirst(), evaluation.rows) {
      let accuracy = 100 * (try #require(row[.accuracy].score.value))
      #expect(line.hasPrefix(row.name) && line.contains(String(format: "%.1f", accuracy)))
      let differs = Self.shown.contains { row.differences[$0]?.excludesZero == true }
      #expect(line.contains("\\textbf") == differs)
    }
  }

  private static let shown: [Metric] = [.accuracy, .nll, .brier, .ece, .aurc]

  @Test func charactersThatLatexReadsOtherwiseAreEscaped() throws {
    var recipe = SyntheticPredictions()
    (recipe.method, recipe.dataset) = ("a_b%$#&{}~^\\", "x_y")
    let latex = try Evaluation([try recipe.file("p.h5")], settings: evaluation.settings).latex
    #expect(latex.contains("a\\_b\\%\\$\\#\\&\\{\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"))
    #expect(latex.hasPrefix("% x\\_y: "))
  }

  @Test func theBinsAddUpToTheCalibrationError() throws {
    let lines = evaluation.binsCSV.split(separator: "\n")
    #expect(lines[0] == "method,bin,lower,upper,count,confidence,accuracy")
    #expect(lines.count == 1 + 15 * evaluation.rows.count)
    for row in evaluation.rows {
      let bins = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        .filter { $0[0] == row.name }
      let gaps = bins.map { (Double($0[4]) ?? 0) * abs((Double($0[5]) ?? 0) - (Double($0[6]) ?? 0)) }
      let error = try #require(row[.ece].score.value)
      #expect(abs(gaps.reduce(0, +) / 120 - error) < 1e-9 && bins.allSatisfy { $0.count == 7 })
    }
  }
}

/// A check of markup that needs no parser of the platform.
enum XML {
  /// Whether every element is closed by its own end.
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([a-z]+)[^>]*?(\/?)>/) where match.3.isEmpty {
      if match.1.isEmpty { open.append(match.2) } else if open.popLast() != match.2 { return false }
    }
    return open.isEmpty
  }
}
