// The pipeline's table of methods and README's are those of the catalogue.
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing

/// The project's folder.
private let project = URL(filePath: projectRoot)

/// The rows of `pipeline/methods.tsv`.
private func table() -> String {
  let rows = Catalogue.methods.flatMap { method -> [[String]] in
    func row(_ name: String, _ exceptions: [Method.Exception], writes: Bool) -> [String] {
      [
        name, method.files ?? "-", method.samples.rawValue,
        method.options.map(\.rawValue).sorted().joined(separator: ","),
        exceptions.map(\.rawValue).joined(separator: ","), writes ? "yes" : "",
      ].map { $0.isEmpty ? "-" : $0 }
    }
    let forms = method.forms.map {
      row(method.name + $0.suffix, method.exceptions + [.severalLabels], writes: false)
    }
    return [row(method.name, method.exceptions, writes: method.writes)] + forms
  }
  return ([["method", "files", "samples", "options", "except", "writes"]] + rows)
    .map { $0.joined(separator: "\t") + "\n" }.joined()
}

@Suite struct CatalogueTests {
  /// `REWRITE=1` writes the file instead.
  @Test func thePipelinesTableIsTheCatalogue() throws {
    let file = project.appending(path: "pipeline/methods.tsv")
    if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
      try table().write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == table(), "to rewrite it: make goldens")
  }

  @Test(arguments: Catalogue.methods) func whatCannotWriteIsRefusedByName(_ method: Method) throws {
    let forms = method.forms.map { method.name + $0.suffix }
    for name in forms + (method.writes ? [] : [method.name]) {
      let fault = #expect(throws: Fault.self) { try Catalogue.requireWriting(name, .independent) }
      #expect(fault?.message == "found \(name), which predicts choices and cannot write texts")
      #expect(
        fault?.code == .usage && fault?.hint.hasPrefix(method.writes ? "use `method" : "use base, point,") == true)
    }
    guard method.writes else { return }
    for draws in DrawRule.allCases where draws != .linearised { try Catalogue.requireWriting(method.name, draws) }
    let fault = #expect(throws: Fault.self) { try Catalogue.requireWriting(method.name, .linearised) }
    #expect(fault?.subject == "`draws`" && fault?.message.contains("by which \(method.name) predicts choices") == true)
  }

  @Test func readmesTableNamesEveryMethodOnce() throws {
    let readme = try String(contentsOf: project.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.components(separatedBy: "\n## ").first { $0.hasPrefix("Methods") })
    let cells = section.split(separator: "\n").drop { !$0.hasPrefix("|---") }.dropFirst().prefix { $0.hasPrefix("|") }
      .compactMap { $0.split(separator: "|").first }
    let named = cells.flatMap { $0.split(separator: ",").map { $0.trimming { " `".contains($0) } } }
    let forms = Catalogue.methods.flatMap { method in method.forms.map { method.name + $0.suffix } }
    #expect(named.sorted() == (Catalogue.names + forms).sorted())
  }
}

extension Substring {
  /// Without the characters at both ends for which `drop` holds.
  fileprivate func trimming(_ drop: (Character) -> Bool) -> String {
    String(self.drop(while: drop).reversed().drop(while: drop).reversed())
  }
}
