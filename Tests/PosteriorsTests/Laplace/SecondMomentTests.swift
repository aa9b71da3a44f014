// Sums of outer products, exact and of low rank, and the linear algebra below them.
import Arrays
import Faults
import Foundation
import Posteriors
import Testing

/// Rows (count, size) of numbers that lie mostly in three directions.
private func rows(_ count: Int, size: Int, noise: Float = 0, seed: UInt64 = 1) -> [Float] {
  let stream = RandomStream(seed: seed, purpose: .test)
  var numbers = [Float](repeating: 0, count: count * 3 + count * size)
  stream.normals(into: &numbers, count: numbers.count)
  var result = [Float](repeating: 0, count: count * size)
  for row in 0..<count {
    for column in 0..<size {
      var number = noise * numbers[count * 3 + row * size + column]
      for direction in 0..<3 {
        number += numbers[row * 3 + direction] * sin(Float(1 + direction) * Float(column + 1))
      }
      result[row * size + column] = number
    }
  }
  return result
}

/// Σ_d value_d row_d row_dᵀ.
private func matrix(_ eigenvectors: (values: [Double], rows: [Float]), size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: size * size)
  for (direction, value) in eigenvectors.values.enumerated() {
    let row = eigenvectors.rows[direction * size..<(direction + 1) * size].map { Double($0) }
    for i in 0..<size { for j in 0..<size { result[i * size + j] += value * row[i] * row[j] } }
  }
  return result
}

private func dense(_ rows: [Float], size: Int) -> [Double] {
  var result = [Double](repeating: 0, count: size * size)
  for start in stride(from: 0, to: rows.count, by: size) {
    let row = rows[start..<start + size].map { Double($0) }
    for i in 0..<size { for j in 0..<size { result[i * size + j] += row[i] * row[j] } }
  }
  return result
}

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

@Suite struct SecondMomentTests {
  @Test func anExactSumIsTheSumOfOuterProducts() throws {
    let numbers = rows(40, size: 6, noise: 1)
    var sum = SecondMoment(size: 6, rank: 6)
    sum.add(Array(numbers.prefix(60)), count: 10)
    var other = SecondMoment(size: 6, rank: 6)
    other.add(Array(numbers.dropFirst(60)), count: 30)
    sum.add(other)
    #expect(sum.count == 40)
    #expect(largestDifference(matrix(try sum.eigenvectors(), size: 6), dense(numbers, size: 6)) < 1e-4)
  }

  /// Rows that lie in three directions lose nothing in a sum of four, however they come.
  @Test func aSumOfLowRankIsExactWhereTheRowsAre() throws {
    let numbers = rows(200, size: 12)
    var sum = SecondMoment(size: 12, rank: 4)
    for start in stride(from: 0, to: numbers.count, by: 12 * 7) {
      var part = SecondMoment(size: 12, rank: 4)
      let some = Array(numbers[start..<min(start + 12 * 7, numbers.count)])
      part.add(some, count: some.count / 12)
      sum.add(part)
    }
    let found = try sum.eigenvectors()
    #expect(found.values.count == 3)
    let largest = dense(numbers, size: 12).max()!
    #expect(largestDifference(matrix(found, size: 12), dense(numbers, size: 12)) < 1e-5 * largest)
  }

  @Test func aSumOfLowRankHoldsTheLargestDirectionsAndKnowsWhatItLacks() throws {
    let numbers = rows(400, size: 20, noise: 0.1)
    var (low, exact) = (SecondMoment(size: 20, rank: 3), SecondMoment(size: 20, rank: 20))
    low.add(Array(numbers.prefix(20 * 150)), count: 150)
    var rest = SecondMoment(size: 20, rank: 3)
    rest.add(Array(numbers.dropFirst(20 * 150)), count: 250)
    low.add(rest)
    exact.add(numbers, count: 400)
    let (held, all) = (try low.eigenvectors().values, try exact.eigenvectors().values)
    for (one, other) in zip(held, all) { #expect(abs(one - other) < 0.01 * other) }
    #expect(abs(low.trace - all.reduce(0, +)) < 1e-6 * low.trace)
    #expect(held.reduce(0, +) < low.trace)
  }

  @Test func aStateGoesOnWithTheSameBits() throws {
    let numbers = rows(30, size: 8, noise: 1)
    var (one, other) = (SecondMoment(size: 8, rank: 3), SecondMoment(size: 8, rank: 3))
    one.add(numbers, count: 30)
    try other.restore(one.state)
    one.add(numbers, count: 30)
    other.add(numbers, count: 30)
    #expect(one.state == other.state)
    #expect(throws: Fault.self) { try other.restore([1, 2]) }
  }

  @Test(arguments: [2, 8]) func numbersThatAreNotFiniteAreAFault(rank: Int) {
    var sum = SecondMoment(size: 8, rank: rank)
    sum.add([Float](repeating: .infinity, count: 80), count: 10)
    let fault = #expect(throws: Fault.self) { try sum.eigenvectors() }
    #expect(fault?.code == .internalError)
  }

  @Test func anEmptySumHasOneDirectionOfNoWeight() throws {
    #expect(try SecondMoment(size: 8, rank: 2).eigenvectors().values == [0])
  }

  @Test func aRootOfASemidefiniteMatrixHasZerosWhereNothingVaries() {
    // The third row is the sum of the first two; the fourth is nothing.
    let matrix: [Double] = [4, 2, 6, 0, 2, 3, 5, 0, 6, 5, 11, 0, 0, 0, 0, 0]
    let root = SymmetricMatrix.semidefiniteRoot(of: matrix, size: 4)
    var product = [Double](repeating: 0, count: 16)
    for row in 0..<4 {
      for column in 0..<4 {
        for inner in 0..<4 { product[row * 4 + column] += root[row * 4 + inner] * root[column * 4 + inner] }
      }
    }
    #expect(largestDifference(product, matrix) < 1e-12)
    #expect(root[10] == 0 && root[15] == 0)
    #expect(SymmetricMatrix.semidefiniteRoot(of: [0], size: 1) == [0])
  }
}
