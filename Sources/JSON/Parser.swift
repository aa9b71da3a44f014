// A recursive-descent JSON parser over bytes. It stops at the first error.
import Faults

/// Words that other languages write, and what to write in JSON instead.
private let foreignWords = [
  "NaN": "null", "Infinity": "null", "-Infinity": "null", "None": "null", "undefined": "null", "True": "true",
  "False": "false",
]

private func isPartOfWord(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "-")
}

/// The state of one parse: the bytes, and the position in them.
struct Parser {
  let bytes: UnsafeRawBufferPointer
  let subject: String
  var index = 0
  private var depth = 0

  init(bytes: UnsafeRawBufferPointer, subject: String) { (self.bytes, self.subject) = (bytes, subject) }

  /// The byte at `index`, or NUL at the end: no rule of the grammar accepts NUL.
  @inline(__always) var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

  mutating func document() throws(Fault) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw fault("JSON must not begin with a byte order mark") }
    skipSpace()
    let value = try value()
    skipSpace()
    if index < bytes.count { throw fault("expected the end, found \(found)") }
    return value
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private mutating func value() throws(Fault) -> JSON {
    switch current {
    case UInt8(ascii: "{"): return try nested { (parser) throws(Fault) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(Fault) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw faultOfNoValue()
    }
  }

  /// Steps over the opening bracket, tracks the depth and reads the content.
  private mutating func nested(_ body: (inout Parser) throws(Fault) -> JSON) throws(Fault) -> JSON {
    if depth == JSON.maximumDepth { throw fault("nested more than \(JSON.maximumDepth) levels deep") }
    depth += 1
    index += 1
    skipSpace()
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func array() throws(Fault) -> JSON {
    var elements: [JSON] = []
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      if !take(UInt8(ascii: ",")) { throw fault("expected \",\" or \"]\", found \(found)") }
      skipSpace()
    }
  }

  private mutating func object() throws(Fault) -> JSON {
    var members: [JSON.Object.Element] = []
    var names = Set<JSON.Name>()
    if take(UInt8(ascii: "}")) { return .object(JSON.Object()) }
    while true {
      let start = index
      if current != UInt8(ascii: "\"") { throw fault("expected a member's name in double quotes, found \(found)") }
      let name = try string()
      if isTaken(name, by: members, &names) {
        throw fault("two members are called \"\(name)\"", at: start)
      }
      skipSpace()
      if !take(UInt8(ascii: ":")) { throw fault("expected \":\" after \"\(name)\", found \(found)") }
      skipSpace()
      members.append((name: name, value: try value()))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(JSON.Object(distinct: members)) }
      if !take(UInt8(ascii: ",")) { throw fault("expected \",\" or \"}\", found \(found)") }
      skipSpace()
    }
  }

  /// Whether `name` is among `members`: a linear search up to eight members, a set from then on.
  private func isTaken(
    _ name: String, by members: [JSON.Object.Element], _ names: inout Set<JSON.Name>
  ) -> Bool {
    let name = JSON.Name(name)
    if members.count < 8 { return members.contains { JSON.Name($0.name) == name } }
    if members.count == 8 { names = Set(members.map { JSON.Name($0.name) }) }
    return !names.insert(name).inserted
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    index += 1
    return true
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(Fault) -> JSON {
    let letters = UnsafeRawBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[index...].starts(with: letters) else { throw fault("expected \(word)") }
    index += letters.count
    return value
  }

  /// The fault for a missing value; its hint recognises words of other languages.
  func faultOfNoValue() -> Fault {
    let word = String(decoding: bytes[index...].prefix(20).prefix(while: isPartOfWord), as: UTF8.self)
    if let json = foreignWords[word] { return fault("\(word) is not a JSON value", hint: "write \(json)") }
    let hint = current == UInt8(ascii: "'") ? "JSON strings need double quotes" : ""
    return fault("expected a value, found \(found)", hint: hint)
  }

  /// What is at `index`, for a message.
  var found: String {
    switch current {
    case _ where index >= bytes.count: "the end"
    case 0x21...0x7E: "\"\(Character(Unicode.Scalar(current)))\""
    default: "byte 0x\(String(current, radix: 16, uppercase: true))"
    }
  }

  /// A fault about the byte at `offset`, by default the current one.
  func fault(_ message: String, at offset: Int? = nil, hint: String = "") -> Fault {
    let offset = offset ?? index
    let line = 1 + bytes[..<offset].count { $0 == 0x0A }
    // A row of JSON Lines is always one line; its number in the file is in the subject.
    let position = "byte \(offset)" + (line > 1 ? " (line \(line))" : "")
    return Fault(.data, subject, "not JSON at \(position): \(message)", hint: hint)
  }
}
