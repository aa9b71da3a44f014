// Times repeated work, and the rate that the fastest kernel reaches on matrix products alone.
import Arrays
import Artifacts
import Transformers

/// The median time of `rounds` calls of `work` in seconds, after one call that is not counted.
func median(_ rounds: Int, _ work: () throws -> Void) rethrows -> Double {
  try work()
  let clock = ContinuousClock()
  let seconds = try (0..<rounds).map { _ in
    let (whole, rest) = try clock.measure(work).components
    return Double(whole) + Double(rest) * 1e-18
  }
  return seconds.sorted()[rounds / 2]
}

/// Floating-point operations per second of products (1024, 768) by (768, 768), with one product at a time on each thread.
/// NaN if oneDNN cannot multiply in this precision.
func productRate(_ precision: Precision, threads: Int, rounds: Int) -> Double {
  let (rows, width, repetitions) = (1024, 768, 8)
  let values = UnsafeMutablePointer<Float>.allocate(capacity: width * width)
  values.initialize(repeating: 0.5, count: width * width)
  defer { values.deallocate() }
  guard let matrix = PackedMatrix(.float32(values), inner: width, columns: width, form: .plain, precision: precision)
  else {
    return .nan
  }
  let arenas = (0..<threads).map { _ in Arena() }
  let seconds = median(rounds) {
    parallel(parts: threads, threads: threads) { _, worker in
      let arena = arenas[worker]
      arena.reset()
      let (x, y) = (arena.allocate(rows * width), arena.allocate(rows * width))
      x.update(repeating: 0.5, count: rows * width)
      for _ in 0..<repetitions { matrix.multiply(x, rows: rows, into: y, arena: arena) }
    }
  }
  return 2 * Double(rows * width * width * repetitions * threads) / seconds
}

extension TokenizedSet {
  /// Artificial rows of equal length for any base: for an encoder pairs, four for each question; for a decoder letters.
  init(_ architecture: Architecture, rows: Int, length: Int) {
    self.init()
    let isEncoder = !architecture.isDecoder
    let choices = isEncoder ? min(4, rows) : 4
    let questions = isEncoder ? rows / choices : rows
    (dataset, scoring, vocabularySize) = ("made-up", isEncoder ? .pairs : .letters, architecture.vocabularySize)
    (maximumLength, labelTokens) = (length, isEncoder ? [] : [1, 2, 3, 4])
    for question in 0..<questions {
      rowIDs.append("\(question)")
      splits.append(.train)
      labels.append(Int32(question % choices))
      choiceOffsets.append(Int32((question + 1) * choices))
      for sequence in 0..<(isEncoder ? choices : 1) {
        let first = (question * choices + sequence) * length
        tokens += (0..<length).map { Int32((first + $0) * 7919 % (architecture.vocabularySize - 8) + 4) }
        segments += [UInt8](repeating: 0, count: length)
        tokenOffsets.append(Int64(tokens.count))
      }
      sequenceOffsets.append(Int32(tokenOffsets.count - 1))
    }
    choiceTexts = [String](repeating: "", count: questions * choices)
  }
}
