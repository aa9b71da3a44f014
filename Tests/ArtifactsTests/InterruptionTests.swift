import Artifacts
import Faults
import Foundation
import TestSupport
import Testing

@Suite struct InterruptionTests {
  /// For every size at which a disk can be full, simulated by a limit on file sizes: a fault, the old file unchanged,
  /// no leftovers.
  @Test func aFullDiskLeavesTheOldFile() async {
    await #expect(processExitsWith: .exitCode(73)) {
      signal(SIGXFSZ, SIG_IGN)
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("credence-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = folder + "/a.h5"
      try Sample.adapter.write(to: path, provenance: Sample.reproducible)
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      for room in stride(from: 0, to: size, by: 61) {
        var limit = rlimit(rlim_cur: rlim_t(room), rlim_max: rlim_t.max)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        do {
          try Sample.adapter.write(to: path, provenance: Sample.reproducible)
          exit(1)
        } catch let fault as Fault {
          guard fault.subject == path, fault.message.contains("File too large") else { exit(2) }
        }
        guard try Adapter.read(path).method == "dropout" else { exit(3) }
        guard try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.h5"] else { exit(4) }
      }
      try FileManager.default.removeItem(atPath: folder)
      exit(73)
    }
  }

  /// A base is written tensor by tensor; reading one of them may fail.
  @Test func aBaseThatCannotBeReadToItsEndLeavesNothing() throws {
    try withTemporaryFolder { folder in
      #expect(throws: Fault(.inputOutput, "model.safetensors", "cannot read")) {
        try BaseModel.write(
          to: folder + "/base.h5", architecture: "{}", tokenizerDigest: "", names: ["a", "b"],
          tensor: { name in
            if name == "b" { throw Fault(.inputOutput, "model.safetensors", "cannot read") }
            return .init(name: name, shape: [1], values: .float32([1]))
          }, provenance: Sample.provenance)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == [])
    }
  }
}
