// Chi-square: whether counts are those of a law.
import Foundation

/// Whether counts differ from expected ones by more than chance explains in one of 10,000 cases: the cube root of a
/// chi-square is nearly normal (Wilson and Hilferty 1931).
func areUnlikely(_ counts: [Int], _ expected: [Double]) -> Bool {
  let cells = zip(counts, expected).filter { $1 >= 5 }.map { (Double($0), $1) }
  let rest = (
    Double(counts.reduce(0, +)) - cells.reduce(0) { $0 + $1.0 },
    expected.reduce(0, +) - cells.reduce(0) { $0 + $1.1 }
  )
  let all = rest.1 >= 5 ? cells + [rest] : cells
  let (freedom, square) = (Double(all.count - 1), all.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 })
  let deviation = 2 / (9 * freedom)
  return (cbrt(square / freedom) - (1 - deviation)) / deviation.squareRoot() > 3.72
}
