import Artifacts
import Faults
import Files
import TestSupport
import Testing

@Suite struct ArtifactSummaryTests {
  @Test func aPageTellsWhoMadeTheFileAndWhatIsInIt() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/shift.h5"
      try Sample.results.write(to: path, provenance: Sample.reproducible)
      let size = try readBytes(path).count
      let digest = try ArtifactFile(path).digest
      let page = try ArtifactSummary(of: path).description
      #expect(
        page == """
          \(path): result-table, version 1, \(size) bytes
            producer          a-test
            producer_version  1.2.3
            inputs            ab12
                              cd34
            content_digest    \(digest)
            settings          {
                                "bins": 15
                              }
            kind              shift
          8 datasets
            dataset  text [2]     data set
            high     float64 [2]  upper end of its interval, NaN where it has none
            low      float64 [2]  lower end of its interval, NaN where it has none
            method   text [2]     method
            metric   text [2]     metric
            n        int64 [2]    number of examples
            reason   text [2]     why the value is not defined
            value    float64 [2]  result, NaN where it is not defined
          """)
    }
  }

  @Test func datasetsInGroupsAreListedWithTheirUnits() throws {
    try withTemporaryFolder { folder in
      try Sample.adapter.write(to: folder + "/a.h5", provenance: Sample.provenance)
      let summary = try ArtifactSummary(of: folder + "/a.h5")
      let loss = try #require(summary.datasets.first { $0.name == "history/training_loss" })
      #expect(loss.type == "float64" && loss.shape == [2])
      #expect(loss.longName == "mean cross-entropy over the epoch's training examples [nats]")
      #expect(summary.attributes.first { $0.name == "training_seconds" }?.value == "1.5")
    }
  }

  @Test func otherFilesAreRejected() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.json"
      try AtomicFile.write("{}", to: path)
      #expect(throws: Fault(.data, path, "is not a file of this project")) {
        try ArtifactSummary(of: path)
      }
    }
  }
}
