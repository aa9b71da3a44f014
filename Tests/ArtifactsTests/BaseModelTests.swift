import Artifacts
import CHDF5
import Faults
import TestSupport
import Testing

@Suite struct BaseModelTests {
  /// Two tensors of odd sizes, so that the second one is not aligned by chance.
  static func write(_ path: String, _ values: [Float] = Sample.floats(15), provenance: Provenance) throws {
    try BaseModel.write(
      to: path, architecture: #"{"layers":1}"#, tokenizerDigest: "33dd", names: ["b.weight", "a.bias"],
      tensor: {
        $0 == "b.weight"
          ? .init(name: $0, shape: [5, 3], values: .float32(values))
          : .init(name: $0, shape: [7], values: .float32(Sample.floats(7, 2)))
      },
      provenance: provenance)
  }

  @Test func tensorsAreAlignedInTheMappedFile() throws {
    try withTemporaryFolder { folder in
      try Self.write(folder + "/base.h5", provenance: Sample.provenance)
      let base = try BaseModel(mapping: folder + "/base.h5")
      #expect(base.names == ["b.weight", "a.bias"])
      #expect(base.architecture == #"{"layers":1}"#)
      #expect(base.tokenizerDigest == "33dd")
      #expect(base.digest == (try ArtifactFile(folder + "/base.h5").digest))
      let (weight, bias) = (try #require(base.tensor("b.weight")), try #require(base.tensor("a.bias")))
      #expect(weight.shape == [5, 3] && bias.shape == [7])
      #expect(weight.values.floats(count: 15) == Sample.floats(15))
      #expect(bias.values.floats(count: 7) == Sample.floats(7, 2))
      for case .float32(let numbers) in [weight.values, bias.values] { #expect(UInt(bitPattern: numbers) % 64 == 0) }
      #expect(base.tensor("b.bias") == nil)
    }
  }

  /// A file that another program changed and sealed again has a valid checksum, but its digest, by which an adapter
  /// identifies its base, belongs to other values.
  @Test func contentThatDoesNotMatchTheDigestIsReported() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/base.h5"
      try Self.write(path, provenance: Sample.provenance)
      try BaseModel(mapping: path).verifyDigest()
      try reseal(path) { bytes in
        let number = withUnsafeBytes(of: Sample.floats(15)[4]) { Array($0) }
        let place = try #require(bytes.firstRange(of: number))
        bytes[place.lowerBound] ^= 1
      }
      let base = try BaseModel(mapping: path)
      #expect(
        throws: Fault(.data, path, "its content does not match its digest", hint: "remove it and run make again")
      ) {
        try base.verifyDigest()
      }
    }
  }

  /// Integers without scales would be read as a matrix that is off by orders of magnitude.
  @Test(arguments: ["scales/b.weight", "tensors/b.weight"]) func int8NeedsItsIntegersAndScales(lost: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/base.h5"
      try BaseModel.write(
        to: path, architecture: "{}", tokenizerDigest: "", names: ["b.weight"],
        tensor: { .init(name: $0, shape: [5, 3], values: .rounded(Sample.floats(15), rows: 5)) },
        provenance: Sample.provenance)
      let base = try BaseModel(mapping: path)
      try base.verifyDigest()
      let values = try #require(base.tensor("b.weight")).values
      #expect(zip(values.floats(count: 15), Sample.floats(15)).allSatisfy { abs($0 - $1) <= abs(0.01 * $1) + 0.01 })
      let file = H5Fopen(path, 1, 0)
      try #require(H5Ldelete(file, lost, 0) >= 0 && H5Fclose(file) >= 0)
      try reseal(path) { _ in }
      let fault = #expect(throws: Fault.self) { _ = try BaseModel(mapping: path) }
      #expect(fault?.code == .data && fault?.subject == path)
    }
  }

  @Test func aValueThatIsNotFiniteIsRejected() throws {
    try withTemporaryFolder { folder in
      var values = Sample.floats(15)
      values[4] = .nan
      #expect(throws: Fault(.data, folder + "/base.h5", "not written, because b.weight is nan at index 4")) {
        try Self.write(folder + "/base.h5", values, provenance: Sample.provenance)
      }
    }
  }
}
