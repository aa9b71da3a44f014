// `show` prints for people, who may stop reading before the end.
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct ShownFiles {
  /// More text than fits into a pipe, so that the reader closes it before the end.
  @Test func aClosedPipeIsNotAnError() throws {
    try Workshop.open { shop in
      let files = Array(repeating: shop.tokens, count: 300).joined(separator: " ")
      let run = try RunningProgram(shell: "\"$0\" \(files) | head -n 1", with: "show")
      #expect(run.exitCode() == 0)
      #expect(run.output.hasPrefix("\(shop.tokens): tokenized-set"))
      #expect(run.errors.isEmpty)
    }
  }

  /// The same list stands in README.md.
  @Test func theSupportedModelTypesAreThoseOfTheReadme() throws {
    let run = try RunningProgram("show", ["--models", "--quiet"])
    #expect(run.exitCode() == 0)
    let rows = run.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
    #expect(rows.allSatisfy { $0.count == 3 && $0[2].contains("/") }, "\(run.output)")
    let readme = try String(contentsOfFile: projectRoot + "/README.md", encoding: .utf8)
    for kind in ["encoder", "decoder"] {
      let list = try #require(readme.split(separator: "\n- \(kind)s: ").last?.split(separator: "\n\n").first)
      let types = list.split(separator: "\n- ")[0].matches(of: #/`(\w[\w-]*)`/#).map(\.1)
      #expect(types == rows.filter { $0[1] == kind }.map { $0[0] })
    }
  }

  @Test func aFullDiskIsStillAnError() throws {
    try Workshop.open { shop in
      let run = try RunningProgram(shell: "\"$0\" \(shop.tokens) > /dev/full", with: "show")
      #expect(run.exitCode() == 74)
    }
  }

  @Test func namesInAFileAreEscapedForTheTerminal() throws {
    try Workshop.open { shop in
      let tokens = try shop.tokens("hostile.h5") { $0.dataset = "\u{1B}]0;title\u{7}\u{202E}" }
      let run = try RunningProgram("show", [tokens])
      #expect(run.exitCode() == 0)
      #expect(run.output.contains(#"\u{1B}]0;title\u{7}\u{202E}"#))
      #expect(!run.output.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.properties.isBidiControl })
    }
  }
}
