// The methods by name. A new one adds a file and a line here.
import Adapters
import Artifacts
import Faults

/// The methods that can be sampled.
public enum Catalogue {
  /// Makes a posterior of a request. `fit` holds the settings of its adapters.
  typealias Maker = @Sendable (_ request: PosteriorRequest, _ fit: AdapterSettings) throws -> any Posterior

  static let makers: [(name: String, make: Maker)] = [
    ("base", { request, _ in try FixedMembers.untouchedBase(request) }),
    ("point", { request, _ in try FixedMembers.point(request) }),
    ("dropout", { request, fit in try MCDropout(request, trainedWith: fit.dropout) }),
    ("ensemble", { request, _ in try FixedMembers.ensemble(request) }),
    (LoRAEnsemble.name, { request, fit in try LoRAEnsemble(request, fit) }),
    ("soup", { request, _ in try FixedMembers.soup(request) }),
    ("swa", { request, _ in try FixedMembers.swa(request) }),
    ("aswa", { request, _ in try FixedMembers.aswa(request) }),
    ("swag-diagonal", { request, _ in try Swag.diagonal(request) }),
    ("swag", { request, _ in try Swag.lowRank(request) }),
    ("multiswa", { request, _ in try FixedMembers.multiSWA(request) }),
    ("multiswag", { request, _ in try Swag.multi(request) }),
    ("tfb", { request, _ in try TFB(request) }),
    ("full", { request, fit in try FixedMembers.full(request, fit) }),
    ("full-ensemble", { request, fit in try FixedMembers.fullEnsemble(request, fit) }),
    ("blob-mean", { request, fit in try FixedMembers.variationalMean(request, .blob, fit) }),
    ("blob", { request, fit in try VariationalPosterior(request, .blob, fit) }),
    ("me-lora-mean", { request, fit in try FixedMembers.variationalMean(request, .meLoRA, fit) }),
    ("me-lora", { request, fit in try VariationalPosterior(request, .meLoRA, fit) }),
    ("scalabl-mean", { request, fit in try FixedMembers.variationalMean(request, .scalaBL, fit) }),
    ("scalabl", { request, fit in try VariationalPosterior(request, .scalaBL, fit) }),
    ("laplace", { request, _ in try Laplace(.logits, request) }),
    ("laplace-last-layer", { request, _ in try Laplace(.lastLayerLogits, request) }),
    ("laplace-probit", { request, _ in try Laplace(.probit, request) }),
    ("laplace-sampled", { request, _ in try Laplace(.parameters, request) }),
  ]

  /// All names, in the table's order.
  public static var names: [String] { makers.map(\.name) }

  /// The posterior of that name.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown name, the wrong kind of files, or an option of drawing that the
  ///   method does not follow; `.configuration` for adapters that were trained for another method.
  public static func posterior(
    _ name: String, _ request: PosteriorRequest, fit: AdapterSettings
  ) throws -> any Posterior {
    guard let maker = makers.first(where: { $0.name == name }) else {
      throw Fault(.usage, "--method", "found \"\(name)\", expected one of \(names.joined(separator: ", "))")
    }
    if let path = request.adapters.first?.path { try check(name, fit, path) }
    let posterior = try maker.make(request, fit)
    for option in request.options where !posterior.options.contains(option) {
      throw Fault(.usage, "--\(option.rawValue)", "method \(name) \(option.whyNot)", hint: "leave it out")
    }
    return posterior
  }

  /// Refuses adapters that another method knows more of.
  private static func check(_ name: String, _ fit: AdapterSettings, _ path: String) throws {
    func refuse(_ what: String, unlessIn methods: String...) throws {
      guard !methods.contains(name) else { return }
      throw Fault(
        .configuration, path, "it holds \(what), which method \(name) knows nothing of",
        hint: "take --method \(methods[0])")
    }
    if let members = fit.members {
      try refuse("\(members) members that were trained together", unlessIn: LoRAEnsemble.name)
    }
    if let variational = fit.variational {
      let method = variational.method.rawValue
      try refuse("a Gaussian", unlessIn: method, "\(method)-mean")
    }
    if fit.parametrisation == .full { try refuse("a whole model", unlessIn: "full", "full-ensemble") }
  }
}
