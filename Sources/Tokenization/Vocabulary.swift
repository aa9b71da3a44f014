// The tokens of a model and their ids.
import Faults
import JSON

/// Tokens and their ids, in both directions. Ids may have gaps.
struct Vocabulary: Sendable {
  /// Ids must be below this: a larger one means a damaged file, and would need memory in proportion.
  static let largestID = 1 << 24

  private var table: ByteTable
  /// [index in `table`] The token's id.
  private var ids: [Int32] = []
  /// [id] The token's index in `table`; -1 in a gap.
  private var indices: [Int32] = []

  init(capacity: Int = 8) { table = ByteTable(capacity: capacity) }

  /// The vocabulary of a model: an object from token to id.
  init(_ node: JSON.Node) throws(Fault) {
    let members = try node.members()
    self.init(capacity: members.count)
    for (token, value) in members {
      guard case .integer(let id) = value else { throw node.fault("the id of \"\(token)\" is \(value.kind)") }
      try add(token, id, at: node)
    }
  }

  /// The largest id plus one: a model's embedding must have at least this many rows.
  var size: Int { indices.count }
  /// Number of tokens: less than `size` if ids have gaps.
  var count: Int { ids.count }

  /// Adds `token`, whose id must not belong to another token.
  mutating func add(_ token: String, _ id: Int, at node: JSON.Node) throws(Fault) {
    guard (0..<Self.largestID).contains(id) else {
      throw node.fault("the id of \"\(token)\" is \(id), expected 0 to \(Self.largestID - 1)")
    }
    let (number, isNew) = table.insert(token)
    if !isNew {
      if ids[number] == id { return }
      throw node.fault("\"\(token)\" has two ids, \(ids[number]) and \(id)")
    }
    if let other = self.token(Int32(id)) { throw node.fault("\"\(other)\" and \"\(token)\" both have the id \(id)") }
    if id >= indices.count { indices += repeatElement(-1, count: id + 1 - indices.count) }
    indices[id] = Int32(number)
    ids.append(Int32(id))
  }

  /// The id of a token's bytes.
  func id(_ bytes: UnsafeRawBufferPointer) -> Int32? { table.find(bytes).map { ids[$0] } }
  /// The id of `token`.
  func id(_ token: String) -> Int32? { table.find(token).map { ids[$0] } }

  /// The token with this id; nil for an id in a gap or beyond the vocabulary.
  func token(_ id: Int32) -> String? {
    guard indices.indices.contains(Int(id)), indices[Int(id)] >= 0 else { return nil }
    return String(decoding: table.key(Int(indices[Int(id)])), as: UTF8.self)
  }

  /// The id of the unknown token that `node` calls `token`.
  func unknown(_ token: String, _ node: JSON.Node) throws(Fault) -> Int32 {
    guard let id = id(token) else { throw node.fault("the unknown token \"\(token)\" is not in the vocabulary") }
    return id
  }

  /// [byte] The ids of the tokens `<0x00>` to `<0xFF>`, which stand for text that has no other tokens.
  var byteTokens: [Int32?] { (UInt8.min...UInt8.max).map { id(Self.name(of: $0)) } }

  /// The token of a byte, such as `<0x0A>`.
  static func name(of byte: UInt8) -> String {
    "<0x\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>"
  }

  /// All tokens with their ids, in the file's order.
  var tokens: some Sequence<(token: ArraySlice<UInt8>, id: Int32)> {
    ids.indices.lazy.map { (token: table.key($0), id: ids[$0]) }
  }
}
