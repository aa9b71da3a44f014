// Files with a valid checksum and wrong content, as an older program or another tool may leave them.
import Artifacts
import CHDF5
import Faults
import Files
import HDF5
import TestSupport
import Testing

@Suite struct ForgeryTests {
  /// Writes a sealed file with the given attributes and datasets, following the format but bypassing our writer.
  private func forge(
    _ path: String, schema: String = "result-table", version: Int = 1, _ attributes: [(String, AttributeValue)],
    values: [Double] = [0.5], change: (hid_t) -> Void = { _ in }
  ) throws {
    let file = try File.create(path + ".open", userBlock: 512)
    for (name, value) in attributes { try file.setAttribute(name, value) }
    for name in ["method", "dataset", "metric"] { try file.write(["x"], to: name) }
    for name in ["value", "low", "high"] { try file.write(values, to: name, shape: [values.count], storage: .checked) }
    try file.write([Int64(1)], to: "n", shape: [1], storage: .compressed)
    try file.write([""], to: "reason")
    try file.close()
    let changed = H5Fopen(path + ".open", 1, 0)
    change(changed)
    try #require(H5Fclose(changed) >= 0)
    try AtomicFile.write(sealed(readBytes(path + ".open"), schema: schema, version: version), to: path)
  }

  private static let header: [(String, AttributeValue)] = [
    ("schema", .text("result-table")), ("complete", .integer(1)), ("kind", .text("shift")), ("settings", .text("{}")),
    ("content_digest", .text("1234")),
  ]

  /// The message of the fault when `path` is read as a table.
  private func refusal(_ forge: (String) throws -> Void) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try forge(path)
      do { _ = try ResultTable.read(path) } catch let fault as Fault {
        #expect(fault.subject == path)
        return fault.message
      }
      return "nothing was thrown"
    }
  }

  @Test func kindVersionAndCompletenessAreChecked() throws {
    #expect(
      try refusal { try forge($0, schema: "adapter", [("schema", .text("adapter"))] + Self.header.dropFirst()) }
        == "is a file of kind adapter, expected result-table")
    #expect(
      try refusal { try forge($0, version: 2, Self.header) }
        == "is version 2 of result-table; this program reads version 1")
    #expect(try refusal { try forge($0, Self.header.filter { $0.0 != "complete" }) } == "is not complete")
    #expect(try refusal { try forge($0, Self.header.filter { $0.0 != "kind" }) } == "text attribute kind is missing")
  }

  @Test func theDigestMustMatchTheContent() throws {
    #expect(try refusal { try forge($0, Self.header) } == "its content does not match its digest")
  }

  @Test func valuesAreCheckedWhenRead() throws {
    #expect(try refusal { try forge($0, Self.header, values: [.infinity]) } == "the x of x on x is infinite")
    #expect(
      try refusal { try forge($0, Self.header, values: [1, 2]) } == #"value has the shape [2], expected ["1"]"#)
    let unknown = Self.header.map { $0.0 == "kind" ? ($0.0, AttributeValue.text("shift ")) : $0 }
    #expect(try refusal { try forge($0, unknown) } == "kind is shift , which is unknown")
  }

  /// The message of the fault when such a file is summarised.
  private func refusalToShow(_ change: (hid_t) -> Void) throws -> String {
    try withTemporaryFolder { folder in
      let path = folder + "/a.h5"
      try forge(path, Self.header, change: change)
      do { _ = try ArtifactSummary(of: path) } catch let fault as Fault {
        #expect(fault.subject == path && fault.code == .data)
        return fault.message
      }
      return "nothing was thrown"
    }
  }

  @Test func groupsInACycleAreRejected() throws {
    #expect(
      try refusalToShow { file in
        H5Gclose(H5Gcreate2(file, "g", 0, 0, 0))
        H5Lcreate_hard(file, "/", file, "g/root", 0, 0)
        H5Lcreate_hard(file, "g", file, "g/itself", 0, 0)
      } == "g/itself is a second name of another object in the file")
    #expect(
      try refusalToShow { file in H5Lcreate_hard(file, "/", file, "again", 0, 0) }.contains("is a second name of"))
    #expect(
      try refusalToShow { file in
        for name in ["g", "g/g", "g/g/g"] { H5Gclose(H5Gcreate2(file, name, 0, 0, 0)) }
      } == "g/g is a group inside a group")
    #expect(try refusalToShow { _ in } == "nothing was thrown")
  }

  @Test func softAndExternalLinksAreRejected() throws {
    #expect(
      try refusalToShow { H5Lcreate_external("/etc/passwd", "/x", $0, "out", 0, 0) }
        == "cannot list /: out is a soft or external link, which these files never have")
    #expect(
      try refusalToShow { H5Lcreate_soft("/value", $0, "soft", 0, 0) }
        == "cannot list /: soft is a soft or external link, which these files never have")
  }

  @Test func invalidNamesOfDatasetsAreRejected() throws {
    for name in ["", ".", "a/b"] {
      var checkpoint = Checkpoint(settings: "{}")
      checkpoint.reals[name] = [1]
      try withTemporaryFolder { folder in
        let path = folder + "/a.h5"
        #expect(throws: Fault.self) { try checkpoint.write(to: path, provenance: Sample.provenance) }
        return
      }
    }
  }

  @Test func otherFilesAreRejectedByName() throws {
    #expect(
      try refusal { try AtomicFile.write("{}", to: $0) } == "is not a file of this project")
    #expect(
      try refusal {
        let file = try File.create($0)
        try file.close()
      } == "is not a file of this project")
    #expect(
      try refusal { try Sample.predictions.write(to: $0, provenance: Sample.provenance) }
        == "is a file of kind predictions, expected result-table")
  }
}
