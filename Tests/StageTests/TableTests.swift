// The last two stages on the files of all other stages: every method is in both tables and in the other outputs,
// and `show` describes every file.
import Artifacts
import Foundation
import Posteriors
import TestSupport
import Testing

@Suite struct TablesOfAllMethods {
  @Test func evaluateScoresEveryMethodInEveryFile() throws {
    try Workshop.openFromQuestions { shop in
      let methods = try shop.posteriors()
      let histories = ["point-0.h5", "swag-0.h5"].map(shop.path)
      let run = try shop.run(
        "evaluate",
        ["--predictions"] + shop.predictions(of: methods, on: "home") + ["--histories"] + histories + [
          "--output", shop.path("evaluation.h5"), "--csv", shop.path("evaluation.csv"),
          "--json", shop.path("evaluation.json"), "--predictions-csv", shop.path("predictions.csv"),
          "--html", shop.path("report.html"), "--figures", shop.path("figures/of/this"),
          "--latex", shop.path("evaluation.tex"), "--bins-csv", shop.path("bins.csv"),
          "--growth-csv", shop.path("growth.csv"), "--collapse-csv", shop.path("collapse.csv"),
        ])
      let figures = try FileManager.default.contentsOfDirectory(atPath: shop.path("figures/of/this"))
      #expect(figures.contains("risk-against-coverage-of-every-method.svg"))
      #expect(figures.contains("risk-against-coverage-of-every-method.pdf") && figures.count % 2 == 0)
      for file in ["evaluation.tex", "bins.csv"] { #expect(bytes(shop.path(file))?.isEmpty == false, "\(file)") }
      let table = try Table(shop.path("evaluation.csv"))
      let predictions = try Table(shop.path("predictions.csv"))
      let page = try String(contentsOfFile: shop.path("report.html"), encoding: .utf8)
      let json = try JSONSerialization.jsonObject(with: try #require(bytes(shop.path("evaluation.json"))))
      let results = try #require((json as? [String: Any])?["results"] as? [String: [String: Any]])
      #expect(table.header == "method,dataset,metric,value,low,high,n,remark")
      #expect(try ResultTable.read(shop.path("evaluation.h5")).rows.count == table.rows.count)
      for method in methods.map(\.method.name) {
        for metric in ["accuracy", "nll", "ece"] {
          let row = try #require(table.rows.first { $0[0] == method && $0[2] == metric }, "\(method) \(metric)")
          #expect(row[1] == "home")
          #expect(Double(row[3])?.isFinite == true)
          // 12 test questions, of which 3 have no label.
          #expect(row[6] == "9")
        }
        // The 8 calibration and the 12 test questions, labelled or not.
        #expect(predictions.rows.count { $0[0] == method } == 20)
        #expect(results["home_\(method)"]?["acc,none"] is Double)
      }
      expectTables(of: methods, terminal: run.output, page: page)
      for name in ["evaluation.csv", "predictions.csv", "growth.csv", "collapse.csv"] {
        #expect(page.contains("href=\"\(name)\""), "the page has no link to \(name)")
      }
      let hasHistories = page.contains("<h2>Training curves</h2>")
      #expect(hasHistories, "the page has no training curves")
    }
  }

  @Test func shiftTestScoresEveryMethodOnEverySet() throws {
    try Workshop.openFromQuestions { shop in
      let methods = try shop.posteriors()
      let run = try shop.run(
        "shift-test",
        ["--in-distribution"] + shop.predictions(of: methods, on: "home")
          + ["--shifted"] + shop.predictions(of: methods, on: "near")
          + ["--corrupted"] + shop.predictions(of: methods, on: "damaged")
          + ["--output", shop.path("shift.h5"), "--csv", shop.path("shift.csv"), "--html", shop.path("shift.html")])
      let table = try Table(shop.path("shift.csv"))
      let page = try String(contentsOfFile: shop.path("shift.html"), encoding: .utf8)
      #expect(table.header == "method,dataset,metric,value,low,high,n,remark")
      #expect(try ResultTable.read(shop.path("shift.h5")).kind == .shift)
      for method in methods.map(\.method.name) {
        for (set, metric) in [
          ("home", "nll"), ("near", "nll"), ("near", "auroc_entropy"), ("home (keyboard-typos 3)", "nll"),
          ("home (keyboard-typos)", "nll_degradation"),
        ] {
          let row = table.rows.first { $0[0] == method && $0[1] == set && $0[2] == metric }
          #expect(row.flatMap { Double($0[3]) }?.isFinite == true, "\(method) on \(set): \(metric)")
        }
      }
      expectTables(of: methods, terminal: run.output, page: page)
    }
  }

  /// Checks that every method begins a line of both tables.
  private func expectTables(
    of methods: [(method: Method, files: [String])], terminal: String, page: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let names = methods.map(\.method.name)
    #expect(names.filter { !terminal.contains("\n\($0) ") } == [], "in the terminal", sourceLocation: sourceLocation)
    #expect(
      names.filter { !page.contains("</svg>\($0)</th>") && !page.contains("</svg>\($0) <sup>") } == [], "on the page",
      sourceLocation: sourceLocation)
  }

  @Test func questionsWithoutLabelsGetPredictionsAndNoScores() throws {
    try Workshop.openFromQuestions { shop in
      let methods = try shop.posteriors()
      try shop.run(
        "evaluate",
        ["--predictions"] + shop.predictions(of: methods, on: "blind") + [
          "--output", shop.path("evaluation.h5"), "--csv", shop.path("evaluation.csv"),
          "--predictions-csv", shop.path("predictions.csv"), "--html", shop.path("report.html"),
        ])
      let table = try Table(shop.path("evaluation.csv"))
      let scores = table.rows.filter { ["accuracy", "nll", "brier", "ece"].contains($0[2]) }
      #expect(scores.count == 4 * methods.count)
      #expect(scores.allSatisfy { $0[3...5] == ["", "", ""] })
      // Metrics without labels are defined.
      #expect(table.rows.count { $0[2] == "entropy_total" && Double($0[3]) != nil } == methods.count)
      let predictions = try Table(shop.path("predictions.csv"))
      #expect(predictions.rows.count == 6 * methods.count)
      #expect(predictions.rows.allSatisfy { $0[3].isEmpty && $0[5].isEmpty && Double($0[6]) != nil })
    }
  }

  @Test func showDescribesEveryFileAndItsProducer() throws {
    try Workshop.openFromQuestions { shop in
      let predictions = try shop.predictions(of: shop.posteriors(), on: "home")
      try shop.run("evaluate", ["--predictions"] + predictions + ["--output", shop.path("evaluation.h5")])
      let files = [
        ("base.h5", "base-model", "pretrain-load"), ("home.h5", "tokenized-set", "tokenize"),
        ("point-0.h5", "adapter", "fit-adapters"), ("swag-0.h5", "swag-moments", "collect-swag"),
        ("swag-on-home.h5", "predictions", "sample-posterior"), ("evaluation.h5", "result-table", "evaluate"),
      ]
      for (name, kind, stage) in files {
        let shown = try shop.run("show", [shop.path(name)]).output
        #expect(shown.hasPrefix("\(shop.path(name)): \(kind), version "))
        #expect(shown.contains(try Regex("producer +\(stage)\n")))
      }
      let all = try shop.run("show", files.map { shop.path($0.0) }).output
      for (name, _, _) in files { #expect(all.contains("\(shop.path(name)): ")) }
    }
  }
}

/// A CSV file without quoted fields.
struct Table {
  let header: String
  let rows: [[String]]

  init(_ path: String) throws {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    header = try #require(lines.first)
    rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }
}
