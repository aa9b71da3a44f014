// Folders for outputs.
import Faults
import Foundation

/// Makes `folder` and the folders above it, where they are missing. Throws `.cannotCreate`.
package func makeFolder(_ folder: String) throws(Fault) {
  do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
    throw Fault(.cannotCreate, folder, "cannot make this folder: \(error.localizedDescription)")
  }
}
