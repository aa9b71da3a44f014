// Outputs that cannot be written: found at the door, not after the computing.
import Foundation
import TestSupport
import Testing

@Suite struct OutputsThatCannotBeWritten {
  /// The command does not end within a test, so a stage that looked only when it writes would not pass.
  private func expectRefusal(
    of output: String, by stage: LongStage, in shop: Workshop, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let command = try stage.endlessCommand(in: shop) + ["--output", output]
    let run = try RunningProgram(stage.name, command)
    let hasEnded = run.wait(atMost: 60) { $0.errors.contains("error: ") || $0.errors.contains("%") }
    run.send(SIGKILL)
    run.exitCode()
    let isRefused = hasEnded && !run.errors.contains("%")
    try #require(isRefused, "it began to compute: \(run.errors)", sourceLocation: sourceLocation)
    try shop.expectFault(73, stage.name, command, says: [output], sourceLocation: sourceLocation)
  }

  @Test(arguments: LongStage.allCases)
  func aMissingFolderIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.path("no/such/folder/output.h5"), by: stage, in: $0) }
  }

  @Test(arguments: LongStage.allCases)
  func aFileInPlaceOfAFolderIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.tokens + "/output.h5", by: stage, in: $0) }
  }

  @Test(arguments: LongStage.allCases)
  func aFolderInPlaceOfAFileIs73(_ stage: LongStage) throws {
    try Workshop.open { try expectRefusal(of: $0.folder, by: stage, in: $0) }
  }

  /// Root may write anywhere, except where the kernel itself says no.
  @Test(arguments: LongStage.allCases)
  func aFolderWithoutPermissionIs73(_ stage: LongStage) throws {
    try Workshop.open { shop in
      let locked = shop.path("locked")
      try FileManager.default.createDirectory(atPath: locked, withIntermediateDirectories: false)
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: locked)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: locked) }
      try expectRefusal(of: getuid() == 0 ? "/proc/output.h5" : locked + "/output.h5", by: stage, in: shop)
    }
  }

  @Test func aFullDiskLeavesTheOlderOutput() throws {
    try Workshop.open { shop in
      let output = shop.path("output.h5")
      let older = Data("a good result of another day".utf8)
      try older.write(to: URL(fileURLWithPath: output))
      let before = try shop.contents()
      let flags = (shop.inputs + ["--output", output]).joined(separator: " ")
      // 4 blocks of 512 bytes: the adapter's file has more.
      let run = try RunningProgram(shell: "ulimit -f 4; exec \"$0\" \(flags)", with: "fit-adapters")
      #expect(run.exitCode() == 74, "\(run.errors)")
      #expect(run.errors.contains("fit-adapters: error: \(output): "))
      #expect(try shop.contents() == before)
    }
  }
}
