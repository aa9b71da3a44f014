// The gates of sub-models of one LoRA adapter. A unit u is a component b_u a_u of the product of a module. Sub-model k of K
// has the change s Σ_u m_ku b_u a_u with m_ku = g_ku / mean_j g_ju, and the gate g is the sigmoid of a logit l, so that the
// mean of the changes is the adapter's. All sub-models have the same head.
import Arrays
import Artifacts
import Foundation

/// The units of an adapter, with a gate for each of them in every sub-model.
package struct SubmodelGates: Sendable {
  /// Number of units.
  package let units: Int
  private let pairs: [LowRankPair]
  /// [module] Its first unit.
  private let first: [Int]

  /// The units of an adapter with these parameters; `path` is for messages.
  ///
  /// - Throws: `Fault` of kind `.configuration` where there are no plain factors.
  package init(_ parameters: ParameterTable, path: String) throws {
    pairs = try LowRankPair.all(in: parameters, method: "extracted", path: path)
    first = pairs.reduce(into: [0]) { $0.append($0.last! + $1.rank) }
    units = first.last!
  }

  /// [member, unit] Logits drawn from N(0, spread²).
  package func start(members: Int, spread: Double, seed: Int) -> [Float] {
    var logits = [Float](repeating: 0, count: members * units)
    stream(seed, 0, 0).normals(into: &logits, count: logits.count)
    return logits.map { Float(spread) * $0 }
  }

  /// [member, unit] Logits in which those of every sub-model are exchanged at random within each module.
  package func permuted(_ logits: [Float], seed: Int) -> [Float] {
    var result = logits
    for member in 0..<logits.count / units {
      for (module, pair) in pairs.enumerated() {
        let start = member * units + first[module]
        let order = stream(seed, member + 1, module).permutation(pair.rank)
        for (place, other) in order.enumerated() { result[start + place] = logits[start + other] }
      }
    }
    return result
  }

  private func stream(_ seed: Int, _ member: Int, _ module: Int) -> RandomStream {
    RandomStream(
      seed: UInt64(bitPattern: Int64(seed)), purpose: .submodels,
      place: (UInt32(truncatingIfNeeded: member), UInt32(truncatingIfNeeded: module)))
  }

  /// [member, unit] m. Equal gates give exactly 1.
  package func multipliers(_ logits: [Float]) -> [Double] {
    let members = logits.count / units
    var result = [Double](repeating: 0, count: logits.count)
    for unit in 0..<units {
      // K times the softmax of log g: a gate may be too small for a number.
      let logarithms = (0..<members).map { -softplus(-Double(logits[$0 * units + unit])) }
      let largest = logarithms.max()!
      let gates = logarithms.map { exp($0 - largest) }
      let sum = gates.reduce(0, +)
      for (member, gate) in gates.enumerated() { result[member * units + unit] = Double(members) * gate / sum }
    }
    return result
  }

  /// The vectors of the sub-models, one after the other: `values` with the columns of every B times m.
  package func vectors(_ values: [Float], multipliers: [Double]) -> [Float] {
    var result: [Float] = []
    for member in 0..<multipliers.count / units {
      var own = values
      for (module, pair) in pairs.enumerated() {
        let start = member * units + first[module]
        for place in 0..<pair.b.count {
          let factor = multipliers[start + place % pair.rank]
          own[pair.b.offset + place] = Float(Double(values[pair.b.offset + place]) * factor)
        }
      }
      result += own
    }
    return result
  }

  /// [member, unit] The gradient by the logits, given that by the vectors of the sub-models.
  ///
  /// With G_ku = d loss / d m_ku: d loss / d l_ku = m_ku (1 - g_ku) (G_ku - 1/K Σ_j m_ju G_ju).
  package func pullback(_ gradient: [Float], at values: [Float], logits: [Float]) -> [Float] {
    let (members, stride) = (logits.count / units, values.count)
    let slopes = slopes(gradient, at: values, members: members, stride: stride)
    let multipliers = multipliers(logits)
    var result = [Float](repeating: 0, count: logits.count)
    for unit in 0..<units {
      let places = (0..<members).map { $0 * units + unit }
      let mean = places.reduce(0) { $0 + multipliers[$1] * slopes[$1] } / Double(members)
      for place in places {
        let closed = 1 / (1 + exp(Double(logits[place])))
        result[place] = Float(multipliers[place] * closed * (slopes[place] - mean))
      }
    }
    return result
  }

  /// [member, unit] G
  private func slopes(_ gradient: [Float], at values: [Float], members: Int, stride: Int) -> [Double] {
    var slopes = [Double](repeating: 0, count: members * units)
    for member in 0..<members {
      for (module, pair) in pairs.enumerated() {
        let start = member * units + first[module]
        for place in 0..<pair.b.count {
          let (own, b) = (gradient[member * stride + pair.b.offset + place], values[pair.b.offset + place])
          slopes[start + place % pair.rank] += Double(own) * Double(b)
        }
      }
    }
    return slopes
  }
}
