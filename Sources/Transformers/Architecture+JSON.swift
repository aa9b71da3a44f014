// The architecture as text, for the attribute of `base.h5`: one spelling, so that equal shapes are equal bytes.
import Faults
import JSON

extension Architecture {
  /// The architecture as canonical JSON: all members, in a fixed order.
  package var canonicalJSON: String {
    let scaling: JSON = rotaryScaling.map { $0.json } ?? .null
    let members: JSON = [
      "family": .string(family.name), "hiddenSize": .integer(hiddenSize), "layers": .integer(layers),
      "heads": .integer(heads), "keyValueHeads": .integer(keyValueHeads), "headSize": .integer(headSize),
      "intermediateSize": .integer(intermediateSize), "vocabularySize": .integer(vocabularySize),
      "maximumPositions": .integer(maximumPositions), "tokenTypes": .integer(tokenTypes),
      "normEpsilon": .number(normEpsilon), "rotaryBase": .number(rotaryBase), "rotaryScaling": scaling,
      "attentionBias": .bool(attentionBias), "tiedHead": .bool(tiedHead),
    ]
    do { return try members.encode() } catch { preconditionFailure("an architecture that is not finite: \(error)") }
  }

  /// Reads what `canonicalJSON` has written. Throws `.data`, with `subject` in it, where a member is missing, unknown
  /// or of the wrong kind, or the numbers contradict each other.
  package init(canonicalJSON text: String, subject: String) throws(Fault) {
    let node = try JSON.parse(text, subject: subject).node(in: subject)
    let name = try node.string("family")
    guard let family = Family.all.first(where: { $0.name == name }) else {
      throw try node.member("family").fault("is not a family of networks that this version knows")
    }
    self.init(
      family: family, hiddenSize: try node.int("hiddenSize"), layers: try node.int("layers"),
      heads: try node.int("heads"), keyValueHeads: try node.int("keyValueHeads"), headSize: try node.int("headSize"),
      intermediateSize: try node.int("intermediateSize"), vocabularySize: try node.int("vocabularySize"),
      maximumPositions: try node.int("maximumPositions"), tokenTypes: try node.int("tokenTypes"),
      normEpsilon: try node.double("normEpsilon"), rotaryBase: try node.double("rotaryBase"),
      rotaryScaling: try node.optional("rotaryScaling").map { (node) throws(Fault) in try RotaryScaling(node) },
      attentionBias: try node.bool("attentionBias"), tiedHead: try node.bool("tiedHead"))
    guard canonicalJSON == text else {
      throw Fault(.data, subject, "the architecture is not in canonical form: an unknown member, or another version")
    }
    if let inconsistency { throw Fault(.data, subject, "its architecture contradicts itself: \(inconsistency)") }
  }
}

extension Architecture.RotaryScaling {
  fileprivate var json: JSON {
    [
      "factor": .number(factor), "lowFrequencyFactor": .number(lowFrequencyFactor),
      "highFrequencyFactor": .number(highFrequencyFactor), "originalPositions": .integer(originalPositions),
    ]
  }

  fileprivate init(_ node: JSON.Node) throws(Fault) {
    self.init(
      factor: try node.double("factor"), lowFrequencyFactor: try node.double("lowFrequencyFactor"),
      highFrequencyFactor: try node.double("highFrequencyFactor"),
      originalPositions: try node.int("originalPositions"))
  }
}
