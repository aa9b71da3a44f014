// The most memory that a process can get: the machine's, or what a control group leaves of it.
import Faults
import Foundation
import TestSupport
import Testing

@Suite struct MemoryCapacity {
  private let meminfo = "MemTotal:       8000 kB\nMemAvailable:   3000 kB\nSwapTotal:      1000 kB\n"

  /// The capacity with these files below the folder of control groups.
  private func capacity(_ membership: String, _ files: [String: String]) throws -> Int {
    try withTemporaryFolder { folder in
      for (name, text) in files {
        let file = URL(fileURLWithPath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      return Memory.capacity(meminfo: meminfo, membership: membership, groups: folder)
    }
  }

  @Test func isThatOfTheMachineWithoutLimits() throws {
    #expect(try capacity("0::/a\n", ["a/memory.max": "max\n"]) == 9000 << 10)
    #expect(try capacity("", [:]) == 9000 << 10)
    #expect(Memory.capacity(meminfo: "", membership: "", groups: "/nowhere") == .max)
    // The first version writes a number close to the largest where there is no limit.
    #expect(try capacity("4:memory:/a\n", ["memory/a/memory.limit_in_bytes": "9223372036854771712\n"]) == 9000 << 10)
  }

  @Test func isThatOfTheControlGroupOrOfOneAroundIt() throws {
    #expect(try capacity("0::/a/b\n", ["a/b/memory.max": "4096000\n", "a/b/memory.swap.max": "0\n"]) == 4_096_000)
    #expect(try capacity("0::/a/b\n", ["a/memory.max": "4096000\n"]) == 4_096_000 + 1000 << 10)
    #expect(
      try capacity("4:cpu,memory:/a\n", ["memory/a/memory.limit_in_bytes": "4096000\n"]) == 4_096_000 + 1000 << 10)
    // A path from outside a container does not exist within; the limit is that of its root.
    #expect(
      try capacity("4:memory:/host/a\n", ["memory/memory.limit_in_bytes": "4096000\n"]) == 4_096_000 + 1000 << 10)
  }

  @Test func ofThisProcessIsKnown() {
    #expect(Memory.capacity > 0 && Memory.capacity < .max)
    #expect(Memory.available <= Memory.capacity)
  }
}
