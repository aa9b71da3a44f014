// The last step of a tokenizer: it adds special tokens and assigns tokens to the segments of a pair.
import Faults
import JSON

/// A post-processor of `tokenizer.json`: the parts that a single text and a pair become.
struct PostProcessor: Sendable {
  /// A part of the result.
  enum Part: Sendable {
    /// Special tokens, and their segment.
    case special([Int32], segment: UInt8)
    /// The first text or the second one.
    case sequence(isSecond: Bool, segment: UInt8)
  }

  private(set) var single: [Part] = [.sequence(isSecond: false, segment: 0)]
  private(set) var pair: [Part] = [.sequence(isSecond: false, segment: 0), .sequence(isSecond: true, segment: 1)]

  /// Adds nothing.
  init() {}

  /// The post-processor in `tokenizer.json`.
  init(_ node: JSON.Node?) throws(Fault) {
    guard let node else { return }
    switch try node.string("type") {
    case "ByteLevel": return
    case "TemplateProcessing":
      try node.allow("single", "pair", "special_tokens")
      let tokens = try node.object("special_tokens")
      single = try Self.parts(node.member("single"), tokens)
      pair = try Self.parts(node.member("pair"), tokens)
      try Self.check(single, hold: 1, node.member("single"))
      try Self.check(pair, hold: 2, node.member("pair"))
    case "BertProcessing": try wrap(node, isRoberta: false)
    case "RobertaProcessing": try wrap(node, isRoberta: true)
    case "Sequence":
      var effective = 0
      for step in try node.array("processors") {
        let isEffective = try step.string("type") != "ByteLevel"
        if isEffective { self = try PostProcessor(step) }
        effective += isEffective ? 1 : 0
      }
      if effective > 1 { throw node.fault("more than one post-processor that adds tokens is not implemented") }
    case let type: throw node.notImplemented(type, instead: "TemplateProcessing, BertProcessing, RobertaProcessing are")
    }
  }

  /// Number of special tokens that are added.
  func addedCount(isPair: Bool) -> Int {
    (isPair ? pair : single).reduce(0) { count, part in
      if case .special(let ids, _) = part { count + ids.count } else { count }
    }
  }

  private mutating func wrap(_ node: JSON.Node, isRoberta: Bool) throws(Fault) {
    try node.allow("sep", "cls", "trim_offsets", "add_prefix_space")
    let classifier = try Self.id(node.array("cls"), node)
    let separator = try Self.id(node.array("sep"), node)
    let open = Part.special([classifier], segment: 0)
    let close = Part.special([separator], segment: 0)
    single = [open, .sequence(isSecond: false, segment: 0), close]
    // RoBERTa has no segments, and puts two separators between the texts.
    pair = single + (isRoberta ? [close] : [])
    pair += [.sequence(isSecond: true, segment: isRoberta ? 0 : 1), .special([separator], segment: isRoberta ? 0 : 1)]
  }

  /// The id in `["[SEP]", 102]`.
  private static func id(_ pair: [JSON.Node], _ node: JSON.Node) throws(Fault) -> Int32 {
    guard pair.count == 2 else { throw node.fault("expected a token and its id") }
    return try tokenID(pair[1])
  }

  private static func tokenID(_ node: JSON.Node) throws(Fault) -> Int32 {
    let id = try node.int()
    guard (0..<Vocabulary.largestID).contains(id) else {
      throw node.fault("\(id) is not a token id, expected 0 to \(Vocabulary.largestID - 1)")
    }
    return Int32(id)
  }

  private static func parts(_ node: JSON.Node, _ tokens: JSON.Node) throws(Fault) -> [Part] {
    var parts: [Part] = []
    for element in try node.array() {
      if let sequence = try element.optional("Sequence") {
        let name = try sequence.string("id")
        guard name == "A" || name == "B" else { throw sequence.fault("\"\(name)\" is neither A nor B") }
        parts.append(.sequence(isSecond: name == "B", segment: try segment(sequence)))
      } else if let special = try element.optional("SpecialToken") {
        let name = try special.string("id")
        let ids = try tokens.object(name).array("ids").map { (node) throws(Fault) in try tokenID(node) }
        parts.append(.special(ids, segment: try segment(special)))
      } else {
        throw element.fault("neither a Sequence nor a SpecialToken")
      }
    }
    return parts
  }

  private static func segment(_ node: JSON.Node) throws(Fault) -> UInt8 {
    let type = try node.optional("type_id")?.int() ?? 0
    guard let segment = UInt8(exactly: type) else { throw node.fault("type_id \(type) must be from 0 to 255") }
    return segment
  }

  /// Checks that every text is in the result exactly once.
  private static func check(_ parts: [Part], hold texts: Int, _ node: JSON.Node) throws(Fault) {
    let found = parts.compactMap { part -> Bool? in
      if case .sequence(let isSecond, _) = part { isSecond } else { nil }
    }
    guard found.count == texts, Set(found).count == texts, texts == 2 || found == [false] else {
      throw node.fault("expected \(texts == 1 ? "$A" : "each of $A and $B") once")
    }
  }
}
