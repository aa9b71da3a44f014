// Rotary positions (Su et al. 2021, arXiv:2104.09864), in the halves layout of Hugging Face's Llama: value i of a head
// is rotated together with value i + headSize / 2.
import Foundation

/// Cosines and sines for every position and pair.
struct RotaryPositions: Sendable {
  let half: Int
  /// [position, pair]
  private let cosines: [Float]
  private let sines: [Float]

  /// Tables for the first `positions`.
  init(_ rotary: Architecture.Rotary, positions: Int) {
    half = rotary.width / 2
    let frequencies = (0..<half).map { pair -> Double in
      let plain = pow(rotary.base, -2 * Double(pair) / Double(rotary.width))
      return rotary.scaling.map { Self.stretched(plain, $0) } ?? plain
    }
    var (cosines, sines) = ([Float](), [Float]())
    for position in 0..<positions {
      for frequency in frequencies {
        cosines.append(Float(cos(Double(position) * frequency)))
        sines.append(Float(sin(Double(position) * frequency)))
      }
    }
    (self.cosines, self.sines) = (cosines, sines)
  }

  /// Llama 3.1's rule: fast pairs stay, slow pairs are divided by the factor, those between are blended.
  private static func stretched(_ frequency: Double, _ scaling: Architecture.RotaryScaling) -> Double {
    guard case .llama3(let factor, let low, let high, let positions) = scaling else { fatalError("\(scaling)") }
    let turns = Double(positions) * frequency / (2 * Double.pi)
    if turns > high { return frequency }
    if turns < low { return frequency / factor }
    let blend = (turns - low) / (high - low)
    return (1 - blend) * frequency / factor + blend * frequency
  }

  /// Rotates every head of x (rows, heads * 2 half) by its position within its sequence, or back by it for `inverse`.
  func apply(to x: Activations, heads: Int, _ pass: Pass, inverse: Bool = false) {
    let sign: Float = inverse ? -1 : 1
    let width = heads * 2 * half
    for (rows, start) in zip(pass.selection.ranges, pass.selection.starts) {
      for row in rows {
        let position = Int(pass.batch.positions[row])
        rotate(x + (start + row - rows.lowerBound) * width, heads: heads, position: position, sign)
      }
    }
  }

  /// One row (heads * 2 half).
  private func rotate(_ x: Activations, heads: Int, position: Int, _ sign: Float) {
    for head in 0..<heads {
      let first = x + head * 2 * half
      let second = first + half
      for pair in 0..<half {
        let (c, s) = (cosines[position * half + pair], sign * sines[position * half + pair])
        let (a, b) = (first[pair], second[pair])
        first[pair] = a * c - b * s
        second[pair] = b * c + a * s
      }
    }
  }
}
