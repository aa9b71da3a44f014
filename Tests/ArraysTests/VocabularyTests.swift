// Kernels for rows over a vocabulary against Double.
import Arrays
import Foundation
import Testing

@Suite struct VocabularyTests {
  /// Logits of rows of any length, one of which is far above the others.
  private func logits(_ count: Int, _ row: Int = 0) -> [Float] {
    let stream = RandomStream(seed: 5, purpose: .test, place: (UInt32(count), UInt32(row)))
    return (0..<count).map { 12 * stream.uniform($0) - 4 + ($0 == count / 2 ? 7 : 0) }
  }

  private func logSoftmax(_ x: [Float]) -> [Float] {
    var y = [Float](repeating: 0, count: x.count)
    logSoftmaxOfVocabulary(x, into: &y, count: x.count)
    return y
  }

  @Test(arguments: [1, 15, 16, 17, 63, 500, 30_001]) func oneRow(count: Int) {
    let x = logits(count)
    let expected = Reference.logSoftmax(x)
    let found = logSoftmax(x)
    #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 2e-6 })
    #expect(maximum(x, count: count) == x.max())
    #expect(maximum(x.map { -abs($0) - 1 }, count: count) == x.map { -abs($0) - 1 }.max())
    let entropy = expected.reduce(0) { $0 - exp($1) * $1 }
    #expect(abs(entropyOfVocabulary(found, count: count) - entropy) < 2e-6)
    var weights = x
    exponentials(weights, shift: 1, scale: 0.5, into: &weights, count: count)
    #expect(zip(weights, x).allSatisfy { abs(Double($0) / exp(0.5 * (Double($1) - 1)) - 1) < 1e-6 })
  }

  @Test(arguments: [2, 3, 7]) func theMeanOfSeveralRows(rows: Int) {
    let count = 1003
    let draws = (0..<rows).map { logSoftmax(logits(count, $0)) }
    let all = draws.flatMap(\.self)
    var mean = [Float](repeating: 0, count: count)
    all.withUnsafeBufferPointer { all in
      logMeanExp((0..<rows).map { all.baseAddress! + $0 * count }, into: &mean, count: count)
    }
    for index in 0..<count {
      let expected = log(draws.reduce(0) { $0 + exp(Double($1[index])) } / Double(rows))
      #expect(abs(Double(mean[index]) - expected) < 2e-6)
    }
    draws[0].withUnsafeBufferPointer { row in
      logMeanExp([UnsafePointer](repeating: row.baseAddress!, count: rows), into: &mean, count: count)
    }
    #expect(mean == draws[0])
  }

  @Test func aRowWithANaNBecomesNaN() {
    var x = logits(100)
    x[70] = .nan
    #expect(logSoftmax(x).allSatisfy { $0.isNaN })
  }
}
