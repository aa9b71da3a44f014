// Reading a PEFT folder: every tensor must be known, every target must have its tensors, and every pair must fit.
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
    var (settings, modulesToSave) = try PEFTSettings.read(config)
    let file = try SafetensorsFile(mapping: weights)
    let modules = try lowRankModules(file, rank: settings.rank)
    try checkHeads(file, modulesToSave: modulesToSave)
    if settings.targetModules.isEmpty { settings.targetModules = modules.sorted() }
    try checkTargets(settings.targetModules, modules: modules, subject: weights)

    var table = ParameterTable()
    var values: [Float] = []
    for entry in file.entries {
      let isHead = !isLowRank(entry.name)
      table.append(isHead ? String(entry.name.dropFirst(prefix.count)) : entry.name, shape: entry.shape)
      values += try file.values(entry.name)
    }
    return PEFTAdapter(settings: settings, parameters: table, values: values)
  }

  private static func checkPresence(_ folder: String, config: String, weights: String) throws(Fault) {
    let files = FileManager.default
    guard files.fileExists(atPath: config) else {
      throw Fault(
        .noInput, config, "there is no such file",
        hint: "give the folder of a single adapter; named adapters are in its subfolders")
    }
    guard !files.fileExists(atPath: weights) else { return }
    if let pickle = CheckpointFiles.pickledFiles(in: folder).first {
      throw Fault(
        .data, "\(folder)/\(pickle)", "is a pickle file, which can run any code when it is opened, so it is never read",
        hint: "if you trust it, load it with peft and save it with safe_serialization=True")
    }
    throw Fault(.noInput, weights, "there is no such file")
  }

  /// The adapted modules, without PEFT's prefix. Rejects an A without its B, and shapes that do not match the rank.
  private static func lowRankModules(_ file: SafetensorsFile, rank: Int) throws(Fault) -> [String] {
    var modules: [String] = []
    for entry in file.entries {
      guard entry.name.hasPrefix(prefix) else {
        throw Fault(.data, file.path, "tensor \"\(entry.name)\" does not begin with \(prefix)")
      }
      guard isLowRank(entry.name) else { continue }
      let isA = entry.name.hasSuffix(".lora_A.weight")
      guard entry.shape.count == 2, entry.shape[isA ? 0 : 1] == rank else {
        throw Fault(
          .data, file.path,
          "tensor \"\(entry.name)\" is \(entry.shape), expected \(isA ? "[\(rank), inputs]" : "[outputs, \(rank)]")")
      }
      let module = Self.module(Self.module(entry.name))
      guard file["\(module).lora_\(isA ? "B" : "A").weight"] != nil else {
        throw Fault(.data, file.path, "\(module) has lora_\(isA ? "A" : "B"), but not lora_\(isA ? "B" : "A")")
      }
      if isA { modules.append(String(module.dropFirst(prefix.count))) }
    }
    guard !modules.isEmpty else { throw Fault(.data, file.path, "has no low-rank tensors") }
    return modules
  }

  /// Every other tensor must belong to a module that was saved in full.
  private static func checkHeads(_ file: SafetensorsFile, modulesToSave: [String]) throws(Fault) {
    for entry in file.entries where !isLowRank(entry.name) {
      let name = entry.name
      if name.contains("lora_magnitude_vector") {
        throw Fault(.data, file.path, "tensor \"\(name)\" belongs to DoRA, which is not supported")
      }
      let path = "." + name.dropFirst(prefix.count)
      guard !name.contains(".lora_"), modulesToSave.contains(where: { path.contains(".\($0).") }) else {
        throw Fault(.data, file.path, "tensor \"\(name)\" belongs neither to a LoRA pair nor to modules_to_save")
      }
    }
  }

  private static func checkTargets(_ targets: [String], modules: [String], subject: String) throws(Fault) {
    if let target = targets.first(where: { target in !modules.contains { PEFTSettings.matches(target, $0) } }) {
      throw Fault(.data, subject, "target module \"\(target)\" has no tensors")
    }
    if let module = modules.first(where: { module in !targets.contains { PEFTSettings.matches($0, module) } }) {
      throw Fault(.data, subject, "\(module) has tensors, but is not among the target modules")
    }
  }
}
