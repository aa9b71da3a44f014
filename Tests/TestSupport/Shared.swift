// Where the tests find data that is not part of the project: real data sets and models beside the checkout.
import Foundation

/// The checkout's root folder.
package let projectRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// The path of `name` in the folder `shared` beside the checkout, or nil if it is missing: the test is then skipped.
///
/// Use: `@Test(.enabled(if: shared("data/openbookqa") != nil, "needs ../shared/data/openbookqa"))`.
package func shared(_ name: String) -> String? {
  let path = projectRoot + "/../shared/" + name
  return FileManager.default.fileExists(atPath: path) ? path : nil
}

/// Runs `body` with a fresh temporary folder and removes the folder afterwards.
package func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("credence-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
