// Checks README's statements about the methods against the settings and the report.
import Foundation
import Reports
import Testing

/// The files at the root of the project.
enum Claims {
  static func file(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(name)
  }

  static func text(_ name: String) throws -> String { try String(contentsOf: file(name), encoding: .utf8) }
}

@Suite struct ClaimsTests {
  /// The methods that `make evaluate` fits without further settings.
  private func defaultMethods() throws -> [String] {
    let settings = try Claims.text("pipeline/settings.mk")
    let list = try #require(settings.firstMatch(of: /\nMETHODS = \$\(if \$\(ADAPTER\),[^,]*,(.*)\)/)).output.1
    return list.split(separator: " ").map(String.init)
  }

  @Test func readmeNamesTheMethodsOfTheDefaultTable() throws {
    let readme = try Claims.text("README.md")
    let methods = try defaultMethods()
    let names = methods.dropLast().map { "`\($0)`" }.joined(separator: ", ") + " and `\(methods.last!)`"
    let number = try #require(["six", "seven", "eight", "nine"].dropFirst(methods.count - 6).first)
    let words = readme.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("the \(number) default methods (\(names))"))
    #expect(!words.contains("every method on the embedded"))
  }

  /// The colours of the default table are seven solid lines.
  @Test func theDefaultMethodsHaveTheSolidLines() throws {
    #expect(try defaultMethods() == MethodStyle.listed[0].methods)
  }
}
