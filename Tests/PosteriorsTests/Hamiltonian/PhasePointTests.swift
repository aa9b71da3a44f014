// The leapfrog rule: it runs backwards, keeps volumes, and its energy error falls with the square of the step.
import Foundation
import Posteriors
import Testing

/// U = q⁴ / 4 + q² / 2 + q r / 2 + r², which is no Gaussian's.
private func quartic(_ position: [Double], _ gradient: inout [Double]) -> Double {
  let (q, r) = (position[0], position[1])
  gradient = [q * q * q + q + r / 2, q / 2 + 2 * r]
  return q * q * q * q / 4 + q * q / 2 + q * r / 2 + r * r
}

extension PhasePoint {
  /// The same position with another momentum.
  fileprivate func kicked(to momentum: [Double]) -> PhasePoint {
    var point = self
    point.momentum = momentum
    return point
  }

  /// The same position with the opposite momentum, from which the same steps lead back.
  fileprivate var reversed: PhasePoint { kicked(to: momentum.map { -$0 }) }
}

@Suite struct PhasePointTests {
  private let inverseMasses = [0.7, 1.9]

  /// Where steps lead from rest.
  private func moved(_ q: Double, _ r: Double, steps: Int, step: Double) -> PhasePoint {
    var point = PhasePoint(at: [q, r], quartic)
    for _ in 0..<steps { point.leapfrog(step: step, inverseMasses, quartic) }
    return point
  }

  @Test func theSameStepsLeadBackFromTheOppositeMomentum() {
    let start = moved(0.9, -1.3, steps: 3, step: 0.2)
    var point = start
    for _ in 0..<50 { point.leapfrog(step: 0.2, inverseMasses, quartic) }
    #expect(abs(point.position[0] - start.position[0]) > 0.01)
    point = point.reversed
    for _ in 0..<50 { point.leapfrog(step: 0.2, inverseMasses, quartic) }
    for (back, first) in zip(point.reversed.position + point.reversed.momentum, start.position + start.momentum) {
      #expect(abs(back - first) < 1e-11)
    }
  }

  @Test func halfTheStepHasAQuarterOfTheEnergyError() {
    func error(step: Double) -> Double {
      let start = moved(0.9, -1.3, steps: 0, step: 1)
      var (point, largest) = (start, 0.0)
      for _ in 0..<Int(6 / step) {
        point.leapfrog(step: step, inverseMasses, quartic)
        largest = max(largest, abs(point.energy(inverseMasses) - start.energy(inverseMasses)))
      }
      return largest
    }
    let ratios = [0.1, 0.05, 0.025].map { error(step: $0) / error(step: $0 / 2) }
    for ratio in ratios { #expect(abs(ratio - 4) < 0.15, "\(ratios)") }
    #expect(error(step: 0.025) < 1e-3)
  }

  /// The motion of an oscillator with U = a q² / 2 and inverse mass v has the frequency sqrt(a v).
  @Test func anOscillatorComesBackAfterItsPeriod() {
    func spring(_ position: [Double], _ gradient: inout [Double]) -> Double {
      gradient = [3 * position[0]]
      return 1.5 * position[0] * position[0]
    }
    let period = 2 * Double.pi / (3.0 * 0.5).squareRoot()
    var point = PhasePoint(at: [1.25], spring)
    for step in 1...4000 {
      point.leapfrog(step: period / 4000, [0.5], spring)
      if step == 1000 { #expect(abs(point.position[0]) < 1e-5) }
      if step == 2000 { #expect(abs(point.position[0] + 1.25) < 1e-5) }
    }
    #expect(abs(point.position[0] - 1.25) < 1e-5 && abs(point.momentum[0]) < 1e-5)
  }

  /// The determinant of the derivative of 20 steps, by differences.
  @Test func volumesAreKept() {
    let width = 1e-5
    func end(_ start: [Double]) -> [Double] {
      var point = PhasePoint(at: [start[0], start[1]], quartic).kicked(to: [start[2], start[3]])
      for _ in 0..<20 { point.leapfrog(step: 0.3, inverseMasses, quartic) }
      return point.position + point.momentum
    }
    let start = [0.4, -0.2, 0.8, 0.5]
    let columns = start.indices.map { index -> [Double] in
      var (up, down) = (start, start)
      up[index] += width
      down[index] -= width
      return zip(end(up), end(down)).map { ($0 - $1) / (2 * width) }
    }
    #expect(abs(abs(determinant(columns)) - 1) < 1e-6)
  }
}

/// By Gaussian elimination without pivots.
private func determinant(_ matrix: [[Double]]) -> Double {
  var (matrix, product) = (matrix, 1.0)
  for pivot in matrix.indices {
    product *= matrix[pivot][pivot]
    for row in matrix.indices where row > pivot {
      let factor = matrix[row][pivot] / matrix[pivot][pivot]
      for column in matrix.indices { matrix[row][column] -= factor * matrix[pivot][column] }
    }
  }
  return product
}
