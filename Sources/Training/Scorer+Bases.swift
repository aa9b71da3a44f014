// A scorer from a base's file, and further scorers of the same network for other data sets.
import Adapters
import Artifacts

extension Scorer {
  /// The same, with the architecture from the base's file.
  ///
  /// - Parameter path: the base's file, for messages.
  /// - Throws: `Fault` of kind `.data` if the file's tensors do not match its architecture; what the other initializer
  ///   throws.
  package convenience init(
    _ base: BaseModel, path: String, data: TokenizedSet, settings: AdapterSettings, threads: Int,
    prefix: FrozenPrefix? = nil, positions: Int? = nil
  ) throws {
    let architecture = try base.checkedArchitecture(path)
    try self.init(
      architecture, base: base, data: data, settings: settings, threads: threads, prefix: prefix, positions: positions)
  }
}
