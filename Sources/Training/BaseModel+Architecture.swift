// A base's file as a network: its tensors must be those of its architecture, since the network reads them by the
// architecture's sizes and not by their own.
import Artifacts
import Faults
import JSON
import Transformers

extension BaseModel {
  /// The shape of the network, after every tensor's name and shape were compared with it. The file's kind has seen to
  /// their types already: only a matrix can be bfloat16.
  ///
  /// - Parameter path: the file, for messages.
  /// - Throws: `Fault` of kind `.data` where the file does not describe an architecture, or one with other tensors.
  package func checkedArchitecture(_ path: String) throws(Fault) -> Architecture {
    let result = try Architecture(canonicalJSON: architecture, subject: path)
    // Before the table of names is built: no number in a file may ask for more memory than the file itself takes.
    guard result.layers <= names.count else {
      throw mismatch(path, "it has \(names.count) tensors, too few for \(result.layers) layers")
    }
    let expected = result.tensors
    for wanted in expected {
      guard let found = tensor(wanted.name)?.shape else { throw mismatch(path, "tensor \(wanted.name) is missing") }
      guard found == wanted.shape else {
        throw mismatch(path, "tensor \(wanted.name) has the shape \(found), expected \(wanted.shape)")
      }
    }
    if names.count > expected.count, let other = Set(names).subtracting(expected.map(\.name)).min() {
      throw mismatch(path, "tensor \(other) is no part of its architecture")
    }
    return result
  }

  private func mismatch(_ path: String, _ message: String) -> Fault {
    Fault(.data, path, message, hint: "make the base again from its model folder")
  }
}
