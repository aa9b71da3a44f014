// Samples as PEFT folders, so that any runtime that loads adapters can average them.
import Adapters
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import Foundation
import Posteriors
import Training
import Transformers

/// Where samples go as adapters, if anywhere.
package struct PEFTExport: ParsableArguments {
  /// The folder of the samples' folders; nil for no export.
  @Option(help: "Write each sample as a PEFT folder, sample-000 and so on, below this one.")
  package var exportPEFT: String?
  @Option(help: "The base's name in these folders, as their users know it.") var baseName = ""

  package init() {}

  /// Writes every sample of the posterior.
  ///
  /// - Throws: `Fault` of kind `.usage` for dropout, whose samples are no adapters; what writing throws.
  package func write(_ posterior: any Posterior, method: String, fit: AdapterSettings, _ scorer: Scorer) throws {
    guard let folder = exportPEFT else { return }
    guard scorer.layout.trained.isEmpty else {
      throw Fault(
        .usage, "--export-peft", "a sample of \(method) is a whole model, not an adapter",
        hint: "PEFT folders hold only adapters")
    }
    try check(posterior.predictor, method: method)
    let form = try ExportedForm(fit, scorer, baseName: baseName)
    try checkThatNoOtherIsThere(folder, samples: posterior.groups * posterior.samples)
    for number in 0..<posterior.groups * posterior.samples {
      let (group, sample) = number.quotientAndRemainder(dividingBy: posterior.samples)
      let draw = posterior.draw(group: group, sample: sample)
      guard draw.dropout == nil else {
        throw Fault(.usage, "--export-peft", "a sample of \(method) is a dropout mask, not an adapter")
      }
      let note = "Sample \(sample) of member \(group) of the posterior \(method).\n\n\(form.usage)"
      let vector = scorer.undoingClassWeights(inHeadOf: scorer.expand(draw.values))
      try form.adapter(vector).write(to: "\(folder)/\(name(of: number))", note: note)
    }
  }

  /// - Throws: `Fault` of kind `.usage` for a posterior that does not predict with adapters that it draws.
  private func check(_ predictor: Predictor, method: String) throws {
    switch predictor {
    case .draws: return
    case .logits:
      throw Fault(
        .usage, "--export-peft", "\(method) samples logits, not adapters",
        hint: "draw adapters: --draws independent, or --method laplace-sampled")
    case .library:
      throw Fault(
        .usage, "--export-peft", "\(method) predicts with the adapters of a library, and draws none of its own",
        hint: "export each adapter from its own file, by --method point")
    }
  }

  private func name(of sample: Int) -> String { String(format: "sample-%03ld", sample) }

  /// Refuses a folder with more samples than will be written: they would be taken for samples of this posterior.
  ///
  /// - Throws: `Fault` of kind `.cannotCreate`, also where the folder is a file.
  private func checkThatNoOtherIsThere(_ folder: String, samples: Int) throws {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else { return }
    guard isFolder.boolValue else { throw Fault(.cannotCreate, folder, "is not a directory") }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let own = Set((0..<samples).map(name))
    if let other = names.sorted().first(where: { $0.hasPrefix("sample-") && !own.contains($0) }) {
      throw Fault(
        .cannotCreate, "\(folder)/\(other)", "it is from another export and would be mixed with this one",
        hint: "remove it, or name another folder")
    }
  }
}
