// Compares the tensors of a base's file with its architecture. The network reads the tensors by the architecture's sizes,
// so a wrong shape would make it read beyond a tensor's end.
import Arrays
import Artifacts
import Faults
import JSON
import Transformers

extension BaseModel {
  /// The network's architecture, after a check of every tensor's name and shape. The types of the values were checked when
  /// the file was opened: only a matrix can be bfloat16 or int8.
  ///
  /// - Parameter path: the file, for messages.
  /// - Throws: `Fault` of kind `.data` if the file does not describe an architecture, or has other tensors than it.
  package func checkedArchitecture(_ path: String) throws(Fault) -> Architecture {
    let result = try Architecture(canonicalJSON: architecture, subject: path)
    // Checked before the table of names is built, so that a forged number of layers cannot make it take all memory.
    guard result.layers <= names.count else {
      throw mismatch(path, "it has \(names.count) tensors, too few for \(result.layers) layers")
    }
    let expected = result.tensors
    for (name, shape) in expected.map({ ($0.name, $0.shape) }) {
      guard let found = tensor(name)?.shape else { throw mismatch(path, "tensor \(name) is missing") }
      guard found == shape else {
        throw mismatch(path, "tensor \(name) has the shape \(found), expected \(shape)")
      }
    }
    let others = Set(names).subtracting(expected.map(\.name)).subtracting(HeadTensor.allCases.map(\.rawValue))
    if let other = others.min() {
      throw mismatch(path, "tensor \(other) is not part of its architecture")
    }
    return result
  }

  /// The values of the tensor called `name`, which are valid as long as `self` exists.
  ///
  /// - Throws: `Fault` of kind `.data` if there is none.
  @Sendable func values(of name: String) throws -> StoredNumbers {
    guard let tensor = tensor(name) else {
      throw Fault(.data, "base", "tensor \(name) is missing", hint: "make the base again from its model folder")
    }
    return tensor.values
  }

  private func mismatch(_ path: String, _ message: String) -> Fault {
    Fault(.data, path, message, hint: "make the base again from its model folder")
  }
}
