// The methods, one row each. A new method needs a file in this module, a row here and a test; the pipeline's table and
// README's are compared with these rows.
import Adapters
import Artifacts
import Faults

/// The methods that can be sampled.
package enum Catalogue {
  /// All methods, in the order of the tables.
  package static let methods: [Method] =
    [
      Method("base", forms: [.contextual, .consistent], notOn: [.encoder], FixedMembers.untouchedBase),
      Method("point", from: "adapters/point-0", forms: [.contextual, .consistent], FixedMembers.point),
      Method("dropout", from: "adapters/dropout-0", samples: .parameters, options: [.dropout], MCDropout.init),
      Method("ensemble", from: "adapters/point-%", forms: [.consistent], FixedMembers.ensemble),
      Method(
        LoRAEnsemble.name, from: "adapters/lora-ensemble-0", notOn: [.oloraDecoder, .bLoRAXSDecoder]
      ) { try LoRAEnsemble($0) },
      Method("soup", from: "adapters/point-%", notOn: [.nolaSeparate, .ttLoRASeparate], FixedMembers.soup),
      Method("swa", from: "swag/0", FixedMembers.swa),
      Method("aswa", from: "aswa/0", FixedMembers.aswa),
      Method("swad", from: "swad/0", FixedMembers.swad),
      Method(
        "dna", from: "dna/0", notOn: [.otherLoss, .severalLabels, .sharedLabels], writes: false, FixedMembers.dna),
      Method("swag-diagonal", from: "swag/0", samples: .parameters, options: [.draws, .scale], Swag.diagonal),
      Method("swag", from: "swag/0", samples: .parameters, options: [.draws, .scale], Swag.lowRank),
      Method("multiswa", from: "swag/%", FixedMembers.multiSWA),
      Method("multiswag", from: "swag/%", samples: .parameters, options: [.draws, .scale], Swag.multi),
      Method(
        "tfb", from: "tfb/0", samples: .parameters, options: [.draws, .scale], notOn: [.nola, .ttLoRA, .bLoRAXS],
        writes: false, TFB.init),
      Method(
        "tfb-authors", from: "tfb/authors-0", samples: .parameters, options: [.draws, .scale],
        notOn: [.nola, .ttLoRA, .bLoRAXS], writes: false, TFB.init),
      extracted("extracted", from: "extracted/0"),
      extracted("extracted-random", from: "extracted/random-0"),
      Method("hmc", from: "chain/%", notOn: [.otherLoss, .unlessNamed], HamiltonianDraws.init),
      laplace(.logits, from: "curvature/all-0", samples: .logits),
      laplace(.probit, from: "curvature/all-0", samples: .none),
      laplace(.parameters, from: "curvature/all-0", samples: .parameters, options: [.draws]),
      laplace(.lastLayerLogits, from: "curvature/last-layer-0", samples: .logits),
      laplace(.exactLogits, from: "curvature/exact-0", samples: .logits, notOn: [.lora, .olora, .ttLoRA]),
    ]
    + ofOptimizers
    + VariationalSettings.Method.allCases.flatMap { method in
      [
        Method("\(method.rawValue)-mean", from: "adapters/\(method.rawValue)-0", notOn: Method.Exception.allButLoRA) {
          try FixedMembers.variationalMean($0, method)
        },
        Method(
          method.rawValue, from: "adapters/\(method.rawValue)-0", samples: .parameters, options: [.draws],
          notOn: Method.Exception.allButLoRA
        ) { try VariationalPosterior($0, method) },
      ]
    } + [
      Method("full", from: "adapters/full-0", FixedMembers.full),
      Method("full-ensemble", from: "adapters/full-%", FixedMembers.fullEnsemble),
    ]
    + ofLibraries

  private static let ofOptimizers: [Method] = [
    Method("batch-ensemble", from: "adapters/batch-ensemble-0", notOn: Method.Exception.allButLoRA) {
      try LoRAEnsemble($0, "batch-ensemble")
    },
    Method("repulsive", from: "adapters/repulsive-0", notOn: [.oloraDecoder, .bLoRAXSDecoder]) {
      try LoRAEnsemble($0, "repulsion")
    },
    Method("snapshots", from: "adapters/snapshots-0", notOn: [.keepBest], LoRAEnsemble.snapshots),
    Method("sghmc", from: "adapters/sghmc-0", notOn: [.keepBest, .gradientClip], LoRAEnsemble.sghmc),
    Method("tickets", from: "adapters/tickets-0", notOn: [.keepBest, .olora], LoRAEnsemble.tickets),
    Method(
      "rank-masks-mean", from: "adapters/rank-masks-0", notOn: Method.Exception.allButLoRA, FixedMembers.rankMaskMean),
    Method(
      "rank-masks", from: "adapters/rank-masks-0", samples: .parameters, notOn: Method.Exception.allButLoRA,
      RankMaskPosterior.init),
    Method("ivon-mean", from: "adapters/ivon-0", notOn: [.gradientClip], FixedMembers.ivonMean),
    Method(
      "ivon", from: "adapters/ivon-0", samples: .parameters, options: [.draws], notOn: [.gradientClip],
      IVONPosterior.single),
    Method(
      "multi-ivon", from: "adapters/ivon-%", samples: .parameters, options: [.draws], notOn: [.gradientClip],
      IVONPosterior.multi),
  ]

  private static func extracted(_ name: String, from files: String) -> Method {
    Method(name, from: files, notOn: Method.Exception.allButLoRA, writes: false, LoRAEnsemble.extracted)
  }

  private static let ofLibraries: [Method] = LibraryPosterior.Form.allCases.map { form in
    Method(form.rawValue, from: form.file, writes: false) { try LibraryPosterior(form, $0) }
  }

  private static func laplace(
    _ form: Laplace.Form, from files: String, samples: Method.Samples, options: Set<DrawingOption> = [],
    notOn exceptions: [Method.Exception] = Method.Exception.allButLoRA
  ) -> Method {
    Method(
      form.rawValue, from: files, samples: samples, options: options, notOn: exceptions + [.severalLabels],
      writes: false
    ) { try Laplace(form, $0) }
  }

  /// All names, in the order of the tables.
  package static var names: [String] { methods.map(\.name) }

  /// Throws unless the method called `name` writes texts, with draws that go together by `draws`.
  ///
  /// - Throws: `Fault` of kind `.usage`.
  package static func requireWriting(_ name: String, _ draws: DrawRule) throws {
    let form = QuestionVersions.Use.named(by: name)
    let plain = form?.plain(name) ?? name
    let method = try named(plain, of: name)
    guard form == nil, method.writes else {
      let others = methods.filter(\.writes).map(\.name).joined(separator: ", ")
      throw Fault(
        .usage, setting: "method", "found \(name), which predicts choices and cannot write texts",
        hint: method.writes ? "use `method \(plain)`" : "use \(others)")
    }
    guard draws != .linearised else {
      throw Fault(
        .usage, setting: "draws", "found linearised, by which \(name) predicts choices and cannot write texts",
        hint: "use another rule, or none")
    }
  }

  /// The method called `name`; `asked` is what the user has called it.
  private static func named(_ name: String, of asked: String) throws -> Method {
    if let method = methods.first(where: { $0.name == name }) { return method }
    throw Fault(.usage, setting: "method", "found \"\(asked)\", expected one of \(names.joined(separator: ", "))")
  }

  /// The posterior of a request.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown method, the wrong kind of files, or a drawing option that the
  ///   method does not accept; `.configuration` for adapters that were trained for another method.
  package static func posterior(_ request: PosteriorRequest) throws -> any Posterior {
    let method = try named(request.method, of: request.method)
    try checkPurpose(request)
    let posterior = try method.make(request)
    for option in DrawingOption.allCases where request.drawing.options.contains(option) {
      guard method.options.contains(option) else {
        throw Fault(
          .usage, setting: option.rawValue, "method \(method.name) \(option.reasonToReject)", hint: "omit it")
      }
    }
    guard request.drawing.draws == .linearised, let gaussian = posterior as? any GaussianPosterior else {
      return posterior
    }
    return LinearizedPosterior(gaussian, request)
  }

  /// Rejects adapters that were trained for another method: this one would misread their parameters.
  private static func checkPurpose(_ request: PosteriorRequest) throws {
    guard let (path, file) = request.files.all.first, file is Adapter else { return }
    if let outcome = try ExtractionOutcome.read(file.settings, subject: path) {
      guard request.method != outcome.search.method else { return }
      throw Fault(
        .configuration, path,
        "it holds \(outcome.search.members) sub-models of one adapter, which method \(request.method) cannot use",
        hint: "use `method \(outcome.search.method)`")
    }
    let fit = request.files.fit
    func require(_ methods: String..., because content: String) throws {
      guard !methods.contains(request.method) else { return }
      throw Fault(
        .configuration, path, "it holds \(content), which method \(request.method) cannot use",
        hint: "use `method \(methods[0])`")
    }
    if let members = fit.members {
      let (method, how) =
        switch fit.coupling {
        case nil: (LoRAEnsemble.name, "were trained together")
        case .sharedFactors: ("batch-ensemble", "share A and B")
        case .repulsion: ("repulsive", "repel each other")
        }
      try require(method, because: "\(members) members that \(how)")
    }
    if let cycles = fit.cycles, fit.sparsity != nil {
      try require("tickets", because: "\(cycles.vectors) sparse vectors of one fit")
    } else if let cycles = fit.cycles {
      try require("snapshots", "sghmc", because: "\(cycles.vectors) snapshots of one fit")
    }
    if let variational = fit.variational {
      let method = variational.method.rawValue
      try require(method, "\(method)-mean", because: "a Gaussian")
    }
    if fit.parametrisation == .full { try require("full", "full-ensemble", because: "a whole model") }
  }
}
