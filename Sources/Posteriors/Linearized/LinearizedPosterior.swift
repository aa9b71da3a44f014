// `draws linearised`: a Gaussian over the parameters predicts with the network linearised around its mean. One forward
// and one backward pass give the Gaussian of a question's logits, for any number of samples and any scale. It differs
// from draws of the parameters by terms of second order in their deviation.
import Artifacts
import Faults
import Training

/// A posterior that is a Gaussian over the trained vector, or several with equal weights.
package protocol GaussianPosterior: Posterior {
  /// The Gaussian of a member.
  func gaussian(group: Int) -> ParameterGaussian
}

/// The linearised predictions of a Gaussian posterior.
struct LinearizedPosterior: Posterior {
  private let gaussian: any GaussianPosterior
  private let method: String
  private let noise: GaussianNoise

  init(_ gaussian: any GaussianPosterior, _ request: PosteriorRequest) {
    (self.gaussian, method, noise) = (gaussian, request.method, GaussianNoise(request.drawing))
  }

  var groups: Int { gaussian.groups }
  /// Samples of the logits.
  var samples: Int { gaussian.samples }
  var storedParameters: Int { gaussian.storedParameters }
  var warnings: [String] { gaussian.warnings }
  var details: [String: Double] { gaussian.details }
  var predictor: Predictor { .logits }
  func draw(group: Int, sample: Int) -> Draw { gaussian.draw(group: group, sample: sample) }

  /// The linearised network's predictions.
  ///
  /// - Throws: `Fault` of kind `.usage` for labels that apply one by one, and for other versions of the questions; of kind
  ///   `.configuration` if the parameters are not those of low-rank adapters, or J does not fit into memory; what
  ///   `BLAS.prepare` throws.
  func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction {
    guard scorer.data.scoring != .labels, versions == nil else {
      throw Fault(
        .usage, setting: "draws",
        "found linearised, which is for one right choice and one version of each question, with method \(method) "
          + "on \(scorer.data.dataset)",
        hint: "use independent, antithetic or lattice draws")
    }
    let linearizations = try (0..<groups).map { try Linearization(gaussian.gaussian(group: $0), scorer) }
    return try LinearizedRun(scorer, self, linearizations) { gaussian, example, group in
      gaussian.sampled(
        covariance: gaussian.covariances[0], noise: noise.ofLogits(scorer, example, group: group))
    }
  }
}

extension Linearization {
  /// The network of `scorer` around the mean of a Gaussian.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the parameters are not those of low-rank adapters, or J does not fit
  ///   into memory.
  package init(_ gaussian: ParameterGaussian, _ scorer: Scorer) throws {
    let haveSeveral = (0..<scorer.data.count).allSatisfy { scorer.data.choiceCount($0) > 1 }
    try self.init(
      at: gaussian.mean, scorer, setting: "draws", hint: "use independent, antithetic or lattice draws",
      contrasts: haveSeveral
    ) { [gaussian.covariance(ofJacobian: $0, rows: $1)] }
  }
}
