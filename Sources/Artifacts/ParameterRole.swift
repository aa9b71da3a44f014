// What a trained tensor is within its module. Weight decay, initialisation, priors and Laplace's blocks depend on the
// role. Files store names only, so this file alone knows which name goes with which role, in both directions.

/// The role of a trained tensor.
package enum ParameterRole: Hashable, Sendable {
  /// LoRA's A (rank, inputs) or B (outputs, rank).
  case factor(Factor)
  /// Parameters that A or B is computed from, such as a core of a tensor train: which factor, and the last part of the
  /// tensor's name.
  case generator(Factor, String)
  /// The matrix or diagonal C between B and A.
  case core
  /// The scales r of a module's inputs, which multiply A, or t of its outputs, which multiply B.
  case scale(Factor)
  /// The roots of the standard deviations of a factor.
  case factorRoot(Factor)
  /// The roots of the standard deviations of a core.
  case coreRoot
  /// The roots of the standard deviations of scales.
  case scaleRoot(Factor)
  /// Any other tensor, such as one of the base or of a trained head, with the last part of its name.
  case other(String)

  /// The two low-rank factors of a weight's change B A.
  package enum Factor: String, Sendable, CaseIterable {
    case a = "lora_A"
    case b = "lora_B"
  }

  /// The factor that the tensor is, computes or scales, or whose standard deviations it gives; nil for any other tensor.
  package var factor: Factor? {
    switch self {
    case .factor(let factor), .generator(let factor, _), .factorRoot(let factor), .scale(let factor),
      .scaleRoot(let factor):
      factor
    case .core, .coreRoot, .other: nil
    }
  }

  /// Whether the tensor belongs to an adapter and not to the base or a head.
  package var isAdapter: Bool { if case .other = self { false } else { true } }

  /// The role of the roots of this tensor's standard deviations; nil where the tensor cannot be random.
  package var root: ParameterRole? {
    switch self {
    case .factor(let factor): .factorRoot(factor)
    case .core: .coreRoot
    case .scale(let factor): .scaleRoot(factor)
    case .generator, .factorRoot, .coreRoot, .scaleRoot, .other: nil
    }
  }

  /// The mean of the prior of a random tensor: scales of 1 leave the factors as they are.
  package var priorMean: Double { if case .scale = self { 1 } else { 0 } }

  private static let coreName = "lora_C"
  private static let scaleEnd = "_scale"

  /// The name of the tensor with this role in `module`.
  func name(in module: String) -> String {
    let end =
      switch self {
      case .factor(let factor): "\(factor.rawValue).weight"
      case .generator(let factor, let part): "\(factor.rawValue).\(part)"
      case .factorRoot(let factor): "\(factor.rawValue).root"
      case .core: "\(Self.coreName).weight"
      case .coreRoot: "\(Self.coreName).root"
      case .scale(let factor): "\(factor.rawValue)\(Self.scaleEnd).weight"
      case .scaleRoot(let factor): "\(factor.rawValue)\(Self.scaleEnd).root"
      case .other(let part): part
      }
    return module.isEmpty ? end : "\(module).\(end)"
  }

  /// The module and the role of the tensor called `name` in a file: the inverse of `name(in:)`.
  static func split(_ name: String) -> (module: String, role: ParameterRole) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let (last, rest) = (parts[parts.count - 1], parts.dropLast())
    func module(_ count: Int) -> String { rest.dropLast(count).joined(separator: ".") }
    switch (rest.last, last) {
    case (coreName, "weight"): return (module(1), .core)
    case (coreName, "root"): return (module(1), .coreRoot)
    case (let group?, _):
      let isScale = group.hasSuffix(scaleEnd)
      guard let factor = Factor(rawValue: isScale ? String(group.dropLast(scaleEnd.count)) : group) else {
        return (module(0), .other(last))
      }
      switch last {
      case "weight": return (module(1), isScale ? .scale(factor) : .factor(factor))
      case "root": return (module(1), isScale ? .scaleRoot(factor) : .factorRoot(factor))
      default: return isScale ? (module(0), .other(last)) : (module(1), .generator(factor, last))
      }
    case (nil, _): return ("", .other(last))
    }
  }
}
