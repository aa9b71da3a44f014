// Rotary positions (Su et al. 2021, arXiv:2104.09864): pairs of a head's values are rotated by angles that grow with the
// position. The frequencies can be stretched for texts longer than those that the base was trained on.
import Foundation

/// Cosines and sines for every position and pair.
struct RotaryPositions: Sendable {
  private let pairing: Architecture.Rotary.Pairing
  private let headSize: Int
  /// Pairs of a head that are rotated.
  private let pairs: Int
  /// [position, pair] Times the attention factor of the scaling.
  private let cosines: [Float]
  private let sines: [Float]

  /// Tables for the first `positions`.
  init(_ rotary: Architecture.Rotary, headSize: Int, positions: Int) {
    precondition(rotary.width % 2 == 0 && rotary.width <= headSize, "\(rotary.width) of \(headSize) values rotated")
    (pairing, self.headSize, pairs) = (rotary.pairing, headSize, rotary.width / 2)
    let (frequencies, factor) = rotary.frequencies
    var (cosines, sines) = ([Float](), [Float]())
    for position in 0..<positions {
      for frequency in frequencies {
        cosines.append(Float(factor * cos(Double(position) * frequency)))
        sines.append(Float(factor * sin(Double(position) * frequency)))
      }
    }
    (self.cosines, self.sines) = (cosines, sines)
  }

  /// Rotates every head of x (rows, heads * headSize) by its position within its text. For `inverse` the rotation is
  /// transposed: it turns the gradient of the rotated values into that of the values.
  func apply(to x: Activations, heads: Int, _ pass: Pass, inverse: Bool = false) {
    let sign: Float = inverse ? -1 : 1
    let width = heads * headSize
    for (rows, start) in zip(pass.selection.ranges, pass.selection.starts) {
      for row in rows {
        let position = Int(pass.batch.positions[row])
        let x = x + (start + row - rows.lowerBound) * width
        switch pairing {
        case .halves: rotateHalves(x, heads: heads, position: position, sign)
        case .neighbours: rotateNeighbours(x, heads: heads, position: position, sign)
        }
      }
    }
  }

  /// One row (heads * headSize).
  private func rotateHalves(_ x: Activations, heads: Int, position: Int, _ sign: Float) {
    for head in 0..<heads {
      let first = x + head * headSize
      let second = first + pairs
      for pair in 0..<pairs {
        let (c, s) = (cosines[position * pairs + pair], sign * sines[position * pairs + pair])
        let (a, b) = (first[pair], second[pair])
        first[pair] = a * c - b * s
        second[pair] = b * c + a * s
      }
    }
  }

  /// One row (heads * headSize).
  private func rotateNeighbours(_ x: Activations, heads: Int, position: Int, _ sign: Float) {
    for head in 0..<heads {
      let values = x + head * headSize
      for pair in 0..<pairs {
        let (c, s) = (cosines[position * pairs + pair], sign * sines[position * pairs + pair])
        let (a, b) = (values[2 * pair], values[2 * pair + 1])
        values[2 * pair] = a * c - b * s
        values[2 * pair + 1] = b * c + a * s
      }
    }
  }
}

extension Architecture.Rotary {
  /// The angle per position of every pair, and the factor of all cosines and sines.
  package var frequencies: (ofPairs: [Double], factor: Double) {
    let plain = (0..<width / 2).map { pow(base, -2 * Double($0) / Double(width)) }
    switch scaling {
    case nil: return (plain, 1)
    case .linear(let factor): return (plain.map { $0 / factor }, 1)
    case .llama3(let factor, let low, let high, let originalPositions):
      return (
        plain.map { frequency in
          let turns = Double(originalPositions) * frequency / (2 * Double.pi)
          if turns > high { return frequency }
          if turns < low { return frequency / factor }
          let blend = (turns - low) / (high - low)
          return (1 - blend) * frequency / factor + blend * frequency
        }, 1
      )
    case .yarn(let factor, let betaFast, let betaSlow, let originalPositions, let attentionFactor, let truncates):
      let first = pair(turning: betaFast, in: originalPositions)
      let last = pair(turning: betaSlow, in: originalPositions)
      let kept = max(truncates ? first.rounded(.down) : first, 0)
      let stretched = min(truncates ? last.rounded(.up) : last, Double(width - 1))
      return (
        plain.enumerated().map { pair, frequency in
          // As in transformers, a step where both ends are the same.
          let length = kept == stretched ? 0.001 : stretched - kept
          let blend = min(max((Double(pair) - kept) / length, 0), 1)
          return blend * frequency / factor + (1 - blend) * frequency
        }, attentionFactor
      )
    case .perPair(let factors, let attentionFactor):
      return (zip(plain, factors).map { $0 / $1 }, attentionFactor)
    }
  }

  /// The pair, not rounded, that turns `turns` times in `positions`.
  private func pair(turning turns: Double, in positions: Int) -> Double {
    Double(width) * log(Double(positions) / (turns * 2 * Double.pi)) / (2 * log(base))
  }
}
