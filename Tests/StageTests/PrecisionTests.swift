// The precision that a fit was asked for, and the one that its file names.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct PrecisionTests {
  @Test func fastestIsResolvedBeforeItIsWritten() throws {
    try Workshop.open { shop in
      let fastest = try shop.fit("fastest.h5", "--precision", "fastest")
      let settings = try Adapter.read(fastest).settings
      let name = ["float32", "bfloat16", "int8"].filter { settings.contains(#""precision":"\#($0)""#) }
      #expect(name.count == 1, "\(settings)")
      let named = try shop.fit("named.h5", "--precision", name[0])
      #expect(try ArtifactFile(fastest).digest == ArtifactFile(named).digest)
    }
  }

  @Test func theLogNamesThePrecisionAndTheResultDependsOnIt() throws {
    try Workshop.open { shop in
      let exact = try shop.fit("float32.h5")
      let run = try shop.run(
        "fit-adapters",
        shop.inputs + ["--rank", "2", "--epochs", "2", "--precision", "int8", "--output", shop.path("int8.h5")])
      #expect(run.errors.contains("frozen products in int8"), "\(run.errors)")
      #expect(try ArtifactFile(exact).digest != ArtifactFile(shop.path("int8.h5")).digest)
    }
  }
}
