// The Laplace approximation with dense matrices, from finite differences of the network's log-probabilities: what the
// Kronecker factors approximate, and what they must equal where the product is exact.
import Artifacts
import Foundation
import Posteriors
import Testing
import Training

/// The exact curvature of a few examples over places of the vector, Σ_n Σ_c p_c ∇log p_c ∇log p_cᵀ, by its roots.
private struct DenseCurvature {
  /// [place][example, choice] √p_c times the slope of log p_c.
  let roots: [[Double]]

  init(_ fixture: FittedExperiment, _ scorer: Scorer, _ examples: [Int], _ places: some Sequence<Int>) throws {
    func logProbabilities(_ place: Int, _ change: Float) throws -> [Double] {
      var values = fixture.adapter.values
      values[place] += change
      return try scorer.logProbabilities(of: examples, parameters: values).map { Double($0) }
    }
    let (step, own) = (Float(1) / 64, try logProbabilities(0, 0))
    roots = try places.map { place in
      let (up, down) = (try logProbabilities(place, step), try logProbabilities(place, -step))
      return own.indices.map {
        own[$0].isFinite ? exp(own[$0] / 2) * (up[$0] - down[$0]) / Double(2 * step) : 0
      }
    }
  }

  func entry(_ i: Int, _ j: Int) -> Double { zip(roots[i], roots[j]).reduce(0) { $0 + $1.0 * $1.1 } }
  var trace: Double { roots.indices.reduce(0) { $0 + entry($1, $1) } }
}

extension Curvature.Block {
  /// The matrix's place in the vector.
  fileprivate var range: Range<Int> { offset..<offset + count }
  fileprivate var trace: Double { outputValues.reduce(0, +) * inputValues.reduce(0, +) }
}

@Suite struct DenseLaplaceTests {
  /// Above the last attention the head reads one row of a text, so that of one text, however often it is repeated, the
  /// curvature of a matrix is a Kronecker product. A mean in place of one of the two sums, or a second sum in place of
  /// the mean, is a factor of the number of texts; no approximation hides it.
  @Test(arguments: [1, 3]) func theKroneckerProductIsExactForOneRow(copies: Int) throws {
    try FittedExperiment.open(.letters) { fixture in
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base,
        data: fixture.experiment.tokens.selecting([1]).repeated(copies), settings: fixture.fit, threads: 1)
      let curvature = try fixture.curvature(scorer) { $0.priorPrecision = 1 }
      let blocks = curvature.blocks.filter { $0.name.contains("layers.1.self_attn.q_proj") }
      #expect(blocks.count == 2 && curvature.examples == copies)
      for block in blocks {
        let exact = try DenseCurvature(fixture, scorer, Array(0..<copies), block.range)
        let found = block.dense
        let largest = found.map(abs).max()!
        for index in found.indices {
          let (i, j) = index.quotientAndRemainder(dividingBy: block.count)
          #expect(abs(found[index] - exact.entry(i, j)) < 0.01 * largest, "\(block.name)")
        }
        #expect(largest > 1e-4)
      }
    }
  }

  /// The same of a head that every text reaches as one row, its bias with it.
  @Test func theFactorsOfAHeadAreExactForOneText() throws {
    try FittedExperiment.open(.classes) { fixture in
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base,
        data: fixture.experiment.tokens.selecting([1]).repeated(2), settings: fixture.fit, threads: 1)
      let block = try fixture.curvature(scorer) { ($0.priorPrecision, $0.parameters) = (1, .lastLayer) }.blocks[0]
      let (bias, columns) = (try #require(block.biasOffset), block.inputs - 1)
      let places = (0..<block.count).map {
        let (row, column) = $0.quotientAndRemainder(dividingBy: block.inputs)
        return column == columns ? bias + row : block.offset + row * columns + column
      }
      let exact = try DenseCurvature(fixture, scorer, [0, 1], places)
      let found = block.dense
      let largest = found.map(abs).max()!
      for index in found.indices {
        let (i, j) = index.quotientAndRemainder(dividingBy: block.count)
        #expect(abs(found[index] - exact.entry(i, j)) < 0.01 * largest)
      }
      #expect(largest > 1e-4)
    }
  }

  /// A text is read once for each of its choices, but its inputs count once: how many choices others have is nothing to
  /// the mean over tokens.
  @Test func aTextsInputsCountOnceHoweverManyChoicesItHas() throws {
    try FittedExperiment.open(.letters) { fixture in
      var narrow = fixture.experiment.tokens
      let counts = narrow.labels.indices.map { $0 < 6 ? 4 : 3 }
      narrow.labels = narrow.labels.map { min($0, 2) }
      narrow.choiceOffsets = counts.reduce(into: [0]) { $0.append($0.last! + Int32($1)) }
      narrow.choiceTexts = Array(narrow.choiceTexts.prefix(counts.reduce(0, +)))
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base, data: narrow, settings: fixture.fit, threads: 1)
      let (some, all) = (try fixture.curvature(scorer) { $0.priorPrecision = 1 }, try fixture.curvature())
      for (one, other) in zip(some.blocks, all.blocks) {
        for (a, b) in zip(one.inputValues, other.inputValues) { #expect(abs(a - b) < 1e-4 * one.inputValues[0]) }
        #expect(one.outputValues != other.outputValues)
      }
    }
  }

  /// The whole way from a network to its prior, where the product is exact: the last block's query alone.
  @Test func evidenceAndPriorOfOneRowEqualThoseOfADenseLaplace() throws {
    try FittedExperiment.open(.letters, targets: ["q_proj"]) { fixture in
      let scorer = try Scorer(
        fixture.experiment.architecture, base: fixture.experiment.base,
        data: fixture.experiment.tokens.selecting([1]).repeated(20), settings: fixture.fit, threads: 1)
      let curvature = try fixture.curvature(scorer) { $0.parameters = .lastLayer }
      #expect(curvature.blocks.count == 2 && curvature.examples == 20)
      let exact = try curvature.blocks.map { try DenseCurvature(fixture, scorer, Array(0..<20), $0.range) }
      let norm = curvature.blocks.flatMap(\.range).reduce(0) { $0 + pow(Double(fixture.adapter.values[$1]), 2) }
      let label = Int(fixture.experiment.tokens.labels[1])
      let logLikelihood = 20 * Double(try scorer.logProbabilities(of: [0], parameters: fixture.adapter.values)[label])
      func dense(_ precision: Double) -> Double {
        let determinants = exact.reduce(0) { sum, block in
          let size = block.roots.count
          let matrix = (0..<size * size).map { block.entry($0 / size, $0 % size) }
          return sum + logDeterminant(shifted(matrix, by: precision, size: size), size: size)
            - Double(size) * log(precision)
        }
        return logLikelihood - 0.5 * (determinants + precision * norm)
      }
      let evidence = MarginalLikelihood(curvature)
      for precision in [0.03, 1, 30, curvature.priorPrecision] {
        #expect(abs(evidence.value(at: precision) - dense(precision)) < 5e-3, "at \(precision)")
      }
      #expect(abs(curvature.logMarginalLikelihood - dense(curvature.priorPrecision)) < 5e-3)
      for factor in [0.5, 2] { #expect(dense(curvature.priorPrecision) > dense(factor * curvature.priorPrecision)) }
    }
  }

  /// Rows and choices are taken for independent, which they are not; but the factors' scale must be that of the exact
  /// curvature. Below a mean over the tokens their gradients are nearly equal, so that the exact curvature is up to
  /// as many times larger as there are tokens, here four to twelve; what divides by examples is as many times off.
  @Test(arguments: [TokenizedSet.Scoring.letters, .continuations, .pairs, .classes])
  func theFactorsHaveTheTraceOfTheExactCurvature(scoring: TokenizedSet.Scoring) throws {
    try FittedExperiment.open(scoring) { fixture in
      let curvature = try fixture.curvature { $0.priorPrecision = 1 }
      let least = scoring.needsDecoder ? 0.5 : 1.0 / 12
      for block in curvature.blocks where block.biasOffset == nil {
        let exact = try DenseCurvature(
          fixture, fixture.scorer, fixture.experiment.tokens.examples(of: .train), block.range)
        let ratio = block.trace / exact.trace
        #expect((least...4).contains(ratio), "\(block.name): \(ratio)")
      }
    }
  }
}
