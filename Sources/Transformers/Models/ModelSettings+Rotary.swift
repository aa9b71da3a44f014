// The settings of rotary positions in config.json.
import Faults
import JSON

extension ModelSettings {
  /// The rotary frequencies' base and stretching.
  ///
  /// transformers 4 writes `rope_theta` and `rope_scaling`, transformers 5 both within `rope_parameters`.
  func rotary() throws(Fault) -> (base: Double, scaling: Architecture.RotaryScaling?) {
    let oldBase = try node.optional("rope_theta")
    let new = try node.optional("rope_parameters")
    let old = try node.optional("rope_scaling")
    if let old, let new, old.value != new.value {
      throw old.fault("contradicts rope_parameters")
    }
    let table = new ?? old
    let base = try table?.optional("rope_theta") ?? oldBase
    if let base, let oldBase, try base.double() != oldBase.double() {
      throw base.fault("contradicts rope_theta")
    }
    let theta = try base?.double() ?? 10_000
    guard theta > 1, theta.isFinite else { throw fault("rope_theta", "\(theta) is not above 1") }
    let turned = try node.optional("partial_rotary_factor")?.double() ?? 1
    guard turned == 1 else { throw fault("partial_rotary_factor", "\(turned) is not supported, expected 1") }
    return (theta, try table.flatMap { (table) throws(Fault) in try scaling(table) })
  }

  private func scaling(_ table: JSON.Node) throws(Fault) -> Architecture.RotaryScaling? {
    let kind = if let new = try table.optional("rope_type") { new } else { try table.optional("type") }
    let type = try kind?.string() ?? "default"
    let numbers = ["factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"]
    let known = ["rope_type", "type", "rope_theta"] + (type == "llama3" ? numbers : [])
    guard type == "default" || type == "llama3" else {
      throw (kind ?? table).fault("\"\(type)\" is not supported, expected default or llama3")
    }
    for (name, member) in try table.nodes() where !known.contains(name) && member.value != .null {
      if name == "partial_rotary_factor", try member.double() == 1 { continue }
      throw member.fault("has no meaning for rope_type \"\(type)\"")
    }
    guard type == "llama3" else { return nil }
    let scaling = Architecture.RotaryScaling(
      factor: try table.double("factor"), lowFrequencyFactor: try table.double("low_freq_factor"),
      highFrequencyFactor: try table.double("high_freq_factor"),
      originalPositions: try table.int("original_max_position_embeddings"))
    guard scaling.isConsistent else { throw table.fault("these values do not make a rotary scaling") }
    return scaling
  }
}
