import HDF5
import TestSupport
import Testing

@Suite struct AttributeTests {
  @Test func everyKindOfAttributeIsReadBack() throws {
    try withTemporaryFolder { folder in
      let values: [(String, AttributeValue)] = [
        ("text", .text("ümlaut")), ("empty", .text("")), ("long", .text(String(repeating: "x", count: 200_000))),
        ("integer", .integer(.min)), ("real", .real(-0.1)), ("nan", .real(.infinity)),
      ]
      let file = try File.create(folder + "/a.h5")
      try file.write(
        [1.0], to: "d", shape: [1], storage: .checked, attributes: [("long_name", "a number"), ("units", "")])
      for (name, value) in values { try file.setAttribute(name, value) }
      // HDF5 stores more than eight attributes in a different structure.
      for index in 0..<20 { try file.setAttribute("n\(index)", .integer(index)) }
      try file.close()
      let read = try File.open(folder + "/a.h5")
      for (name, value) in values { #expect(try read.attribute(name) == value) }
      for index in 0..<20 { #expect(try read.attribute("n\(index)") == .integer(index)) }
      #expect(try read.attribute("none") == nil)
      #expect(try read.attributeNames().count == 26)
      #expect(try read.attributeNames(of: "d") == ["long_name"])
      #expect(try read.attribute("long_name", of: "d") == .text("a number"))
    }
  }

  @Test func namesAreListedInTheOrderOfTheirBytes() throws {
    try withTemporaryFolder { folder in
      let file = try File.create(folder + "/a.h5")
      for name in ["b", "a", "Z"] { try file.createGroup(name) }
      try file.write(["x"], to: "a/t")
      try file.close()
      let read = try File.open(folder + "/a.h5")
      #expect(try read.members().map(\.name) == ["Z", "a", "b"])
      let inside = try read.members(of: "a")
      #expect(inside.map(\.name) == ["t"] && inside.map(\.isGroup) == [false])
    }
  }
}
