// Layout: 80 columns of a terminal, paper, a phone, a keyboard.
import Calibration
import Foundation
import JSON
import Reports
import Testing

@Suite struct LayoutTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 20, seed: 2))

  /// All methods, including those with the longest names, with remarks and numbers of many digits.
  private static let methods = MethodStyle.listed.flatMap(\.methods)

  private func files(
    _ dataset: String = "commonsense-qa", severity: Int = 0, calibration: Int = 25
  ) throws -> [PredictionsFile] {
    try Self.methods.map { method in
      var recipe = SyntheticPredictions(method: method, dataset: dataset, groups: 2, testCount: 40)
      (recipe.sharpness, recipe.calibrationCount) = (8, calibration)
      recipe.corruption = .init(name: severity > 0 ? "keyboard-typos" : "", severity: severity)
      if dataset != "commonsense-qa" { recipe.seed = 9 }
      var set = try recipe.file().predictions
      set.warnings = [
        "a remark of many words about \(method), which is longer than a line of a terminal can be, and on"
      ]
      return try PredictionsFile(path: "\(method).h5", set)
    }
  }

  private func shiftTest() throws -> ShiftTest {
    try ShiftTest(
      inDistribution: files(), shifted: files("mmlu-computer-science", calibration: 0) + files("far", calibration: 0),
      corrupted: files(severity: 1), settings: settings)
  }

  @Test func printedTextFitsEightyColumns() throws {
    for text in [try Evaluation(files(), settings: settings).text, try shiftTest().text] {
      for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  /// Of rules with equal specificity the last one wins: rules for paper must come after rules for screens.
  @Test func rulesForPaperComeLast() throws {
    for page in [try Evaluation(files(), settings: settings).page(), try shiftTest().page()] {
      let style =
        try #require(page.range(of: "<style>")).upperBound..<(try #require(page.range(of: "</style>")).lowerBound)
      let print = try #require(page.range(of: "@media print {", range: style)).lowerBound
      #expect(page.range(of: "@media", range: page.index(after: print)..<style.upperBound) == nil)
      let general = try #require(page.range(of: ".wide { overflow-x: auto;", range: style)).lowerBound
      let paper = try #require(page.range(of: ".wide { overflow: visible;", range: style)).lowerBound
      #expect(general < print && print < paper)
      #expect(page.contains("@page { size: landscape;"))
    }
  }

  @Test func everyTableIsKeyboardAccessibleAndItsNamesStayInPlace() throws {
    for page in [try Evaluation(files(), settings: settings).page(), try shiftTest().page()] {
      let tables = page.matches(of: /<div class="wide"([^>]*)><table/).map(\.1)
      #expect(tables.count >= 4 && tables.count == page.components(separatedBy: "<table").count - 1)
      #expect(tables.allSatisfy { $0.contains("tabindex=\"0\"") && $0.contains("role=\"region\"") })
      let labels = tables.compactMap { $0.firstMatch(of: /aria-label="Table: ([^"]+)"/)?.1 }
      #expect(labels.count == tables.count && Set(labels).count == labels.count)
      #expect(page.contains("position: sticky; left: 0;"))
    }
  }

  @Test func everyScorePictureHasTheMethodsNames() throws {
    let page = try Evaluation(files(), settings: settings).page()
    let panels = page.matches(of: /(?s)<svg[^>]*of every method with its 95 % interval">(.*?)<\/svg>/)
    #expect(panels.count == 3)
    for panel in panels { #expect(panel.1.matches(of: /class="name"/).count == Self.methods.count) }
  }

  /// lm-evaluation-harness splits the names of tasks at slashes.
  @Test func namesOfTasksHaveNeitherSlashesNorSpaces() throws {
    let test = try shiftTest()
    let document = try JSON.parse(Array(try test.harnessJSON().utf8), subject: "")
    let groups = try document.object("group_subtasks", in: "")
    guard case .object(let results) = document["results"], case .object(let all) = document["group_subtasks"] else {
      Issue.record("no objects")
      return
    }
    let names = results.map(\.name)
    #expect(names.count == Set(names).count && names.count == (3 * 2 + 2) * Self.methods.count)
    for name in names + all.map(\.name) { #expect(name.allSatisfy { $0.isASCII && !"/ ()+".contains($0) }, "\(name)") }
    #expect(try groups.array("commonsense-qa_keyboard-typos_1").count == 2 * Self.methods.count)
  }
}
