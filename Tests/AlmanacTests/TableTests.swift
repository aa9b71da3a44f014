// Reading tables, computed tables, and a sample of facts checked by hand.
import Almanac
import Faults
import Files
import TestSupport
import Testing

@Suite struct TableTests {
  @Test func cellsCanHaveSeveralValuesOrNone() throws {
    try withTemporaryFolder { folder in
      try AtomicFile.write("animal\tyoung\ndog\tpuppy|pup\nbat\t\n", to: folder + "/animals.tsv")
      let table = try Table(contentsOf: folder + "/animals.tsv")
      #expect(table.name == "animals" && table.columns == ["animal", "young"])
      #expect(table.rows == [[["dog"], ["puppy", "pup"]], [["bat"], []]])
    }
  }

  @Test(arguments: [
    ("a\tb\nx\n", ":2", "found 1 cells, expected 2"), ("a\tb\nx\ty\nx\tz\n", ":3", "\"x\" is empty or a duplicate"),
    ("a\tb\n\ty\n", ":2", "\"\" is empty or a duplicate"), ("a\tb\nx\t y\n", ":2", "white space around \" y\""),
    ("", "", "is empty"),
  ])
  func aBrokenTableIsAFaultWithItsLine(text: String, line: String, message: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/facts.tsv"
      try AtomicFile.write(text, to: path)
      let fault = #expect(throws: Fault.self) { try Table(contentsOf: path) }
      #expect(fault?.subject == path + line && fault?.message == message && fault?.code == .data)
    }
  }

  @Test func aMissingTableIsAFault() {
    let fault = #expect(throws: Fault.self) { try Almanac(facts: "/nowhere", seed: 1) }
    #expect(fault?.code == .noInput)
  }

  @Test(arguments: [
    ("elements", "iron", "symbol", "Fe"), ("elements", "oganesson", "number", "118"),
    ("countries", "Tanzania", "capital", "Dodoma"), ("states", "New York", "capital", "Albany"),
    ("numerals", "XIV", "number", "14"), ("numerals", "XCIX", "number", nil), ("numerals", "CD", "number", "400"),
    ("weekdays", "3 days after Friday", "day", "Monday"), ("weekdays", "1 day after Sunday", "day", "Monday"),
    ("month steps", "4 months after November", "month", "March"), ("years", "2000", "kind", "leap year"),
    ("years", "2026", "kind", "common year"), ("sums", "7 plus 8", "result", "15"), ("sums", "8 plus 7", "result", nil),
    ("products", "12 times 12", "result", "144"), ("greek", "omega", "place", "24"), ("letters", "Q", "word", "Quebec"),
    ("moons", "Titan", "planet", "Saturn"), ("solids", "dodecahedron", "edges", "30"),
    ("months", "February", "days", nil),
  ])
  func theTablesContainKnownFacts(table: String, subject: String, column: String, value: String?) throws {
    let table = try #require(committed.tables[table])
    let row = table.rows.first { $0[0][0] == subject }
    #expect(row?[table.index(of: column)].first == value)
  }

  @Test func symbolsNumbersAndCapitalsAreUnique() throws {
    for (name, column) in [
      ("elements", "symbol"), ("elements", "number"), ("countries", "capital"), ("states", "capital"),
      ("states", "abbreviation"), ("letters", "word"), ("units", "symbol"), ("prefixes", "symbol"),
    ] {
      let table = try #require(committed.tables[name])
      let values = table.rows.compactMap { $0[table.index(of: column)].first }
      #expect(Set(values).count == values.count, "\(name) \(column)")
    }
    #expect(committed.tables["elements"]?.rows.count == 118)
    #expect(committed.tables["states"]?.rows.count == 50)
  }
}
