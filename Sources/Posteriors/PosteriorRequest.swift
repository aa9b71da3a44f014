// What the user asks for: a method, its posterior files, and how to draw from them.
import Artifacts
import Faults

/// The inputs from which a posterior is made.
public struct PosteriorRequest {
  /// The files of `fit-adapters`, with their paths; empty for methods that read others.
  public var adapters: [(path: String, adapter: Adapter)] = []
  /// The files of `collect-swag`, with their paths; empty for methods that read others.
  public var moments: [(path: String, moments: SwagMoments)] = []
  /// The files of `collect-curvature`, with their paths; empty for methods that read others.
  public var curvatures: [(path: String, curvature: Curvature)] = []
  /// Draws from each member; methods without randomness take one.
  public var samples: Int
  /// The seed of the draws.
  public var seed: Int
  /// How the draws of a Gaussian posterior go together.
  public var draws: DrawRule
  /// The factor on the covariance of SWAG and TFB; nil for the method's default.
  public var scale: Double?
  /// Numbers of the trained vector, for a method that no file tells it.
  public var vectorLength = 0
  /// Chance to drop in MC dropout; nil for the one that the adapter was trained with.
  public var dropout: Double?

  /// A request without files.
  public init(
    samples: Int, seed: Int, draws: DrawRule = .independent, scale: Double? = nil, dropout: Double? = nil
  ) {
    (self.samples, self.seed, self.draws, self.scale, self.dropout) = (samples, seed, draws, scale, dropout)
  }
}

/// A part of the request that only some methods follow; its raw value is the flag's name.
public enum DrawingOption: String, CaseIterable, Sendable {
  case draws, scale, dropout

  /// Why another method cannot follow it.
  var whyNot: String {
    switch self {
    case .draws: "draws no Gaussian vectors that could go together"
    case .scale: "has no covariance that could be scaled"
    case .dropout: "drops nothing in prediction"
    }
  }
}

extension PosteriorRequest {
  /// What it asks for beyond the defaults.
  var options: [DrawingOption] {
    DrawingOption.allCases.filter {
      switch $0 {
      case .draws: draws != .independent
      case .scale: scale != nil
      case .dropout: dropout != nil
      }
    }
  }

  /// The only adapter.
  ///
  /// - Throws: `Fault` of kind `.usage` unless there is exactly one.
  func singleAdapter(_ method: String) throws -> Adapter {
    guard adapters.count == 1, moments.isEmpty, curvatures.isEmpty else { throw wrongFiles(method, "one adapter file") }
    return adapters[0].adapter
  }

  /// The only collection.
  ///
  /// - Throws: `Fault` of kind `.usage` unless there is exactly one.
  func singleMoments(_ method: String) throws -> SwagMoments {
    guard moments.count == 1, adapters.isEmpty, curvatures.isEmpty else {
      throw wrongFiles(method, "one file of collect-swag")
    }
    return moments[0].moments
  }

  /// The adapters of one or more members. What members must have in common is the method's to check.
  ///
  /// - Throws: `Fault` of kind `.usage` without them, or with other files.
  func membersAdapters(_ method: String) throws -> [Adapter] {
    guard !adapters.isEmpty, moments.isEmpty, curvatures.isEmpty else {
      throw wrongFiles(method, "one or more adapter files")
    }
    return adapters.map(\.adapter)
  }

  /// The collections of one or more members.
  ///
  /// - Throws: `Fault` of kind `.usage` without them; `.configuration` for members that differ in more than their seed,
  ///   or not even in that.
  func membersMoments(_ method: String) throws -> [SwagMoments] {
    guard !moments.isEmpty, adapters.isEmpty, curvatures.isEmpty else {
      throw wrongFiles(method, "one or more files of collect-swag")
    }
    try checkMembers(moments.map { ($0.path, $0.moments.seed, $0.moments.settings, $0.moments.tokensDigest) })
    return moments.map(\.moments)
  }

  /// The only curvature.
  ///
  /// - Throws: `Fault` of kind `.usage` unless there is exactly one.
  func singleCurvature(_ method: String) throws -> Curvature {
    guard curvatures.count == 1, adapters.isEmpty, moments.isEmpty else {
      throw wrongFiles(method, "one file of collect-curvature")
    }
    return curvatures[0].curvature
  }

  /// Refuses all files.
  ///
  /// - Throws: `Fault` of kind `.usage` where there is one.
  func noFiles(_ method: String) throws {
    guard adapters.isEmpty, moments.isEmpty, curvatures.isEmpty else { throw wrongFiles(method, "no file") }
  }

  private func wrongFiles(_ method: String, _ expected: String) -> Fault {
    let found = [
      (adapters.count, "fit-adapters"), (moments.count, "collect-swag"), (curvatures.count, "collect-curvature"),
    ].filter { $0.0 > 0 }.map { "\($0.0) of \($0.1)" }
    return Fault(
      .usage, "--posterior", "method \(method) takes \(expected), found \(found.joined(separator: " and "))")
  }
}
