import Artifacts
import Faults
import Files
import Foundation
import TestSupport
import Testing

@Suite struct ReproducibilityTests {
  @Test(arguments: Sample.kinds)
  func reproducibleFilesHaveEqualBytes(kind: Sample.Kind) throws {
    try withTemporaryFolder { folder in
      var other = Sample.reproducible
      other.commandLine = "another"
      other.inputs = other.inputs.map { .init(path: "/elsewhere/" + $0.path, digest: $0.digest) }
      try kind.write(folder + "/a.h5", Sample.reproducible)
      // Times in files have a resolution of one second.
      Thread.sleep(forTimeInterval: 1.1)
      try kind.write(folder + "/b.h5", other)
      #expect(try readBytes(folder + "/a.h5") == readBytes(folder + "/b.h5"))
    }
  }

  @Test(arguments: Sample.kinds)
  func theDigestDependsOnTheContentAlone(kind: Sample.Kind) throws {
    try withTemporaryFolder { folder in
      try kind.write(folder + "/a.h5", Sample.provenance)
      try kind.write(folder + "/b.h5", Sample.reproducible)
      let digest = try ArtifactFile(folder + "/a.h5").digest
      #expect(try ArtifactFile(folder + "/b.h5").digest == digest)
      #expect(digest.count == 64)
      #expect(try ArtifactFile(folder + "/a.h5").schema == kind.description)
      #expect(try kind.isSample(folder + "/b.h5"))
    }
  }

  @Test func everyValueChangesTheDigest() throws {
    try withTemporaryFolder { folder in
      func digest(_ change: (inout SwagMoments) -> Void) throws -> String {
        var moments = Sample.moments
        change(&moments)
        try moments.write(to: folder + "/a.h5", provenance: Sample.reproducible)
        return try ArtifactFile(folder + "/a.h5").digest
      }
      let digests = [
        try digest { _ in }, try digest { $0.seed += 1 }, try digest { $0.settings = "{ }" },
        try digest { $0.mean[3] = $0.mean[3].nextUp }, try digest { $0.variance[17] += 1 },
        try digest { $0.deviations.removeLast(18) }, try digest { $0.history[1].trainingLoss = 0 },
        try digest { $0.cost.forwardPasses = 0 }, try digest { $0.snapshots = 6 },
      ]
      #expect(Set(digests).count == digests.count)
      let timed = try digest { $0.cost.trainingSeconds = 99 }
      #expect(timed == digests[0])
    }
  }

  /// The digest of fixed content, so that no change of the program silently gives old files a new identity.
  @Test func theDigestStaysWhatItWas() throws {
    try withTemporaryFolder { folder in
      try Sample.checkpoint.write(to: folder + "/a.h5", provenance: Sample.provenance)
      let digest = try ArtifactFile(folder + "/a.h5").digest
      #expect(digest == "3a4f38aa7eeb682fa10bccf77a21d6aaa8a0f8499d4fb6fc3984a251939ccfe7")
    }
  }

  @Test func measurementsAreWrittenUnlessReproducible() throws {
    try withTemporaryFolder { folder in
      try Sample.adapter.write(to: folder + "/a.h5", provenance: Sample.provenance)
      try Sample.adapter.write(to: folder + "/b.h5", provenance: Sample.reproducible)
      let (one, other) = (try ArtifactSummary(of: folder + "/a.h5"), try ArtifactSummary(of: folder + "/b.h5"))
      let (names, fewer) = (one.attributes.map(\.name), other.attributes.map(\.name))
      let varying = [
        "command_line", "created_utc", "host", "peak_memory_bytes", "prediction_seconds", "training_seconds",
      ]
      #expect(names.filter { !fewer.contains($0) }.sorted() == varying)
      #expect(one.attributes.first { $0.name == "inputs" }?.value == "ab12  in/a.h5\ncd34  in/b.h5")
      #expect(other.attributes.first { $0.name == "inputs" }?.value == "ab12\ncd34")
      #expect(try Adapter.read(folder + "/a.h5").cost == Sample.cost)
      #expect(try Adapter.read(folder + "/b.h5").cost.trainingSeconds == nil)
    }
  }
}
