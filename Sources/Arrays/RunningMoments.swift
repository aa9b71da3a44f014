// Mean and variance of a stream of vectors, updated one vector at a time (Welford 1962, "Note on a method for
// calculating corrected sums of squares and products"). The textbook difference E[x²] - E[x]² loses every digit if the
// variance is small beside the mean, as at the end of a training run, and can be negative; a sum of squares cannot.

/// The mean and the variance of vectors that arrive one at a time.
package struct RunningMoments: Equatable, Sendable {
  /// Vectors seen.
  package private(set) var count: Int
  /// [element] The mean of the vectors seen; zeros before the first.
  package private(set) var mean: [Double]
  /// [element] The sum of squared deviations from the mean; never negative.
  package private(set) var squaredDeviations: [Double]

  /// No vectors yet, of `size` elements each.
  package init(size: Int) {
    (count, mean, squaredDeviations) = (0, Array(repeating: 0, count: size), Array(repeating: 0, count: size))
  }

  /// Restores a state from its `count`, `mean` and `squaredDeviations`.
  package init(count: Int, mean: [Double], squaredDeviations: [Double]) {
    precondition(
      count >= 0 && mean.count == squaredDeviations.count, "\(mean.count) means, \(squaredDeviations.count) deviations")
    (self.count, self.mean, self.squaredDeviations) = (count, mean, squaredDeviations)
  }

  /// [element] The population variance (divided by the number of vectors); zeros before the first.
  package var variance: [Double] { squaredDeviations.map { $0 / Double(max(count, 1)) } }

  /// Adds one vector.
  package mutating func add(_ vector: [Float]) { vector.withUnsafeBufferPointer { add($0) } }

  /// Adds one vector.
  package mutating func add(_ vector: UnsafeBufferPointer<Float>) {
    precondition(vector.count == mean.count, "a vector of \(vector.count) elements, not \(mean.count)")
    count += 1
    let n = Double(count)
    mean.withUnsafeMutableBufferPointer { mean in
      squaredDeviations.withUnsafeMutableBufferPointer { squaredDeviations in
        for index in mean.indices {
          let before = Double(vector[index]) - mean[index]
          mean[index] += before / n
          // Rounding cannot make the product negative: the new mean lies between the old one and the vector.
          squaredDeviations[index] += before * (Double(vector[index]) - mean[index])
        }
      }
    }
  }
}
