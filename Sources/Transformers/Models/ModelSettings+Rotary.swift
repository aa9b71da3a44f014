// The settings of rotary positions in config.json. transformers 4 writes `rope_theta` and `rope_scaling`, transformers 5
// both within `rope_parameters`.
import Faults
import Foundation
import JSON

extension ModelSettings {
  /// The rotary positions of a network.
  ///
  /// - Parameters:
  ///   - share: the share of each head that is rotated, where the file does not give it.
  ///   - kind: the blocks that are meant, where `rope_parameters` has an object for each kind: `full_attention`.
  func rotary(
    _ architecture: Architecture, share: Double = 1, base fallback: Double = 10_000, kind: String? = nil
  ) throws(Fault) -> Architecture.Rotary {
    let oldBase = try optional("rope_theta")
    let parameters = try optional("rope_parameters")
    let own = try kind.flatMap { (kind) throws(Fault) in try parameters?.optional(kind) }
    let new = own ?? parameters
    let old = try optional("rope_scaling")
    // What stands outside is for all kinds of blocks, or for none where each has its own.
    if own == nil, let old, let new, old.value != new.value { throw old.fault("contradicts rope_parameters") }
    let table = new ?? old
    let base = try table?.optional("rope_theta") ?? oldBase
    if own == nil, let base, let oldBase, try base.double() != oldBase.double() {
      throw base.fault("contradicts rope_theta")
    }
    let theta = try base?.double() ?? fallback
    guard theta > 1, theta.isFinite else { throw fault("rope_theta", "\(theta) is not above 1") }
    let ownShare = try table?.optional("partial_rotary_factor")
    let outerShare = try optional("partial_rotary_factor")
    let turned = try (ownShare ?? outerShare)?.double() ?? share
    guard turned > 0, turned <= 1 else {
      throw fault("partial_rotary_factor", "\(turned) is not above 0 and at most 1")
    }
    var rotary = Architecture.Rotary(base: theta, width: Int(Double(architecture.headSize) * turned))
    guard rotary.width > 0, rotary.width % 2 == 0 else {
      throw fault("head_dim", "rotary positions rotate pairs of values, and \(rotary.width) are rotated")
    }
    rotary.scaling = try table.flatMap { (table) throws(Fault) in try scaling(table, architecture, rotary) }
    return rotary
  }

  /// The rotary positions of the blocks with a window, where they have their own. transformers 4 writes their base
  /// alone, and stretches only the others.
  func windowRotary(_ architecture: Architecture, base: String) throws(Fault) -> Architecture.Rotary {
    let base = try number(base, else: 10_000)
    let kind = "sliding_attention"
    if try optional("rope_parameters")?.optional(kind) != nil {
      return try rotary(architecture, base: base, kind: kind)
    }
    return Architecture.Rotary(base: base, width: architecture.headSize)
  }

  /// The most positions that the rotary scaling is exact for: LongRoPE has other factors for longer texts.
  func positions(limitedBy rotaryPositions: Int) throws(Fault) -> Int {
    let (new, old) = (try optional("rope_parameters"), try optional("rope_scaling"))
    guard let table = new ?? old, try kind(of: table) == "longrope" else { return rotaryPositions }
    return min(rotaryPositions, try originalPositions(table, else: rotaryPositions))
  }

  private func kind(of table: JSON.Node) throws(Fault) -> String {
    let kind = if let new = try table.optional("rope_type") { new } else { try table.optional("type") }
    let name = try kind?.string() ?? "default"
    return name == "su" ? "longrope" : name
  }

  private func originalPositions(_ table: JSON.Node, else fallback: Int) throws(Fault) -> Int {
    let name = "original_max_position_embeddings"
    let (own, outer) = (try table.optional(name), try optional(name))
    let value = try (own ?? outer)?.int() ?? fallback
    guard value > 0 else { throw (own ?? outer ?? table).fault("\(value) is not above 0") }
    return value
  }

  private func scaling(
    _ table: JSON.Node, _ architecture: Architecture, _ rotary: Architecture.Rotary
  ) throws(Fault) -> Architecture.RotaryScaling? {
    let kind = try kind(of: table)
    let known: [String: [String]] = [
      "default": [], "linear": ["factor"], "dynamic": ["factor", "original_max_position_embeddings"],
      "llama3": ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"],
      "yarn": [
        "factor", "beta_fast", "beta_slow", "original_max_position_embeddings", "attention_factor", "mscale",
        "mscale_all_dim", "truncate",
      ],
      "longrope": [
        "short_factor", "long_factor", "factor", "attention_factor", "original_max_position_embeddings",
      ],
    ]
    guard let members = known[kind] else {
      throw table.fault(
        "rope_type \"\(kind)\" is not supported, expected \(known.keys.sorted().joined(separator: ", "))")
    }
    let shared = ["rope_type", "type", "rope_theta", "partial_rotary_factor"]
    for (name, member) in try table.nodes() where !(shared + members).contains(name) && member.value != .null {
      throw member.fault("has no meaning for rope_type \"\(kind)\"")
    }
    switch kind {
    case "linear": return .linear(factor: try table.double("factor"))
    case "llama3":
      return .llama3(
        factor: try table.double("factor"), lowFrequencyFactor: try table.double("low_freq_factor"),
        highFrequencyFactor: try table.double("high_freq_factor"),
        originalPositions: try table.int("original_max_position_embeddings"))
    case "yarn": return try yarn(table, architecture)
    case "longrope": return try longRoPE(table, architecture, rotary)
    // Dynamic scaling stretches nothing up to the most positions that config.json gives.
    default: return nil
    }
  }

  private func yarn(_ table: JSON.Node, _ architecture: Architecture) throws(Fault) -> Architecture.RotaryScaling {
    func number(_ name: String) throws(Fault) -> Double? { try table.optional(name)?.double() }
    let factor = try table.double("factor")
    /// YaRN's temperature (eq. 22 of the paper), times `scale`.
    func temperature(_ scale: Double) -> Double { factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1 }
    var attention = temperature(1)
    if let scale = try number("mscale"), let all = try number("mscale_all_dim"), scale != 0, all != 0 {
      attention = temperature(scale) / temperature(all)
    }
    return .yarn(
      factor: factor, betaFast: try number("beta_fast") ?? 32, betaSlow: try number("beta_slow") ?? 1,
      originalPositions: try originalPositions(table, else: architecture.maximumPositions),
      attentionFactor: try number("attention_factor") ?? attention,
      truncates: try table.optional("truncate")?.bool() ?? true)
  }

  private func longRoPE(
    _ table: JSON.Node, _ architecture: Architecture, _ rotary: Architecture.Rotary
  ) throws(Fault) -> Architecture.RotaryScaling {
    var factors: [Double] = []
    for factor in try table.array("short_factor") { factors.append(try factor.double()) }
    guard factors.count == rotary.width / 2 else {
      throw table.fault("short_factor: found \(factors.count) factors, expected \(rotary.width / 2), one for each pair")
    }
    let positions = try size("max_position_embeddings")
    let original = try originalPositions(table, else: positions)
    let factor = try table.optional("factor")?.double() ?? Double(positions) / Double(original)
    let attention = factor <= 1 ? 1 : (1 + log(factor) / log(Double(original))).squareRoot()
    return .perPair(factors: factors, attentionFactor: try table.optional("attention_factor")?.double() ?? attention)
  }
}
