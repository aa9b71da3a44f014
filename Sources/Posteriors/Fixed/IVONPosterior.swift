// IVON (Shen et al. 2024, arXiv:2402.17641) in prediction: draws from the Gaussian with independent entries that the
// optimizer has learnt. Its curvature is the second moment in the adapter's file. Several fits are a mixture (Multi-IVON).
import Adapters
import Artifacts
import Faults

/// The Gaussians of one or more adapters.
package struct IVONPosterior: Posterior {
  private struct Member {
    let seed: Int
    let mean: [Float]
    let standardDeviations: [Float]
  }

  private let members: [Member]
  private let noise: GaussianNoise
  private let temperature: Double
  /// Draws from each Gaussian (S).
  package let samples: Int

  /// One Gaussian, from one file of a fit by IVON.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  package static func single(_ request: PosteriorRequest) throws -> IVONPosterior {
    try IVONPosterior([request.single(Adapter.self)], request)
  }

  /// Several, from files with the same settings and different seeds.
  ///
  /// - Throws: as `single`; `Fault` of kind `.configuration` for members that differ in more than their seed, or have the
  ///   same seed.
  package static func multi(_ request: PosteriorRequest) throws -> IVONPosterior {
    try IVONPosterior(request.members(Adapter.self), request)
  }

  private init(_ files: [(path: String, file: Adapter)], _ request: PosteriorRequest) throws {
    let ivon = try request.ivon(files[0].path)
    members = try files.map { path, adapter in
      guard adapter.optimizer.secondMoment.count == adapter.values.count else {
        throw Fault(.data, path, "it lacks IVON's curvature", hint: "give the file of the fit itself")
      }
      return Member(
        seed: adapter.seed, mean: adapter.values,
        standardDeviations: ivon.standardDeviations(precision: adapter.optimizer.secondMoment))
    }
    temperature = ivon.temperature
    (noise, samples) = (GaussianNoise(request.drawing), request.drawing.samples)
  }

  package var groups: Int { members.count }
  /// Means and curvatures.
  package var storedParameters: Int { members.reduce(0) { $0 + 2 * $1.mean.count } }
  package var details: [String: Double] { ["temperature": temperature] }

  /// m + z / sqrt(λ u).
  package func draw(group: Int, sample: Int) -> Draw {
    let member = members[group]
    var values = noise.normals(.diagonalNoise, member: member.seed, sample: sample, count: member.mean.count)
    for index in values.indices {
      values[index] = member.mean[index] + member.standardDeviations[index] * values[index]
    }
    return Draw(values: values)
  }

  /// A remark if the posterior is not that of the data, or if there is only one sample.
  package var warnings: [String] {
    (temperature == 1 ? [] : ["a posterior at temperature \(temperature.significant): its sample size was given"])
      + spreadRemarks
  }
}

extension IVONPosterior: GaussianPosterior {
  package func gaussian(group: Int) -> ParameterGaussian {
    ParameterGaussian(mean: members[group].mean, standardDeviations: members[group].standardDeviations)
  }
}

extension FixedMembers {
  /// The mean of IVON's Gaussian, from one file.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` if it was fitted in another way.
  package static func ivonMean(_ request: PosteriorRequest) throws -> FixedMembers {
    let (path, adapter) = try request.single(Adapter.self)
    _ = try request.ivon(path)
    return FixedMembers(adapter.values)
  }
}

extension PosteriorRequest {
  /// IVON's settings in the fit.
  ///
  /// - Throws: `Fault` of kind `.configuration` if the fit had another optimizer.
  fileprivate func ivon(_ path: String) throws -> IVONSettings {
    guard let ivon = files.fit.ivon else {
      throw Fault(.configuration, path, "it was not fitted by IVON", hint: "fit it with `optimizer ivon`")
    }
    return ivon
  }
}
