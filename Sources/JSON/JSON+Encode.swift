// Encoding. Each value has one spelling and members keep their order, so equal values give equal bytes.
import Faults

extension JSON {
  /// The value as JSON text, without a final newline.
  ///
  /// Doubles are written with the fewest digits that read back as the same Double, and with a point or an exponent, so
  /// that they remain distinct from integers. Only quotes, backslashes and control characters are escaped.
  /// - Parameter pretty: one element per line, indented by two spaces.
  /// - Throws: `Fault.internalError` for NaN or an infinity, which JSON cannot represent; the message has the path to
  ///   it.
  package func encode(pretty: Bool = false) throws(Fault) -> String {
    var encoder = Encoder(pretty: pretty)
    try encoder.append(self, path: "")
    return String(decoding: encoder.bytes, as: UTF8.self)
  }

  private struct Encoder {
    let pretty: Bool
    var bytes: [UInt8] = []
    var depth = 0

    init(pretty: Bool) { self.pretty = pretty }

    mutating func append(_ value: JSON, path: String) throws(Fault) {
      switch value {
      case .null: append("null")
      case .bool(let flag): append(flag ? "true" : "false")
      case .integer(let number): append(String(number))
      case .number(let number):
        guard number.isFinite else {
          throw Fault(.internalError, path.isEmpty ? "JSON" : path, "\(number) cannot be written as JSON")
        }
        append(number.description)
      case .string(let text): append(quoted: text)
      case .array(let elements):
        try appendList("[", "]", count: elements.count) { (encoder, index) throws(Fault) in
          try encoder.append(elements[index], path: "\(path)[\(index)]")
        }
      case .object(let members):
        try appendList("{", "}", count: members.count) { (encoder, index) throws(Fault) in
          let (name, value) = members[index]
          encoder.append(quoted: name)
          encoder.append(encoder.pretty ? ": " : ":")
          try encoder.append(value, path: path.isEmpty ? name : "\(path).\(name)")
        }
      }
    }

    private mutating func appendList(
      _ opening: String, _ closing: String, count: Int, _ element: (inout Encoder, Int) throws(Fault) -> Void
    ) throws(Fault) {
      append(opening)
      depth += 1
      for index in 0..<count {
        if index > 0 { append(",") }
        breakLine()
        try element(&self, index)
      }
      depth -= 1
      if count > 0 { breakLine() }
      append(closing)
    }

    private mutating func breakLine() {
      guard pretty else { return }
      bytes.append(0x0A)
      bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(quoted text: String) {
      append("\"")
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0x08: append("\\b")
        case 0x0C: append("\\f")
        case 0..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
        default: bytes.append(byte)
        }
      }
      append("\"")
    }
  }
}
