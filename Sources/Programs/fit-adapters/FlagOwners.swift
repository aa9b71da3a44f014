// Which flags mean something only beside another one: those of an optimizer, of a parametrisation and so on. Where the
// other one is not there, they would be ignored, and are refused.
import Adapters
import Faults
import NetworkStages

/// What a flag belongs to.
private struct FlagOwner {
  /// As a user gives it, such as `--optimizer ivon`.
  let name: String
  /// Whether the fit has it.
  let isThere: Bool
  /// The flags that nothing else reads, and whether they are given.
  let flags: KeyValuePairs<String, Bool>
}

extension FitAdapters {
  private var owners: [FlagOwner] {
    let (optimizer, form, gaussian) = (adapter.optimizer, adapter.form, adapter.gaussian)
    let snapshots = collection.snapshots
    return [
      FlagOwner(
        name: "--optimizer ivon", isThere: optimizer.optimizer == .ivon,
        flags: [
          "--sample-size": optimizer.sampleSize != nil, "--curvature": optimizer.curvature != nil,
          "--curvature-decay": optimizer.curvatureDecay != nil, "--newton-clip": optimizer.newtonClip != nil,
        ]),
      FlagOwner(
        name: "--optimizer sghmc", isThere: optimizer.optimizer == .sghmc,
        flags: ["--friction": optimizer.friction != nil, "--temperature": optimizer.temperature != nil]),
      FlagOwner(
        name: "--diversity", isThere: adapter.diversity != nil, flags: ["--dropout-draws": adapter.dropoutDraws != nil]),
      FlagOwner(
        name: "--cycles", isThere: optimizer.cycles != nil,
        flags: [
          "--cycle-snapshots": optimizer.cycleSnapshots != nil, "--sampling-share": optimizer.samplingShare != nil,
          "--exploration": optimizer.exploration != nil,
        ]),
      FlagOwner(
        name: "--density", isThere: optimizer.density != nil,
        flags: [
          "--drop-interval": optimizer.dropInterval != nil, "--drop-share": optimizer.dropShare != nil,
          "--ticket-drop-share": optimizer.ticketDropShare != nil,
        ]),
      FlagOwner(
        name: "--parametrisation nola", isThere: form.parametrisation == .nola,
        flags: ["--bases": form.bases != nil, "--bases-seed": form.basesSeed != nil]),
      FlagOwner(
        name: "--parametrisation rank-masks", isThere: form.parametrisation == .rankMasks,
        flags: ["--mask-prior": form.maskPrior != nil, "--mask-temperature": form.maskTemperature != nil]),
      FlagOwner(
        name: "--variational", isThere: gaussian.variational != nil,
        flags: [
          "--prior-deviation": gaussian.priorDeviation != nil, "--initial-root": gaussian.initialRoot != nil,
          "--divergence-rate": gaussian.divergenceRate != nil, "--divergence-cycles": gaussian.divergenceCycles != nil,
          "--cycle-exponent": gaussian.cycleExponent != nil, "--prior-noise": gaussian.priorNoise != nil,
        ]),
      FlagOwner(
        name: "--collect-from", isThere: collection.collectFrom != nil || snapshots.preset != nil,
        flags: [
          "--collect-rate": collection.collectRate != nil, "--collections": snapshots.collections != nil,
          "--deviations": snapshots.deviations != nil, "--anneal-epochs": snapshots.annealEpochs != nil,
          "--accept": snapshots.accept != nil,
        ]),
      FlagOwner(name: "--from", isThere: start.from != nil, flags: ["--moments": start.moments != nil]),
    ]
  }

  /// Rejects flags that the fit would ignore.
  ///
  /// - Throws: `Fault` of kind `.usage` about the first of them.
  func checkFlags() throws {
    if let diversity = adapter.diversity, adapter.dropout == 0 {
      throw Fault(
        .usage, "--diversity \(diversity)", "all draws are equal without dropout",
        hint: "give --dropout a share above 0")
    }
    for owner in owners where !owner.isThere {
      for (flag, isGiven) in owner.flags where isGiven {
        throw Fault(
          .usage, flag, "it belongs to \(owner.name), which this fit does not have",
          hint: "omit it, or give \(owner.name) too")
      }
    }
  }
}
