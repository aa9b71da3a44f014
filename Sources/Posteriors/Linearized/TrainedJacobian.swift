// J in the trained parameters, for every posterior whose covariance is one over the trained vector and not over the network's.
import Adapters
import Arrays
import Faults
import Training

/// J of one example, kept until the backward pass has ended, since a parametrisation needs all of the network's gradient to
/// compute that of its own parameters.
struct TrainedJacobian: LogitCovariance {
  private let layout: [CurvatureBlock]
  private let parametrisation: any Parametrisation
  private let mean: [Float]
  private let rows: Int
  private let finish: @Sendable (_ jacobian: [Float], _ rows: Int) -> [[Double]]
  /// (row, parameter of the network)
  private var jacobian: [Float]
  private var width: Int { jacobian.count / rows }

  /// - Parameters:
  ///   - mean: [parameter] the trained vector that J is taken at.
  ///   - finish: makes the covariances of J (row, parameter).
  init(
    at mean: [Float], _ layout: [CurvatureBlock], _ scorer: Scorer, rows: Int,
    finish: @escaping @Sendable (_ jacobian: [Float], _ rows: Int) -> [[Double]]
  ) {
    (self.layout, self.mean, self.rows, self.finish) = (layout, mean, rows, finish)
    parametrisation = scorer.parametrisation
    jacobian = [Float](repeating: 0, count: rows * scorer.layout.parameters.count)
  }

  mutating func add(_ part: [Float], block index: Int) {
    let (block, rows, width) = (layout[index], self.rows, self.width)
    jacobian.withUnsafeMutableBufferPointer { jacobian in
      part.withUnsafeBufferPointer { part in
        for row in 0..<rows {
          block.scatter(part.baseAddress! + row * block.count, into: jacobian.baseAddress! + row * width)
        }
      }
    }
  }

  var covariances: [[Double]] {
    let trained = (0..<rows).flatMap { row in
      var gradient = [Float](repeating: 0, count: mean.count)
      var ofNetwork = Array(jacobian[row * width..<(row + 1) * width])
      parametrisation.pullback(&ofNetwork, at: mean, into: &gradient, threads: 1)
      return gradient
    }
    return finish(trained, rows)
  }
}

extension Linearization {
  /// The network of `scorer` around the trained vector `mean`, whose logits' covariances `finish` makes of J (row,
  /// parameter).
  ///
  /// - Parameters:
  ///   - setting: what is to be changed where it does not fit; `hint` says how.
  ///   - contrasts: whether the rows of J may be differences from the first logit.
  /// - Throws: `Fault` of kind `.configuration` if the parameters are not those of low-rank adapters, or J does not fit
  ///   into memory.
  init(
    at mean: [Float], _ scorer: Scorer, setting: String, hint: String, contrasts: Bool,
    finish: @escaping @Sendable (_ jacobian: [Float], _ rows: Int) -> [[Double]]
  ) throws {
    guard scorer.layout.trained.isEmpty, mean.count == scorer.parameters.count else {
      throw Fault(
        .configuration, setting: setting, "a linearised network needs one vector of low-rank adapters", hint: hint)
    }
    let layout =
      try CurvatureSettings().blocks(scorer.architecture, scorer.layout)
      + [CurvatureBlock.ofDenseLayer(scorer.layout)].compactMap(\.self)
    try Self.checkMemory(scorer, parameters: mean.count, setting, hint)
    self.init(values: scorer.expand(mean), layout: layout, contrasts: contrasts) { rows in
      TrainedJacobian(at: mean, layout, scorer, rows: rows, finish: finish)
    }
  }

  /// Every thread keeps J of the examples of one part, and one in the trained parameters in double precision.
  private static func checkMemory(_ scorer: Scorer, parameters: Int, _ setting: String, _ hint: String) throws {
    let rows = Double(scorer.data.maximumChoices)
    let network = Double(examplesPerPart * scorer.layout.parameters.count * MemoryLayout<Float>.stride)
    let trained = Double(parameters * (MemoryLayout<Float>.stride + MemoryLayout<Double>.stride))
    try Memory.require(
      Double(scorer.threads) * rows * (network + trained), for: setting,
      "linearised predictions of \(scorer.data.maximumChoices) choices and \(parameters) parameters",
      hint: "\(hint), or fewer `threads`")
  }
}
