// The law of all variational methods: with a Gaussian likelihood whose mean is linear in the random numbers, gradient
// descent on the expected loss and on the divergence ends at the best Gaussian with independent entries. Its mean is the
// exact posterior's, its variances are the reciprocals of the exact posterior's precisions (Bishop 2006, section 10.1.2).
import Adapters
import Artifacts
import Foundation
import TestSupport
import Testing
import Training

@Suite struct MeanFieldTests {
  /// y = G a + noise, with a the A that the network reads from its vector phi, changes of Flipout included.
  private struct Regression {
    /// [observation] G's rows as gradients by phi, at the places of A and at those of its changes.
    let rows: [[Float]]
    /// [observation] The same as gradients by the trained vector.
    let jacobian: [[Float]]
    let precision: Double
    let targets: [Double]

    /// Forty observations, as precise as makes the data's precisions a hundred on average.
    init(_ scorer: Scorer, _ map: Variational, _ values: [Float], _ random: [GaussianTensors.Tensor]) {
      let (count, phi) = (40, map.expand(values, noise: 0, threads: 1))
      rows = (0..<count).map { observation in
        var row = [Float](repeating: 0, count: phi.count)
        for (number, module) in scorer.layout.modules.enumerated() {
          let place = scorer.layout.adapters[module.name]!
          for index in 0..<place.rank * module.inputs {
            let weight = sin(Float(3 + 7 * observation + 11 * number) * Float(index + 1))
            row[place.offsetA + index] = weight
            if let change = place.offsetChange { row[change + index] = weight }
          }
        }
        return row
      }
      jacobian = rows.map { row in
        var (row, gradient) = (row, values)
        map.pullback(&row, at: values, into: &gradient, threads: 1)
        return gradient
      }
      let means = random.flatMap { $0.mean..<$0.mean + $0.count }
      let squares = jacobian.reduce(0.0) { sum, row in means.reduce(sum) { $0 + Double(row[$1] * row[$1]) } }
      precision = 100 * Double(means.count) / squares
      let deviation = (1 / precision).squareRoot()
      targets = jacobian.enumerated().map { number, row in
        means.reduce(deviation * sin(Double(5 * number))) { $0 + Double(row[$1]) * 0.3 * cos(Double(3 * $1)) }
      }
    }

    /// The gradient by phi of the negative log-likelihood.
    func gradient(at phi: [Float]) -> [Float] {
      var result = [Float](repeating: 0, count: phi.count)
      for (row, target) in zip(rows, targets) {
        let residual = zip(row, phi).reduce(-target) { $0 + Double($1.0 * $1.1) }
        for place in row.indices { result[place] += Float(precision * residual) * row[place] }
      }
      return result
    }
  }

  @Test(arguments: VariationalSettings.Method.allCases)
  func bothGradientsTogetherEndAtTheMeanFieldPosterior(method: VariationalSettings.Method) throws {
    try withTemporaryFolder { folder in
      let settings = variational(method)
      let (prior, priorMean) = (settings.variational!.priorDeviation, method == .rankOne ? 1.0 : 0)
      let scorer = try tinyScorer(folder, .letters, settings)
      let (map, tensors) = (scorer.parametrisation as! Variational, GaussianTensors(scorer.parameters))
      var values = map.initialValues(seed: 0)
      let regression = Regression(scorer, map, values, tensors.tensors)
      let (steps, tail) = (6000, 2000)
      var (gradient, means, deviations) = (values, [Double](repeating: 0, count: values.count), [Int: Double]())
      for step in 0..<steps {
        let rate = 4e-4 * min(1, 2 * Double(steps - step) / Double(steps))
        var slope = regression.gradient(at: map.expand(values, noise: UInt64(step), threads: 1))
        map.pullback(&slope, at: values, noise: UInt64(step), into: &gradient, threads: 1)
        for tensor in tensors.tensors {
          for place in 0..<tensor.count {
            values[tensor.mean + place] -= Float(rate) * gradient[tensor.mean + place]
            values[tensor.root + place] -= Float(rate) * gradient[tensor.root + place]
          }
        }
        _ = tensors.descend(&values, priorDeviation: prior, rate: rate)
        guard step >= steps - tail else { continue }
        for tensor in tensors.tensors {
          for place in 0..<tensor.count {
            let root = Double(values[tensor.root + place])
            means[tensor.mean + place] += Double(values[tensor.mean + place]) / Double(tail)
            deviations[tensor.mean + place, default: 0] += root * root / Double(tail)
          }
        }
      }
      // Averaged over the last steps, the deviations of single scales of a rank-1 network still vary by a tenth.
      let tolerance = method == .rankOne ? 0.2 : 0.08
      var (residual, scale, excess) = (0.0, 0.0, 0.0)
      for (place, deviation) in deviations {
        let data = regression.jacobian.reduce(0.0) { $0 + regression.precision * Double($1[place] * $1[place]) }
        let expected = 1 / (data + 1 / (prior * prior)).squareRoot()
        #expect(abs(deviation - expected) < tolerance * expected, "\(deviation) at \(place), exactly \(expected)")
        excess += (deviation / expected - 1) / Double(deviations.count)
        // The gradient of the log posterior at the mean, compared with that of the likelihood alone at zero.
        var atMean = (means[place] - priorMean) / (prior * prior)
        var atZero = 0.0
        for (row, target) in zip(regression.jacobian, regression.targets) {
          let predicted = deviations.keys.reduce(0.0) { $0 + Double(row[$1]) * means[$1] }
          atMean += regression.precision * Double(row[place]) * (predicted - target)
          atZero -= regression.precision * Double(row[place]) * target
        }
        (residual, scale) = (residual + atMean * atMean, scale + atZero * atZero)
      }
      #expect(residual < 0.01 * scale, "\(residual) of \(scale)")
      #expect(abs(excess) < 0.04, "the deviations are too large by \(excess) on average")
    }
  }
}
