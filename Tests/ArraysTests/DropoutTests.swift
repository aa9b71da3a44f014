import Arrays
import Testing

@Suite struct DropoutTests {
  private let stream = RandomStream(seed: 5, purpose: .dropout, place: (1, 2))

  @Test("An element survives if its own uniform number is below the keep probability, however the vector is split")
  func mask() {
    for (count, index) in [(1, 0), (39, 1), (40, 2), (384, 3), (1000, 189), (5, 1 << 36)] {
      for keep in [Float(0.9), 0.5, 1, 1e-3] {
        let x = normals(count)
        var y = [Float](repeating: 7, count: count + 1)
        applyDropout(x, into: &y, count: count, keepProbability: keep, stream: stream, from: index)
        #expect(y == (0..<count).map { stream.uniform(index + $0) < keep ? x[$0] * (1 / keep) : 0 } + [7])
        var inPlace = x
        inPlace.withUnsafeMutableBufferPointer {
          applyDropout(
            $0.baseAddress!, into: $0.baseAddress!, count: count, keepProbability: keep, stream: stream, from: index)
        }
        #expect(inPlace == Array(y.dropLast()))
      }
    }
  }

  @Test("The mean is preserved, and the expected share survives")
  func mean() {
    let count = 100_000
    var y = [Float](repeating: 1, count: count)
    applyDropout(y, into: &y, count: count, keepProbability: 0.8, stream: stream)
    let kept = y.filter { $0 != 0 }.count
    #expect(abs(Double(kept) - 80_000) < 5 * (100_000 * 0.8 * 0.2).squareRoot())
    #expect(abs(sum(y, count: count) / Double(kept) - 1.25) < 1e-6)
  }

  @Test("A dropped infinity or NaN becomes 0: it is not multiplied by zero")
  func nonFinite() {
    let x = [Float](repeating: .infinity, count: 64)
    var y = x
    applyDropout(x, into: &y, count: 64, keepProbability: 0.5, stream: stream)
    #expect(y.contains(0) && y.allSatisfy { $0 == 0 || $0 == .infinity })
  }
}
