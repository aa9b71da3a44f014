// How one finds the way in the reports: contents, links, and what they say about the run.
import Artifacts
import Calibration
import Foundation
import Reports
import Testing

@Suite struct ContentsTests {
  private let settings = ScoringSettings(bootstrap: Bootstrap(draws: 20, seed: 2))

  private func pages() throws -> [String] {
    let files = try SyntheticPredictions.files()
    let far = try files.map { file -> PredictionsFile in
      var recipe = SyntheticPredictions(method: file.predictions.method, dataset: "far")
      (recipe.groups, recipe.samples, recipe.seed) = (file.predictions.groups, file.predictions.samples, 9)
      return try recipe.file()
    }
    return [
      try Evaluation(files, settings: settings).page(),
      try ShiftTest(inDistribution: files, shifted: far, corrupted: [], settings: settings).page(),
    ]
  }

  @Test func everyLinkHasItsEndAndEverySectionALink() throws {
    for page in try pages() {
      let ends = page.matches(of: #/ id="([^"]+)"/#).map(\.1)
      #expect(Set(ends).count == ends.count)
      let links = page.matches(of: #/href="#([^"]+)"/#).map(\.1)
      #expect(Set(links).subtracting(ends) == [])
      let sections = page.matches(of: #/<section id="([^"]+)"/#).map(\.1)
      #expect(sections.count > 5 && Set(sections).isSubset(of: links))
      #expect(sections.first == "in-short")
    }
  }

  @Test func namesOfMetricsLinkToTheirDefinitions() throws {
    for page in try pages() {
      for name in ["nll", "ece", "aurc"] {
        #expect(page.contains("<a href=\"#definition-\(name)\">") && page.contains("<dt id=\"definition-\(name)\">"))
      }
    }
  }

  @Test func onlyFilesInThePagesFolderAreLinked() {
    #expect(Links(from: "runs/a/report.html", to: ["runs/a/x.csv", nil, "runs/y.csv", "z.csv"]).targets == ["x.csv"])
    #expect(Links(from: "report.html", to: ["x.csv"]).targets == ["x.csv"])
  }

  @Test func theReportNamesModelDateHostAndSettings() throws {
    var set = SyntheticPredictions().predictions
    set.settings = #"{"fit":{"learningRate":0.003,"targets":["q","v"]},"method":"point","seed":7}"#
    var other = set
    (other.method, other.settings) = ("dropout", #"{"fit":{"learningRate":0.01,"targets":["q","v"]},"seed":7}"#)
    let files = [try PredictionsFile(path: "p.h5", set), try PredictionsFile(path: "d.h5", other)]
    let provenance = Provenance(producer: "evaluate", version: "9.9", commandLine: "evaluate --x")
    let run = RunFacts(model: "models/minilm", provenance: provenance, date: "2026-11-29 08:53 UTC", host: "vm")
    let page = try Evaluation(files, settings: settings).page(run: run, links: ["shift.html"])
    for words in ["<dd>minilm</dd>", "<dd>vm</dd>", "<dd>evaluate 9.9</dd>", "<a href=\"shift.html\">shift.html</a>"] {
      #expect(page.contains(words), "\(words)")
    }
    #expect(page.contains("Model minilm. Written 2026-11-29 08:53 UTC. 120 test questions."))
    // The cells of a row are lines of the file.
    let rows = page.replacing("</th>\n<td>", with: "</th><td>").replacing("</td>\n<td>", with: "</td><td>")
    #expect(rows.contains(">seed</th><td>7</td>"))
    #expect(rows.contains(">learning rate</th><td>0.003</td><td>dropout: 0.01</td>"))
    #expect(rows.contains(">targets</th><td>q, v</td><td></td>"))
    #expect(rows.contains(">calibration</th><td>60</td><td>0</td>"))
  }
}
