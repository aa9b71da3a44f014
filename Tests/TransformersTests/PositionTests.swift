// Frequencies, buckets and rows of distances against the values that transformers 5.24 computes.
import Testing
import Transformers

@Suite struct PositionTests {
  /// Of a head of 16 values with the base 10,000.
  private static let scalings: [(Architecture.RotaryScaling?, factor: Double, frequencies: [Double])] = [
    (nil, 1, [1, 0.31622776, 0.1, 0.031622779, 0.01, 0.0031622779, 0.001, 0.00031622779]),
    (
      .linear(factor: 4), 1,
      [0.25, 0.079056941, 0.025, 0.0079056947, 0.0025, 0.00079056947, 0.00025, 7.9056947e-05]
    ),
    (
      .llama3(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalPositions: 512), 1,
      [1, 0.31622776, 0.1, 0.018496677, 0.00125, 0.00039528473, 0.000125, 3.9528473e-05]
    ),
    (
      .yarn(
        factor: 4, betaFast: 32, betaSlow: 1, originalPositions: 512, attentionFactor: 1.138629436111989,
        truncates: true), 1.138629436111989,
      [1, 0.25693506, 0.0625, 0.013834965, 0.0025, 0.00079056947, 0.00025, 7.9056947e-05]
    ),
    (
      .yarn(
        factor: 4, betaFast: 16, betaSlow: 2, originalPositions: 512, attentionFactor: 1.138629436111989,
        truncates: false), 1.138629436111989,
      [1, 0.31622776, 0.075664401, 0.010796109, 0.0025, 0.00079056947, 0.00025, 7.9056947e-05]
    ),
    (
      .perPair(factors: [1, 1.1, 1.3, 1.6, 2, 2.5, 3, 4], attentionFactor: 1.0954451150103321), 1.0954451150103321,
      [1, 0.28747976, 0.07692308, 0.019764235, 0.005, 0.0012649111, 0.00033333333, 7.9056947e-05]
    ),
  ]

  @Test("Rotary frequencies are those of transformers", arguments: scalings.indices)
  func frequencies(index: Int) {
    let (scaling, factor, expected) = Self.scalings[index]
    var rotary = RandomNetwork.llama.rotary!
    (rotary.base, rotary.width, rotary.scaling) = (10_000, 16, scaling)
    let found = rotary.frequencies
    #expect(found.factor == factor)
    for (a, b) in zip(found.ofPairs, expected) { #expect(abs(a / b - 1) < 1e-6) }
  }

  @Test("T5's buckets are those of transformers")
  func buckets() {
    // The first distance of each bucket.
    let starts: [(Int, Int)] = [
      (-200, 15), (-90, 14), (-63, 13), (-45, 12), (-31, 11), (-22, 10), (-15, 9), (-11, 8), (-7, 7), (-6, 6), (-5, 5),
      (-4, 4), (-3, 3), (-2, 2), (-1, 1), (0, 0), (1, 17), (2, 18), (3, 19), (4, 20), (5, 21), (6, 22), (7, 23),
      (8, 24), (12, 25), (16, 26), (23, 27), (32, 28), (46, 29), (64, 30), (91, 31),
    ]
    let buckets = DistanceBuckets(count: 32, maximumDistance: 128)
    for distance in -200...2000 {
      #expect(buckets.bucket(distance) == starts.last { $0.0 <= distance }!.1, "distance \(distance)")
    }
  }

  @Test("The rows of DeBERTa's distances are those of transformers")
  func rows() {
    let starts: [(Int, Int)] = [
      (-2000, 0), (-39, 1), (-18, 2), (-8, 3), (-4, 4), (-3, 5), (-2, 6), (-1, 7), (0, 8), (1, 9), (2, 10), (3, 11),
      (4, 12), (5, 13), (9, 14), (19, 15),
    ]
    let few = RelativeDistances(span: 8, maximumDistance: 40)
    for distance in -2000...2000 {
      #expect(few.row(distance) == starts.last { $0.0 <= distance }!.1, "distance \(distance)")
    }
    // Without a largest distance, all of them are exact.
    let exact = RelativeDistances(span: 8, maximumDistance: 0)
    #expect((-2000...2000).allSatisfy { exact.row($0) == min(max(8 + $0, 0), 15) })
    // Sums over -2000...2000 of the row times the distance's index from 0.
    for (span, maximum, sum) in [(256, 512, 3_056_112_450), (32, 128, 378_321_590)] {
      let distances = RelativeDistances(span: span, maximumDistance: maximum)
      #expect((-2000...2000).reduce(0) { $0 + ($1 + 2000) * distances.row($1) } == sum)
    }
  }
}
