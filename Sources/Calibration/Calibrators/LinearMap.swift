// Linear maps of the log-probabilities with a ridge that draws them towards temperature scaling: penalised maximum
// likelihood, which is convex, by Newton steps whose equations conjugate gradients solve.
import Foundation

/// softmax of z'_k = (s + u + v_k) z_k + Σ_j≠k w_kj z_j + b_k, where z are log-probabilities and s is fixed.
package struct LinearMap: Equatable, Sendable {
  /// Which of its numbers are free.
  package enum Form: Sendable {
    /// u and b.
    case platt
    /// v and b.
    case vector
    /// v, w and b.
    case matrix

    /// The number of free numbers for this number of classes.
    func count(_ classes: Int) -> Int {
      switch self {
      case .platt: classes + 1
      case .vector: 2 * classes
      case .matrix: classes * classes + classes
      }
    }
  }

  let form: Form
  let classes: Int
  /// s, the inverse of a temperature.
  let scale: Double
  /// b, then u, or v, or the rows of w with v on the diagonal.
  package var parameters: [Double]

  /// The map that only scales.
  package init(_ form: Form, classes: Int, scale: Double) {
    (self.form, self.classes, self.scale) = (form, classes, scale)
    parameters = [Double](repeating: 0, count: form.count(classes))
  }

  /// The map of every row, which must have as many choices as the map has classes.
  package func applied(to mixture: Mixture) -> Mixture {
    mixture.mappingRows { row in
      precondition(row.count == classes, "\(row.count) choices, \(classes) classes")
      var result = [Double](repeating: 0, count: classes)
      row.withUnsafeBufferPointer { row in
        result.withUnsafeMutableBufferPointer { add(parameters, row.baseAddress!, to: $0.baseAddress!) }
      }
      return zip(row, result).map { scale * $0 + $1 }
    }
  }

  /// Adds z' - s z of the row z (class), which is linear in the parameters, to `result` (class).
  private func add(_ parameters: [Double], _ row: UnsafePointer<Double>, to result: UnsafeMutablePointer<Double>) {
    for choice in 0..<classes {
      result[choice] += parameters[choice]
      switch form {
      case .platt: result[choice] += parameters[classes] * row[choice]
      case .vector: result[choice] += parameters[classes + choice] * row[choice]
      case .matrix:
        for other in 0..<classes { result[choice] += parameters[classes * (1 + choice) + other] * row[other] }
      }
    }
  }

  /// Adds the transpose of that map times `values` (class) to `sums` (parameter).
  private func addTranspose(_ row: UnsafePointer<Double>, _ values: UnsafePointer<Double>, to sums: inout [Double]) {
    for choice in 0..<classes {
      sums[choice] += values[choice]
      switch form {
      case .platt: sums[classes] += values[choice] * row[choice]
      case .vector: sums[classes + choice] += values[choice] * row[choice]
      case .matrix: for other in 0..<classes { sums[classes * (1 + choice) + other] += values[choice] * row[other] }
      }
    }
  }
}

extension LinearMap {
  /// A map and answers to fit it to.
  package struct Problem {
    /// [example, class] Log-probabilities.
    let rows: [Double]
    /// [example, class]
    let targets: [Double]
    /// The factor of half the squared parameters in the summed loss.
    let ridge: Double

    /// The likelihood of `answers`.
    package init(_ answers: CalibrationAnswers, ridge: Double) {
      let mixture = answers.outcomes.mixture
      rows = (0..<mixture.count).flatMap { mixture.logProbabilities[mixture.row($0)] }
      (targets, self.ridge) = (answers.targets.flatMap { $0 }, ridge)
    }
  }

  /// The ridges that are tried. A ridge of infinity is the start, and wins ties.
  private static let ridges = [1000.0, 100, 10, 1, 0.1]

  /// The ridge with the smallest loss on held-out folds; nil if none is better than the start.
  func bestRidge(_ answers: CalibrationAnswers) -> Double? {
    var losses = [Double](repeating: 0, count: Self.ridges.count + 1)
    for (own, others) in answers.splits {
      let temperature = Temperature.fit(others.outcomes, votes: others.votes).value
      var map = LinearMap(form, classes: classes, scale: 1 / temperature)
      for index in losses.indices {
        if index > 0 { map = map.fitted(to: others, ridge: Self.ridges[index - 1]) }
        losses[index] += own.loss(map.applied(to: own.outcomes.mixture)) * Double(own.count)
      }
    }
    let best = losses.indices.min { (losses[$0], $0) < (losses[$1], $1) } ?? 0
    return best == 0 ? nil : Self.ridges[best - 1]
  }

  /// The parameters with the smallest penalised loss, starting from these.
  package func fitted(to answers: CalibrationAnswers, ridge: Double) -> LinearMap {
    let problem = Problem(answers, ridge: ridge)
    var map = self
    for _ in 0..<Self.newtonSteps {
      let (loss, gradient, probabilities) = map.evaluate(problem)
      guard gradient.contains(where: { abs($0) > Self.tolerance }) else { break }
      let step = map.solve(problem, probabilities, gradient)
      let slope = zip(gradient, step).reduce(0) { $0 - $1.0 * $1.1 }
      var (length, next) = (1.0, map)
      repeat {
        next.parameters = zip(map.parameters, step).map { $0 - length * $1 }
        length /= 2
      } while length > 1e-10 && next.evaluate(problem).loss > loss + 1e-4 * 2 * length * slope
      map = next
    }
    return map
  }

  private static let newtonSteps = 50
  private static let tolerance = 1e-7

  /// The summed loss with its penalty, its gradient, and [example, class] the probabilities.
  package func evaluate(_ problem: Problem) -> (loss: Double, gradient: [Double], probabilities: [Double]) {
    var loss = problem.ridge / 2 * parameters.reduce(0) { $0 + $1 * $1 }
    var gradient = parameters.map { problem.ridge * $0 }
    var (probabilities, residual) = (problem.rows.map { scale * $0 }, [Double](repeating: 0, count: classes))
    for start in stride(from: 0, to: problem.rows.count, by: classes) {
      problem.rows.withUnsafeBufferPointer { rows in
        probabilities.withUnsafeMutableBufferPointer {
          add(parameters, rows.baseAddress! + start, to: $0.baseAddress! + start)
        }
      }
      let maximum = probabilities[start..<start + classes].max() ?? 0
      let sum = log(probabilities[start..<start + classes].reduce(0) { $0 + exp($1 - maximum) })
      for choice in 0..<classes {
        let (logarithm, target) = (probabilities[start + choice] - maximum - sum, problem.targets[start + choice])
        if target > 0 { loss -= target * logarithm }
        probabilities[start + choice] = exp(logarithm)
        residual[choice] = probabilities[start + choice] - target
      }
      problem.rows.withUnsafeBufferPointer { addTranspose($0.baseAddress! + start, residual, to: &gradient) }
    }
    return (loss, gradient, probabilities)
  }

  /// The solution of Hessian x = gradient by conjugate gradients.
  private func solve(_ problem: Problem, _ probabilities: [Double], _ gradient: [Double]) -> [Double] {
    func dot(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).reduce(0) { $0 + $1.0 * $1.1 } }
    var (solution, residual, direction) = (gradient.map { _ in 0.0 }, gradient, gradient)
    var square = dot(residual, residual)
    let target = 1e-12 * square
    for _ in 0..<2 * gradient.count where square > target {
      let image = curvature(problem, probabilities, direction)
      let length = square / dot(direction, image)
      for index in solution.indices {
        solution[index] += length * direction[index]
        residual[index] -= length * image[index]
      }
      let next = dot(residual, residual)
      for index in direction.indices { direction[index] = residual[index] + next / square * direction[index] }
      square = next
    }
    return solution
  }

  /// The Hessian times `direction`.
  private func curvature(_ problem: Problem, _ probabilities: [Double], _ direction: [Double]) -> [Double] {
    var (result, moved) = (direction.map { problem.ridge * $0 }, [Double](repeating: 0, count: classes))
    problem.rows.withUnsafeBufferPointer { rows in
      for start in stride(from: 0, to: rows.count, by: classes) {
        let row = rows.baseAddress! + start
        for choice in 0..<classes { moved[choice] = 0 }
        moved.withUnsafeMutableBufferPointer { add(direction, row, to: $0.baseAddress!) }
        let mean = (0..<classes).reduce(0) { $0 + probabilities[start + $1] * moved[$1] }
        for choice in 0..<classes { moved[choice] = probabilities[start + choice] * (moved[choice] - mean) }
        addTranspose(row, moved, to: &result)
      }
    }
    return result
  }
}
