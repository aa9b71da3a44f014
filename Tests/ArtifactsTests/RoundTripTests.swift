import Artifacts
import Faults
import Files
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private func roundTrip<Noun: Artifact & Equatable>(_ noun: Noun) throws {
    try withTemporaryFolder { folder in
      try noun.write(to: folder + "/a.h5", provenance: Sample.provenance)
      #expect(try Noun.read(folder + "/a.h5") == noun)
    }
  }

  @Test func everyKindComesBackAsItWas() throws {
    try roundTrip(Sample.adapter)
    try roundTrip(Sample.moments)
    try roundTrip(Sample.tokens)
    try roundTrip(Sample.predictions)
    try roundTrip(Sample.checkpoint)
    try roundTrip(Sample.results)
  }
}
