// Vectors that one fit with cycles kept: snapshot ensembles (Huang et al. 2017, arXiv:1704.00109), at the end of each
// cycle, cyclical SG-MCMC (Zhang et al. 2020, arXiv:1902.03932), whose optimizer adds noise before them, and FreeTickets
// (Liu et al. 2022, arXiv:2106.14568), whose vectors are sparse. They are predicted with as the members of an implicit
// ensemble, in one batched pass.

extension LoRAEnsemble {
  /// The snapshots of one file, of any optimizer.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files; `.configuration` for a fit without cycles.
  package static func snapshots(_ request: PosteriorRequest) throws -> LoRAEnsemble {
    try LoRAEnsemble(request, count: request.files.fit.cycles?.vectors, "cycles")
  }

  /// The same for SGHMC.
  ///
  /// - Throws: as `snapshots`; `Fault` of kind `.configuration` for another optimizer.
  package static func sghmc(_ request: PosteriorRequest) throws -> LoRAEnsemble {
    let isRight = if case .sghmc = request.files.fit.optimizer { true } else { false }
    try request.requireFit(isRight, "it was not fitted by SGHMC", hint: "`optimizer sghmc` and `cycles`")
    return try snapshots(request)
  }

  /// The same for sparse vectors.
  ///
  /// - Throws: as `snapshots`; `Fault` of kind `.configuration` for a fit without masks.
  package static func tickets(_ request: PosteriorRequest) throws -> LoRAEnsemble {
    try request.requireFit(
      request.files.fit.sparsity != nil, "it was not fitted under masks", hint: "`density` and `cycles`")
    return try snapshots(request)
  }
}
