// Settings as text in a file's attribute. Equal settings have the same text, so texts can be compared.
import Faults
import Foundation

extension Encodable {
  /// JSON with sorted keys and no white space.
  package var canonicalJSON: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension Decodable {
  /// Decodes what `canonicalJSON` wrote into the file `subject`.
  ///
  /// - Throws: `Fault` of kind `.data` if the text does not describe a value of this type.
  package init(canonicalJSON: String, subject: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(canonicalJSON.utf8))
    } catch {
      throw Fault(.data, subject, "its settings were written by another version", hint: "remove it and make it again")
    }
  }
}
