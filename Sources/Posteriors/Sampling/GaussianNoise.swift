// The standard normal vectors with which Gaussian posteriors draw. Three rules give samples of the same distribution,
// each exact by itself, that differ in the dependence between the samples of a member: independent; antithetic, z and
// -z in turn (Hammersley and Morton 1956), whose mean is exact; and a rank-1 lattice with a random shift (Cranley and
// Patterson 1976), each of whose coordinates visits each of S strata once.
import Arrays

/// The dependence between the samples of a member.
package enum DrawRule: String, Codable, Sendable, CaseIterable {
  /// Independent samples; a sample does not depend on the number of samples.
  case independent
  /// Samples 2k and 2k + 1 are z and -z, where z is sample 2k of the independent rule.
  case antithetic
  /// All samples of a member form one lattice, which depends on the number of samples.
  case lattice
  /// Samples of the linearised network's logits, which form a lattice, in place of samples of the parameters.
  case linearised
}

/// The noise of all samples of one posterior.
package struct GaussianNoise: Sendable {
  let rule: DrawRule
  let seed: UInt64
  /// Number of samples of each member (S).
  let samples: Int
  /// Generators of the first coordinates, optimised jointly.
  private let generators: [Int]

  /// The noise of a request.
  init(_ drawing: Drawing) { self.init(drawing.draws, seed: drawing.seed, samples: drawing.samples) }

  /// The noise of `samples` samples.
  package init(_ rule: DrawRule, seed: Int, samples: Int) {
    (self.rule, self.seed, self.samples) = (rule, UInt64(bitPattern: Int64(seed)), samples)
    let isLattice = rule == .lattice || rule == .linearised
    generators = isLattice && samples <= 2048 ? latticeGenerators(points: samples, coordinates: 32) : []
  }

  /// Standard normal values of sample `sample` of the member with the seed `member`: its coordinates from `first` on.
  package func normals(
    _ purpose: RandomStream.Purpose, member: Int, sample: Int, into target: UnsafeMutablePointer<Float>, count: Int,
    from first: Int = 0
  ) {
    let member = UInt32(truncatingIfNeeded: member)
    func stream(_ sample: Int) -> RandomStream {
      RandomStream(seed: seed, purpose: purpose, place: (member, UInt32(truncatingIfNeeded: sample)))
    }
    switch rule {
    case .independent: stream(sample).normals(into: target, count: count, from: first)
    case .antithetic:
      stream(sample & ~1).normals(into: target, count: count, from: first)
      if sample & 1 == 1 { for index in 0..<count { target[index] = -target[index] } }
    case .lattice, .linearised: lattice(stream(-1), sample: sample, into: target, count: count, from: first)
    }
  }

  /// The same values as an array.
  func normals(
    _ purpose: RandomStream.Purpose, member: Int, sample: Int, count: Int, from first: Int = 0
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard count > 0 else { return }
      normals(purpose, member: member, sample: sample, into: buffer.baseAddress!, count: count, from: first)
      initialized = count
    }
  }

  /// u = (sample g / S + shift) mod 1 with a shift and a generator g for each coordinate. The generators of the first
  /// coordinates, which include all of SWAG's low-rank part, are constructed. The others are random, since there are
  /// fewer generators than coordinates.
  private func lattice(
    _ stream: RandomStream, sample: Int, into target: UnsafeMutablePointer<Float>, count: Int, from first: Int
  ) {
    for index in 0..<count {
      let words = stream.words(block: UInt64(first + index))
      let isFirst = first + index < generators.count
      let generator = isFirst ? generators[first + index] : unit(words.y, points: samples)
      let shift = (Double(words.x) + 0.5) * 0x1p-32
      let point = Double(sample * generator % samples) / Double(samples) + shift
      // Keep it inside the open interval in spite of rounding.
      let u = min(max(point - point.rounded(.down), 0x1p-34), 1 - 0x1p-34)
      target[index] = Float(inverseNormal(u))
    }
  }
}

/// The first integer from `word` mod `points` on that is coprime to `points`.
private func unit(_ word: UInt32, points: Int) -> Int {
  var candidate = Int(word) % points
  while greatestCommonDivisor(candidate, points) != 1 { candidate = (candidate + 1) % points }
  return candidate
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

/// A generating vector, constructed component by component (Sloan and Reztsov 2002): each component minimizes the
/// worst-case error of the lattice in the Korobov space of smoothness 2, with equal weights. Time: coordinates points².
package func latticeGenerators(points: Int, coordinates: Int) -> [Int] {
  // 1 + 2π² B₂(x) at x = i / points.
  let kernel = (0..<points).map { i -> Double in
    let x = Double(i) / Double(points)
    return 1 + 2 * Double.pi * Double.pi * (x * x - x + 1.0 / 6)
  }
  // g and points - g give mirrored points: half of them suffice.
  let units = (1...max(1, points / 2)).filter { greatestCommonDivisor($0, points) == 1 }
  var products = [Double](repeating: 1, count: points)
  return (0..<coordinates).map { _ in
    let errors = units.map { g in (0..<points).reduce(0) { $0 + products[$1] * kernel[$1 * g % points] } }
    // Break ties by the index, not by rounding.
    let best = units[errors.indices.dropFirst().reduce(0) { errors[$1] < errors[$0] * (1 - 1e-12) ? $1 : $0 }]
    for i in 0..<points { products[i] *= kernel[i * best % points] }
    // Only the ratios of the products matter; dividing keeps them from overflowing.
    let mean = products.reduce(0, +) / Double(points)
    for i in 0..<points { products[i] /= mean }
    return best
  }
}
