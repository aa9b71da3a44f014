// BLoB (Wang et al. 2024, arXiv:2406.11675), Me-LoRA and ScalaBL in prediction: draws from the Gaussian that was learnt
// over A, over the core of B C A, or over the diagonal of B diag(c) A. In training, BLoB draws different signs for
// every token. Here a draw is one matrix for the whole data set, a plain adapter, with the same distribution for each
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
  private let shortage: String?
  /// Draws (N).
  package let samples: Int

  /// From one adapter file that was fitted by `method`.
  ///
  /// - Throws: `Fault` of kind `.configuration` if it was fitted in another way.
  package init(_ request: PosteriorRequest, _ method: VariationalSettings.Method) throws {
    let adapter = try request.adapter(fittedBy: method)
    (values, tensors) = (adapter.values, GaussianTensors(adapter.parameters))
    (member, noise, samples) = (adapter.seed, GaussianNoise(request.drawing), request.drawing.samples)
    shortage = request.files.fit.variational.flatMap {
      Self.shortage(of: adapter.history, $0, batchSize: request.files.fit.batchSize)
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
  /// A remark if training was too short to widen the Gaussian, or if there is only one sample.
  package var warnings: [String] { [shortage].compactMap(\.self) + spreadRemarks }

  /// The file does not record the number of training examples, but the steps of its first epoch give it up to one
  /// batch. The smallest possible number gives the shortest cycle, so that a fit of sufficient length gets no remark.
  private static func shortage(
    of history: [Adapter.Epoch], _ settings: VariationalSettings, batchSize: Int
  ) -> String? {
    guard let first = history.first, let last = history.last else { return nil }
    let cycle = settings.cycle(examples: (first.step - 1) * batchSize + 1, batchSize: batchSize)
    return settings.remark(steps: last.step, cycle: cycle)
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
