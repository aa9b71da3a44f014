// The parametrisations, with the settings that only one of them has.
import Arrays
import Faults
import Transformers

/// What is trained in place of the factors A and B.
package enum ParametrisationSettings: Codable, Equatable, Sendable {
  /// Coefficients of `bases` random matrices for each factor, drawn by `seed`.
  case nola(bases: Int, seed: Int)
  /// A and B, starting from the first factors of W's QR decomposition.
  case olora
  /// The cores of tensor trains.
  case tensorTrain
  /// C of B C A, between factors of W's singular value decomposition.
  case frozenCores
  /// All tensors of the base.
  case full
  /// A, C and B of B C A, all of them.
  case cores
  /// A, c and B of B diag(c) A, all of them.
  case diagonalCores
  /// A, B and scales of each module's inputs and outputs, all of them.
  case axisScales
  /// A, B and the probabilities of random masks between them. N, the number of training examples, is filled in by a fit.
  case rankMasks(prior: Double, temperature: Double, examples: Int? = nil)

  /// Whether the initial values depend on the base alone, and not on the seed.
  package var startsFromBase: Bool {
    switch self {
    case .olora, .frozenCores, .full: true
    case .nola, .tensorTrain, .cores, .diagonalCores, .axisScales, .rankMasks: false
    }
  }

  /// Rejects invalid settings.
  ///
  /// - Throws: `Fault` of kind `.usage` with the setting's name.
  func validate() throws {
    switch self {
    case .nola(let bases, _): try Fault.check(count: bases, of: "bases")
    case .rankMasks(let prior, let temperature, _):
      guard prior > 0, prior < 1 else {
        throw Fault(.usage, setting: "mask-prior", "found \(prior), expected a number between 0 and 1")
      }
      try Fault.check(positive: temperature, of: "mask-temperature")
    case .olora, .tensorTrain, .frozenCores, .full, .cores, .diagonalCores, .axisScales: break
    }
  }
}

extension AdapterSettings {
  /// The rank of the adapters that the network reads, where no module has its own.
  var networkRank: Int { parametrisation == .olora ? 2 * rank : rank }

  /// The rank of the adapter that the network reads for the module called `name`.
  func networkRank(of name: String) -> Int { ranks?[name] ?? networkRank }

  /// The map from the trained vector to `layout`'s.
  ///
  /// - Parameter frozen: returns the values of a tensor of the base, given its name.
  /// - Throws: what `frozen` throws.
  package func parametrisation(
    _ layout: LowRankLayout, frozen: @escaping @Sendable (String) throws -> StoredNumbers
  ) throws -> any Parametrisation {
    let weight = { (module: Architecture.LinearModule) in
      try frozen("\(module.name).weight").floats(count: module.outputs * module.inputs)
    }
    let map: any Parametrisation =
      switch parametrisation {
      case nil: IdentityParametrisation(layout: layout)
      case .nola(let bases, let seed): NOLA(layout, bases: bases, seed: seed)
      case .olora: try OLoRA(layout, weight: weight)
      case .tensorTrain: TensorTrain(layout)
      case .frozenCores: try FrozenCores(layout, weight: weight)
      case .full: try FullFineTuning(layout, frozen: frozen)
      case .cores: Cores(layout, isDiagonal: false)
      case .diagonalCores: Cores(layout, isDiagonal: true)
      case .axisScales: AxisScales(layout)
      case .rankMasks(let prior, let temperature, _): RankMasks(layout, prior: prior, temperature: temperature)
      }
    return variational.map { Variational(map, layout, $0) } ?? map
  }
}
