import Faults
import Files
import Testing

@Suite struct LinesTests {
  private func texts(_ text: String) throws -> [String] { try lines(of: Array(text.utf8), named: "x").map(\.text) }

  @Test func lineEndsOfAllSystemsGiveTheSameLines() throws {
    #expect(try texts("a\nb\n") == ["a", "b"])
    #expect(try texts("a\r\nb\r\n") == ["a", "b"])
    #expect(try texts("\u{FEFF}a\r\nb") == ["a", "b"])
    #expect(try texts("") == [])
    #expect(try texts("\n\na") == ["", "", "a"])
  }

  /// Swift's own line splitting breaks at these, and they occur in published questions.
  @Test func onlyALineFeedEndsALine() throws {
    #expect(try texts("a\u{2028}b\u{85}c\u{0B}d\re") == ["a\u{2028}b\u{85}c\u{0B}d\re"])
    #expect(try texts("a\r\r\n") == ["a\r"])
    #expect(try texts("x\u{FEFF}\n") == ["x\u{FEFF}"])
  }

  @Test func invalidBytesAreReportedWithLineAndOffset() {
    #expect(throws: Fault.self) { try lines(of: [0x61, 0x0A, 0x62, 0xFF], named: "q.jsonl") }
    do { _ = try lines(of: [0x61, 0x0A, 0x62, 0xC3, 0x28], named: "q.jsonl") } catch let fault as Fault {
      #expect(fault.subject == "q.jsonl:2")
      #expect(fault.message == "byte 2 is not UTF-8 (byte 3 of the file)")
    } catch { Issue.record(error) }
    do { _ = try lines(of: [0x61, 0x0A, 0x62, 0], named: "q.jsonl") } catch let fault as Fault {
      #expect(fault.subject == "q.jsonl:2")
      #expect(fault.message == "byte 2 is NUL, expected text (byte 3 of the file)")
    } catch { Issue.record(error) }
  }

  /// A surrogate written in three bytes, as some old programs do, is not UTF-8.
  @Test func surrogatesAreRejected() {
    #expect(throws: Fault.self) { try lines(of: [0xED, 0xA0, 0x80], named: "x") }
  }
}
