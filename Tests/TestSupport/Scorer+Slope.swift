// Compares a gradient with the loss.
import Training

extension Scorer {
  /// The slope of the loss along its own gradient, from a step of that length in both directions, and the norm of the
  /// gradient; the two should be equal. Uses the first examples, with up to four choices.
  package func slopeAlongGradient(of examples: [Int], at values: [Float], step: Double) throws -> (
    slope: Double, norm: Double
  ) {
    var gradient = [Float](repeating: 0, count: values.count)
    _ = lossAndGradient(of: examples, parameters: values, gradient: &gradient)
    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    func loss(_ step: Double) throws -> Double {
      let moved = values.indices.map { values[$0] + Float(step * Double(gradient[$0]) / norm) }
      let rows = try logProbabilities(of: examples, parameters: moved)
      return examples.reduce(0.0) { $0 - Double(rows[$1 * 4 + Int(data.labels[$1])]) } / Double(examples.count)
    }
    return ((try loss(step) - loss(-step)) / (2 * step), norm)
  }
}
