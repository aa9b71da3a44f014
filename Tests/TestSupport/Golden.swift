// Goldens: texts as they were printed when somebody last looked at them, kept beside the tests. With REWRITE=1 in the
// environment a test writes its golden instead of comparing; `git diff` then shows what has changed.
import Foundation

/// The first line in which `text` differs from the golden at `path`, below the project's folder; nil where it does not.
package func differenceFromGolden(_ text: String, _ path: String) throws -> String? {
  let file = URL(fileURLWithPath: projectRoot).appendingPathComponent(path)
  if ProcessInfo.processInfo.environment["REWRITE"] == "1" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return nil
  }
  let golden = try? String(contentsOf: file, encoding: .utf8)
  guard golden != text else { return nil }
  let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false) }
  let (expected, found) = (lines(golden ?? ""), lines(text))
  let same = zip(expected, found).prefix { $0 == $1 }.count
  return """
    \(path), line \(same + 1):
    - \(same < expected.count ? String(expected[same]) : "(the end)")
    + \(same < found.count ? String(found[same]) : "(the end)")
    To accept what is printed now: make goldens
    """
}
