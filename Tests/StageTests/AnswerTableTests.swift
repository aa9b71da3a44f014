// evaluate-answers on files of written answers: its outputs, and files of another kind.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct AnswerTableTests {
  @Test func textsAreScoredInEveryFile() throws {
    try Workshop.open { shop in
      let texts = [["Paris", "Paris", "Rome"], ["Oslo", "Bern", "Kyiv"]]
      for method in ["point", "swag"] {
        try Answers.written(by: method, texts, accepted: [["Paris"], ["Lima"]]).write(
          to: shop.path("\(method).h5"), provenance: TinyExperiment.provenance)
      }
      let outputs = [
        "--output", shop.path("table.h5"), "--csv", shop.path("table.csv"), "--json", shop.path("table.json"),
        "--answers-csv", shop.path("answers.csv"), "--html", shop.path("page.html"),
      ]
      let run = try shop.run(
        "evaluate-answers", ["--generated", shop.path("point.h5"), shop.path("swag.h5"), "--bootstrap", "20"] + outputs)
      #expect(run.output.contains("tiny: open answers to 2 test questions"))
      let table = try Table(shop.path("table.csv"))
      #expect(table.rows.first { $0[0] == "swag" && $0[2] == "accuracy" }?[3] == "0.5")
      #expect(try ResultTable.read(shop.path("table.h5")).kind == .answers)
      #expect(try Table(shop.path("answers.csv")).rows.map { $0[1] } == ["q0", "q1", "q0", "q1"])
      let json = try JSONSerialization.jsonObject(with: try #require(bytes(shop.path("table.json"))))
      let results = try #require((json as? [String: Any])?["results"] as? [String: [String: Any]])
      #expect(results["tiny_swag"]?["acc,none"] as? Double == 0.5)
      #expect(try String(contentsOfFile: shop.path("page.html"), encoding: .utf8).contains("Answers token by token"))
      try shop.expectFault(
        65, "evaluate-answers", ["--generated", shop.tokens], says: [shop.tokens, "tokenized-set"])
      let model = try writeTinyModel(in: shop.folder)
      try shop.expectFault(
        78, "evaluate-answers", ["--generated", shop.path("point.h5"), "--model", model],
        says: ["its tokenizer is not the one that \(shop.path("point.h5")) was made with"], hint: "--model")
    }
  }
}
