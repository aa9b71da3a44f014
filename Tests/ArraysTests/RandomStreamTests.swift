import Arrays
import Testing

@Suite struct RandomStreamTests {
  /// The stream with the Philox key `key`, whatever its purpose changes in it.
  private func stream(key: (UInt32, UInt32), place: (UInt32, UInt32)) -> RandomStream {
    let purpose = RandomStream.Purpose.test
    let upper = key.1 ^ (purpose.rawValue &* 0x9E37_79B9)
    return RandomStream(seed: UInt64(key.0) | UInt64(upper) << 32, purpose: purpose, place: place)
  }

  @Test("Philox4x32-10 gives the known answers of Random123 (kat_vectors)")
  func knownAnswers() {
    let ones = UInt32.max
    #expect(
      stream(key: (0, 0), place: (0, 0)).words(block: 0) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    #expect(
      stream(key: (ones, ones), place: (ones, ones)).words(block: .max)
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
    #expect(
      stream(key: (0xa409_3822, 0x299f_31d0), place: (0x1319_8a2e, 0x0370_7344)).words(block: 0x85a3_08d3_243f_6a88)
        == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
  }

  @Test("A vector of uniform numbers equals the numbers drawn one by one")
  func uniformsAreUniform() {
    let stream = RandomStream(seed: 3, purpose: .test, place: (5, 6))
    for (count, index) in [(1, 0), (7, 1), (40, 2), (300, 3), (1000, 255), (3, 1 << 35)] {
      var numbers = [Float](repeating: -1, count: count + 1)
      stream.uniforms(into: &numbers, count: count, from: index)
      #expect(Array(numbers[..<count]) == (0..<count).map { stream.uniform(index + $0) })
      #expect(numbers[count] == -1, "wrote past the end")
    }
  }

  @Test("Any part of a vector of normal numbers has the same values")
  func normalsHaveNoSeams() {
    let stream = RandomStream(seed: 3, purpose: .test)
    var whole = [Float](repeating: 0, count: 2000)
    stream.normals(into: &whole, count: 2000)
    for (first, count) in [(0, 1), (1, 1), (1, 2), (3, 33), (31, 500), (255, 257), (256, 256), (257, 1743), (999, 0)] {
      var part = [Float](repeating: 99, count: count + 1)
      stream.normals(into: &part, count: count, from: first)
      #expect(Array(part[..<count]) == Array(whole[first..<first + count]))
      #expect(part[count] == 99, "wrote past the end")
    }
  }

  @Test("Normal numbers are the Box-Muller transform of the stream's words")
  func normalsAgree() {
    let stream = RandomStream(seed: 4, purpose: .test)
    var numbers = [Float](repeating: 0, count: 100_000)
    stream.normals(into: &numbers, count: numbers.count)
    // A word near 2^32 has a small logarithm, which loses digits to rounding in Float.
    #expect(greatestError(numbers, numbers.indices.map { Reference.normal(stream, $0) }) < 2e-5)
  }

  @Test("Normal numbers have the moments and the tails of the normal distribution")
  func normalsAreNormal() {
    let count = 1 << 20
    var numbers = [Float](repeating: 0, count: count)
    RandomStream(seed: 11, purpose: .test).normals(into: &numbers, count: count)
    func mean(_ power: Int) -> Double {
      numbers.reduce(0.0) { $0 + (0..<power).reduce(1.0) { [x = $1] product, _ in product * Double(x) } }
        / Double(count)
    }
    // Five standard errors: the moments' variances are 1, 2, 15 and 96.
    let error = 5 / Double(count).squareRoot()
    #expect(abs(mean(1)) < error)
    #expect(abs(mean(2) - 1) < error * 2.0.squareRoot())
    #expect(abs(mean(3)) < error * 15.0.squareRoot())
    #expect(abs(mean(4) - 3) < error * 96.0.squareRoot())
    let beyondThree = Double(numbers.filter { abs($0) > 3 }.count) / Double(count)
    #expect(abs(beyondThree - 0.0026998) < error * 0.0026998.squareRoot())
    let neighbours = zip(numbers, numbers.dropFirst()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / Double(count)
    #expect(abs(neighbours) < error)
  }

  @Test("Integers below a bound are uniform, and a permutation has every index once")
  func integers() {
    let stream = RandomStream(seed: 1, purpose: .test)
    var seen = [Int](repeating: 0, count: 7)
    for index in 0..<70_000 { seen[stream.integer(index, below: 7)] += 1 }
    #expect(seen.allSatisfy { abs($0 - 10_000) < 500 })
    let order = stream.permutation(1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Array(0..<1000))
  }

  @Test("Streams with other purposes, places or seeds have other numbers")
  func streamsDiffer() {
    let words = [
      RandomStream(seed: 1, purpose: .test), RandomStream(seed: 2, purpose: .test),
      RandomStream(seed: 1 << 32 | 1, purpose: .test), RandomStream(seed: 1, purpose: .order),
      RandomStream(seed: 1, purpose: .test, place: (1, 0)), RandomStream(seed: 1, purpose: .test, place: (0, 1)),
    ].map { $0.words(block: 0) }
    #expect(Set(words).count == words.count)
  }
}
