// Samples as PEFT folders, so that any runtime that loads adapters can average them.
import Adapters
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import Posteriors

/// Where samples go as adapters, if anywhere.
struct PEFTExport: ParsableArguments {
  @Option(help: "Write each sample as a PEFT folder, sample-000 and so on, below this one.") var exportPEFT: String?
  @Option(help: "The base's name in these folders, as their users know it.") var baseName = ""

  /// Writes every sample of the posterior.
  ///
  /// - Throws: `Fault` of kind `.usage` for dropout, whose samples are no adapters; what writing throws.
  func write(_ posterior: any Posterior, method: String, fit: AdapterSettings, _ scorer: Scorer) throws {
    guard let folder = exportPEFT else { return }
    let layout = scorer.layout
    guard layout.trained.isEmpty else {
      throw Fault(
        .usage, "--export-peft", "a sample of \(method) is a whole model and no adapter",
        hint: "PEFT has folders for adapters alone")
    }
    // The scale stays when a parametrisation needs more rank than it was asked for.
    let ratio = Double(layout.rank) / Double(fit.rank)
    guard posterior.predictsWithDraws else {
      throw Fault(
        .usage, "--export-peft", "\(method) samples logits and no adapters", hint: "take method laplace-sampled")
    }
    let settings = PEFTSettings(
      rank: layout.rank, alpha: fit.alpha * (fit.rankStabilized ? ratio.squareRoot() : ratio), dropout: fit.dropout,
      useRSLoRA: fit.rankStabilized,
      targetModules: layout.modules.map(\.name), taskType: layout.headOutputs == 0 ? "CAUSAL_LM" : nil,
      baseModelName: baseName)
    for number in 0..<posterior.groups * posterior.samples {
      let (group, sample) = number.quotientAndRemainder(dividingBy: posterior.samples)
      let draw = posterior.draw(group: group, sample: sample)
      guard draw.dropout == nil else {
        throw Fault(.usage, "--export-peft", "a sample of \(method) is a mask and no adapter")
      }
      let digits = String(number)
      let name = "sample-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
      try PEFTAdapter(settings: settings, parameters: layout.parameters, values: scorer.expand(draw.values))
        .write(to: "\(folder)/\(name)", note: "Sample \(sample) of member \(group) of the posterior \(method).")
    }
  }
}
