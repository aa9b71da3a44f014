// The identity of a file: SHA-256 over the names, shapes and values of its content, in the order of its layout, and
// over nothing that describes how, where or when it was made.
import Faults
import Files
import HDF5

/// Computes the digest of an artifact's content incrementally.
struct ContentDigest {
  private var digest = SHA256()

  /// Starts with the kind of artifact and its version.
  init(_ seal: Seal) { digest.update("credence \(seal.schema) \(seal.version)\n") }

  /// The fault for a file at `path` whose content does not match its digest.
  static func mismatch(_ path: String) -> Fault {
    Fault(.data, path, "its content does not match its digest", hint: Seal.remake)
  }

  /// As 64 hexadecimal digits.
  var hexDigest: String { digest.hexDigest }

  mutating func add(_ name: String, _ text: String) {
    digest.update("\(name) text \(text.utf8.count)\n\(text)\n")
  }

  mutating func add(_ name: String, _ number: Int) { digest.update("\(name) integer \(number)\n") }

  /// By its bits, so that any two different values give different digests.
  mutating func add(_ name: String, _ number: Double) {
    digest.update("\(name) real \(String(number.bitPattern, radix: 16))\n")
  }

  /// An array: its type and shape, then its values in little-endian order.
  mutating func add<Number: Element>(_ name: String, _ shape: [Int], _ values: UnsafeBufferPointer<Number>) {
    precondition(Int(littleEndian: 1) == 1, "the digest needs a little-endian processor")
    digest.update("\(name) \(Number.kind) \(shape)\n")
    digest.update(UnsafeRawBufferPointer(values))
  }

  mutating func add(_ name: String, _ texts: [String]) {
    var bytes = Array("\(name) texts \(texts.count)\n".utf8)
    for text in texts {
      bytes += "\(text.utf8.count) ".utf8
      bytes += text.utf8
    }
    digest.update(bytes)
  }
}
