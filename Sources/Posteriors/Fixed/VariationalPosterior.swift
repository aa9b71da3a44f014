// BLoB (Wang et al. 2024, arXiv:2406.11675), Me-LoRA, ScalaBL and a rank-1 network (Dusenberry et al. 2020,
// arXiv:2005.07186) in prediction: draws from the Gaussian that was learnt over A, over the core of B C A, over the diagonal
// of B diag(c) A, or over the scales r and t of t ∘ B A (r ∘ x). In training, BLoB draws different signs for every token.
// Here a draw is one matrix for the whole data set, a plain adapter, with the same distribution for each
// token.
import Adapters
import Artifacts
import Faults

/// The Gaussian of one variational adapter.
package struct VariationalPosterior: Posterior {
  let values: [Float]
  private let tensors: GaussianTensors
  private let member: Int
  private let noise: GaussianNoise
  private let remark: String?
  /// Draws (N).
  package let samples: Int

  /// From one adapter file that was fitted by `method`.
  ///
  /// - Throws: `Fault` of kind `.configuration` if it was fitted in another way.
  package init(_ request: PosteriorRequest, _ method: VariationalSettings.Method) throws {
    let adapter = try request.adapter(fittedBy: method)
    let tensors = GaussianTensors(adapter.parameters)
    (values, self.tensors) = (adapter.values, tensors)
    (member, noise, samples) = (adapter.seed, GaussianNoise(request.drawing), request.drawing.samples)
    remark = request.files.fit.variational.flatMap {
      Self.remark(from: $0.initialDeviation, to: tensors.meanDeviation(in: adapter.values))
    }
  }

  package var groups: Int { 1 }
  /// Means, roots of the deviations, and the parameters that are not random.
  package var storedParameters: Int { values.count }
  /// mean + G² ∘ E.
  package func draw(group: Int, sample: Int) -> Draw {
    Draw(
      values: tensors.drawn(from: values) { tensor in
        noise.normals(
          .diagonalNoise, member: member, sample: sample, count: tensor.count, from: tensor.first)
      })
  }
  /// A remark if training has hardly moved the deviations, or if there is only one sample.
  package var warnings: [String] { [remark].compactMap(\.self) + spreadRemarks }

  /// A remark if the mean deviation has changed from `start` to `end` by less than a factor of 2 either way.
  private static func remark(from start: Double, to end: Double) -> String? {
    guard (start / 2...start * 2).contains(end) else { return nil }
    return
      "nearly a point estimate: its standard deviations were \(start.formatted(4)) on average before training and are "
      + end.formatted(4)
  }
}

extension VariationalPosterior: GaussianPosterior {
  package func gaussian(group: Int) -> ParameterGaussian {
    ParameterGaussian(mean: values, standardDeviations: tensors.standardDeviations(in: values))
  }
}

extension FixedMembers {
  /// The mean of one variational adapter, from one file that was fitted by `method`: BLoB with N = 0. Its values are
  /// the means, the roots of the deviations, and the parameters that are not random.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  package static func variationalMean(
    _ request: PosteriorRequest, _ method: VariationalSettings.Method
  ) throws -> FixedMembers {
    FixedMembers(try request.adapter(fittedBy: method).values)
  }
}

extension PosteriorRequest {
  /// The only adapter.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  fileprivate func adapter(fittedBy method: VariationalSettings.Method) throws -> Adapter {
    let (path, adapter) = try single(Adapter.self)
    guard files.fit.variational?.method == method else {
      throw Fault(
        .configuration, path, "it was not fitted by \(method.rawValue)",
        hint: "fit it with `variational \(method.rawValue)`")
    }
    return adapter
  }
}
