// The decompositions that parametrisations begin with.
import Adapters
import Arrays
import TestSupport
import Testing

@Suite struct DecompositionTests {
  private func random(_ count: Int, _ place: UInt32) -> [Float] {
    let stream = RandomStream(seed: 3, purpose: .test, place: (place, 0))
    return (0..<count).map { 2 * stream.uniform($0) - 1 }
  }

  private func product(_ x: some Sequence<Double>, _ y: some Sequence<Double>) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func vectorsBecomeOrthonormalWithoutLeavingTheirSpan() {
    let vectors = (0..<5).map { random(9, $0).map { Double($0) } }
    let basis = orthonormalized(vectors)
    for i in 0..<5 {
      for j in 0..<5 { #expect(abs(product(basis[i], basis[j]) - (i == j ? 1 : 0)) < 1e-14) }
      // R has nothing below its diagonal, and a positive diagonal.
      #expect(product(basis[i], vectors[i]) > 0)
      for j in 0..<i { #expect(abs(product(basis[i], vectors[j])) < 1e-14) }
    }
  }

  @Test func nearlyParallelVectorsLoseNothing() {
    let basis = orthonormalized([[1, 1e-5, 0], [1, 0, 1e-5]])
    #expect(abs(product(basis[0], basis[1])) < 1e-14)
  }

  @Test func aVectorThatDependsOnOthersIsReplaced() {
    let basis = orthonormalized([[1, 2, 0], [2, 4, 0], [0, 0, 0]])
    for i in 0..<3 { for j in 0..<3 { #expect(abs(product(basis[i], basis[j]) - (i == j ? 1 : 0)) < 1e-14) } }
  }

  @Test(arguments: [1, 3, 7]) func theTruncatedDecompositionIsTheBestOfItsRank(rank: Int) {
    // Wider than what the iteration holds, so that it has something to leave out.
    let (rows, columns) = (40, 30)
    let weight = random(rows * columns, 9)
    let (a, b) = truncatedSVD(weight, rows: rows, columns: columns, rank: rank)
    func column(_ index: Int) -> [Double] { (0..<rows).map { Double(b[$0 * rank + index]) } }
    func row(_ index: Int) -> [Double] { a[index * columns..<(index + 1) * columns].map { Double($0) } }
    let values = (0..<rank).map { product(column($0), column($0)).squareRoot() }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    for i in 0..<rank {
      for j in 0..<rank {
        #expect(abs(product(row(i), row(j)) - (i == j ? 1 : 0)) < 1e-5)
        #expect(i == j || abs(product(column(i), column(j))) < 1e-3)
      }
      // Wᵀ (W v) = σ² v: a singular vector. That it is the largest shows in the sum of squares below.
      let squared = (0..<columns).map { input in
        (0..<rows).reduce(0.0) { $0 + Double(weight[$1 * columns + input]) * column(i)[$1] }
      }
      for input in 0..<columns { #expect(abs(squared[input] - values[i] * values[i] * row(i)[input]) < 2e-3) }
    }
    let all = truncatedSVD(weight, rows: rows, columns: columns, rank: 30)
    let largest = (0..<30).map { index in
      (0..<rows).reduce(0.0) { $0 + Double(all.b[$1 * 30 + index] * all.b[$1 * 30 + index]) }
    }
    let total = weight.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(largest.reduce(0, +) - total) < 1e-4 * total)
    for index in 0..<rank { #expect(abs(values[index] * values[index] - largest[index]) < 1e-4 * total) }
  }

  @Test func theModesOfATensorTrainMultiplyToTheWidth() {
    for width in 1...400 { #expect(modes(of: width).reduce(1, *) == width) }
    #expect(modes(of: 384).sorted() == [6, 8, 8])
    #expect(modes(of: 4096) == [8, 8, 8, 8])
    #expect(modes(of: 17) == [17])
    #expect(modes(of: 16) == [4, 4])
  }
}
