// Reading a PEFT folder: every tensor must be part of a LoRA pair on a target module, or of a module that was saved in
// full; every pair must be complete and have its rank.
import Artifacts
import Faults
import Files
import Foundation

extension PEFTAdapter {
  /// Reads the folder at `folder`.
  ///
  /// Throws `.noInput` if files are missing, and `.data` if a setting is not supported, a tensor is unknown, an A is
  /// without its B, a shape does not match the rank, or a target module has no tensors.
  package static func read(_ folder: String) throws -> PEFTAdapter {
    let config = folder + "/adapter_config.json"
    let weights = folder + "/adapter_model.safetensors"
    try checkPresence(folder, config: config, weights: weights)
    let settings = try PEFTSettings.read(config)
    let file = try SafetensorsFile(mapping: weights)
    var table = ParameterTable()
    var values: [Float] = []
    for entry in file.entries {
      let name = try plainName(entry.name, modulesToSave: settings.modulesToSave, subject: weights)
      guard table[name] == nil else { throw Fault(.data, weights, "two tensors are \(name)") }
      table.append(name, shape: entry.shape)
      values += try file.values(entry.name)
    }
    let adapter = PEFTAdapter(settings: settings, parameters: table, values: values)
    try adapter.checkPairs(subject: weights)
    try adapter.checkTargets(config: config, weights: weights)
    return adapter
  }

  private static func checkPresence(_ folder: String, config: String, weights: String) throws(Fault) {
    let files = FileManager.default
    guard files.fileExists(atPath: config) else {
      let isModel = files.fileExists(atPath: folder + "/config.json")
      throw Fault(
        .noInput, config, "there is no such file",
        hint: isModel
          ? "this is a model folder; give the folder of its adapter"
          : "give the folder of a single adapter; named adapters are in its subfolders")
    }
    guard !files.fileExists(atPath: weights) else { return }
    if let pickle = CheckpointFiles.pickledFiles(in: folder).first {
      throw Fault(
        .data, "\(folder)/\(pickle)", "is a pickle file, which can run any code when it is opened, so it is never read",
        hint: "if you trust it, load it with peft and save it with safe_serialization=True")
    }
    throw Fault(.noInput, weights, "there is no such file")
  }

  /// The name without what depends on how the adapter was saved: the adapter's name, `default`, and for a module that was
  /// saved in full the wrapper around it and PEFT's prefix. Throws `.data` for a tensor of any other kind.
  private static func plainName(
    _ stored: String, modulesToSave: [String], subject: String
  ) throws(Fault) -> String {
    guard stored.hasPrefix(prefix) else {
      throw Fault(.data, subject, "tensor \"\(stored)\" does not begin with \(prefix)")
    }
    let name = stored.replacing(".lora_A.default.", with: ".lora_A.").replacing(".lora_B.default.", with: ".lora_B.")
    if isLowRank(name) { return name }
    if name.contains("lora_magnitude_vector") {
      throw Fault(.data, subject, "tensor \"\(stored)\" belongs to DoRA, which is not supported")
    }
    let inside = name.dropFirst(prefix.count).replacing(".modules_to_save.default.", with: ".")
      .replacing(".modules_to_save.", with: ".")
    // PEFT saves every module whose path ends in one of the words: `classifier` also means `pre_classifier`.
    guard !name.contains(".lora_"), modulesToSave.contains(where: { inside.contains("\($0).") }) else {
      throw Fault(.data, subject, "tensor \"\(stored)\" belongs neither to a LoRA pair nor to modules_to_save")
    }
    return String(inside)
  }

  /// Rejects an A without its B, and shapes that do not match the rank.
  private func checkPairs(subject: String) throws(Fault) {
    let names = Set(parameters.entries.map(\.name))
    for entry in parameters.entries {
      guard let factor = entry.role.factor else { continue }
      let path = path(of: entry)
      let (isA, rank) = (factor == .a, settings.rank(of: path))
      guard entry.shape.count == 2, entry.shape[isA ? 0 : 1] == rank else {
        throw Fault(
          .data, subject,
          "tensor \"\(entry.name)\" is \(entry.shape), expected \(isA ? "[\(rank), inputs]" : "[outputs, \(rank)]")",
          hint: "r and rank_pattern in adapter_config.json give the rank")
      }
      guard names.contains("\(entry.module).lora_\(isA ? "B" : "A").weight") else {
        throw Fault(.data, subject, "\(entry.module) has lora_\(isA ? "A" : "B"), but not lora_\(isA ? "B" : "A")")
      }
    }
    guard !modulePaths.isEmpty else { throw Fault(.data, subject, "has no low-rank tensors") }
  }

  /// Rejects tensors of a module that is not a target, and a target that no tensor belongs to.
  private func checkTargets(config: String, weights: String) throws(Fault) {
    let paths = modulePaths
    // PEFT also lists names whose modules it excludes, or which are in other layers.
    if case .names(let names) = settings.targets.words, settings.targets.excluded == nil,
      settings.targets.layers == nil,
      let name = names.first(where: { name in !paths.contains { PEFTTargets.Words.matches(name, $0) } })
    {
      throw Fault(.data, weights, "target module \"\(name)\" has no tensors")
    }
    if let path = paths.first(where: { !settings.adapts($0) }) {
      throw Fault(.data, weights, "\(path) has tensors, but is not among the target modules of \(config)")
    }
  }
}
