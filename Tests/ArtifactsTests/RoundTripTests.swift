import Artifacts
import Faults
import Files
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private func roundTrip<Value: Artifact & Equatable>(_ value: Value) throws {
    try withTemporaryFolder { folder in
      try value.write(to: folder + "/a.h5", provenance: Sample.provenance)
      #expect(try Value.read(folder + "/a.h5") == value)
    }
  }

  @Test func everyKindIsReadBackUnchanged() throws {
    try roundTrip(Sample.adapter)
    try roundTrip(Sample.moments)
    try roundTrip(Sample.tokens)
    try roundTrip(Sample.predictions)
    try roundTrip(Sample.checkpoint)
    try roundTrip(Sample.results)
  }
}
