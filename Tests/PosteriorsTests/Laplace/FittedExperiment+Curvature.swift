// The curvature of a fitted adapter of a tiny experiment, predictions from it, and dense linear algebra to compare with.
import Arrays
import Artifacts
import Foundation
import Posteriors
import TestSupport
import Training

extension FittedExperiment {
  /// A run at its first step.
  func run(
    _ scorer: Scorer? = nil, memory: Int = .max, _ change: (inout CurvatureSettings) -> Void = { _ in }
  ) throws -> CurvatureRun {
    var settings = CurvatureSettings()
    change(&settings)
    return try CurvatureRun(scorer ?? self.scorer, from: adapter, fit: fit, settings, availableMemory: memory)
  }

  /// The finished curvature.
  func curvature(
    _ scorer: Scorer? = nil, _ change: (inout CurvatureSettings) -> Void = { _ in }
  ) throws -> Curvature {
    var run = try run(scorer, change)
    try run.finish()
    return try run.curvature().file
  }

  /// Predictions of a method from this curvature.
  func predict(
    _ method: String, _ curvature: Curvature, samples: Int = 4, seed: Int = 0, _ scorer: Scorer? = nil
  ) throws -> Predictions {
    let request = try request([curvature], method: method, samples: samples, seed: seed, fit: fit)
    return try predictions(Catalogue.posterior(request).prediction(on: scorer ?? self.scorer, versions: nil))
  }

  /// The adapter's own predictions.
  func point() throws -> Predictions {
    try predictions(FixedMembers.point(request([adapter])).prediction(on: scorer, versions: nil))
  }

  private func predictions(_ prediction: any Prediction) throws -> Predictions {
    var prediction = prediction
    try prediction.finish()
    return prediction.predictions()
  }
}

/// log det of a positive definite matrix (size, size).
func logDeterminant(_ matrix: [Double], size: Int) -> Double {
  let root = SymmetricMatrix.semidefiniteRoot(of: matrix, size: size)
  return (0..<size).reduce(0) { $0 + 2 * log(root[$1 * size + $1]) }
}

/// The inverse of a symmetric positive definite matrix (size, size), by its eigenvectors.
func inverse(_ matrix: [Double], size: Int) -> [Double] {
  let (values, rows) = SymmetricMatrix.eigenvectors(of: matrix, size: size)!
  return (0..<size * size).map { place in
    (0..<size).reduce(0) {
      $0 + rows[$1 * size + place / size] * rows[$1 * size + place % size] / values[$1]
    }
  }
}

extension Curvature.Block {
  /// H (outputs inputs, outputs inputs) = G ⊗ A as a dense matrix.
  var dense: [Double] {
    func factor(_ values: [Double], _ rows: [Float], _ size: Int, _ i: Int, _ j: Int) -> Double {
      values.indices.reduce(0) { $0 + values[$1] * Double(rows[$1 * size + i]) * Double(rows[$1 * size + j]) }
    }
    return (0..<count * count).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: count)
      return factor(outputValues, outputRows, outputs, row / inputs, column / inputs)
        * factor(inputValues, inputRows, inputs, row % inputs, column % inputs)
    }
  }
}

/// The matrix with `number` added on its diagonal.
func shifted(_ matrix: [Double], by number: Double, size: Int) -> [Double] {
  matrix.enumerated().map { $1 + ($0 / size == $0 % size ? number : 0) }
}

/// The posterior of one curvature.
func laplace(
  _ curvature: Curvature, _ form: Laplace.Form = .logits, samples: Int = 4
) throws -> Laplace {
  try Laplace(form, request([curvature], method: form.rawValue, samples: samples))
}
