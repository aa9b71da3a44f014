// Foreign text in messages: no control sequences for the terminal, and nothing that fills a log.
import Faults
import Foundation
import StageKit
import TestSupport
import Testing

@Suite struct PrintableText {
  @Test(arguments: [
    ("\u{1B}[31mred", #"\u{1B}[31mred"#), ("a\rb\u{7}\u{8}", #"a\u{D}b\u{7}\u{8}"#), ("\0", #"\u{0}"#),
    ("\u{7F}", #"\u{7F}"#), ("\u{9B}2J", #"\u{9B}2J"#), ("a\nb\r\nc", #"a\u{A}b\u{D}\u{A}c"#),
    ("\u{202E}txt.exe", #"\u{202E}txt.exe"#),
    ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#), ("\u{2028}", #"\u{2028}"#),
  ])
  func controlCharactersAreEscaped(text: String, printed: String) {
    #expect(text.printable() == printed)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == text.printableLines().count)
  }

  @Test(arguments: ["café", "e\u{301}", "日本語", "👩\u{200D}🔬", "می\u{200C}خواهم", "a b", "…"])
  func readableTextIsUnchanged(text: String) { #expect(text.printable() == text) }

  @Test func theMiddleOfALongTextIsOmitted() {
    let long = "found " + String(repeating: "1", count: 5_000_000) + ", expected a number"
    let short = long.printable()
    #expect(short.unicodeScalars.count == 1000)
    #expect(short.hasPrefix("found 111") && short.contains("1…1") && short.hasSuffix("111, expected a number"))
    #expect(String(repeating: "x", count: 1000).printable().count == 1000)
    #expect(String(repeating: "e\u{301}", count: 1000).printable().unicodeScalars.count == 1000)
  }

  @Test func everyPartOfAFaultIsPrintableAndShort() {
    let bad = "\u{1B}]0;title\u{7}\n" + String(repeating: "y", count: 10_000)
    let fault = Fault(.data, bad, bad, hint: bad)
    let lines = fault.lines(for: "show").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 2)
    for text in lines.map(String.init) + [fault.description] {
      #expect(!text.unicodeScalars.contains { $0.isControl })
      #expect(text.count < 4000)
    }
  }

  /// On the terminal and in the log, in messages and in the command line at the log's start.
  @Test func controlSequencesReachNeitherTheTerminalNorTheLog() throws {
    try withTemporaryFolder { folder in
      let hostile = "\u{1B}[2Jx\u{202E}\n2026-01-01T00:00:00Z forged\u{7}"
      for words in [["speak", "--output", hostile], ["hostile", "--output", hostile], ["speak", "--\(hostile)"]] {
        let run = try RunningProgram("probe", words + ["--log-file", folder + "/log"])
        run.exitCode()
        #expect(!run.errors.isEmpty)
        #expect(!run.errors.unicodeScalars.contains { $0.isControl && $0 != "\n" })
        #expect(!run.errors.contains("\n2026"))
      }
      let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
      #expect(log.contains(#"\u{1B}[2Jx\u{202E}"#))
      #expect(!log.unicodeScalars.contains { $0.isControl && $0 != "\n" })
      #expect(log.split(separator: "\n").allSatisfy { $0.contains("Z probe ") })
    }
  }
}
