// PEFT's adapter folders: adapter_config.json, adapter_model.safetensors and README.md. Writing an adapter and reading
// it back gives the same bytes, and nothing in the folder is ignored.
import Artifacts
import Faults
import Files
import Foundation

/// A LoRA adapter as stored in a PEFT folder.
package struct PEFTAdapter: Equatable, Sendable {
  /// The content of adapter_config.json.
  package var settings: PEFTSettings
  /// Names and shapes: A and B under PEFT's names, a head's tensors under their module's name (`score.weight`).
  package var parameters: ParameterTable
  /// [parameter] The values.
  package var values: [Float]

  /// The files that hold an adapter.
  package static let files = ["adapter_config.json", "adapter_model.safetensors"]

  static let prefix = "base_model.model."

  package init(settings: PEFTSettings, parameters: ParameterTable, values: [Float]) {
    (self.settings, self.parameters, self.values) = (settings, parameters, values)
  }

  /// Writes the folder and creates it if it is missing. PEFT writes the same bytes for the tensors.
  ///
  /// Modules that are saved in full get PEFT's prefix; `settings.modulesToSave` must name them. adapter_config.json is
  /// written last: without it, a folder that a kill left half-written is not an adapter.
  ///
  /// - Parameter note: paragraphs for the model card: what was trained, on what, how well it does, how it is used.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` for the file system, `.internalError` if a value is not finite.
  /// - Precondition: there is one value for each parameter.
  package func write(to folder: String, note: String = "") throws {
    precondition(values.count == parameters.count, "\(values.count) values for \(parameters.count) parameters")
    let entries = parameters.entries.map { (name: Self.storedName($0.name), entry: $0) }
      .sorted { $0.name < $1.name }
    let places = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.entry) })
    try makeFolder(folder)
    try SafetensorsFile.write(
      to: folder + "/adapter_model.safetensors", tensors: entries.map { ($0.name, $0.entry.shape) }
    ) { name in places[name].map { Array(values[$0.offset..<$0.offset + $0.count]) } ?? [] }
    try AtomicFile.write(card(note: note), to: folder + "/README.md")
    try AtomicFile.write(try settings.encode(), to: folder + "/adapter_config.json")
  }

  /// The paths of the adapted modules, without PEFT's prefix, in the order of their tensors.
  package var modulePaths: [String] {
    parameters.entries.filter { $0.role == .factor(.a) }.map { path(of: $0) }
  }

  /// The path of a tensor's module, without PEFT's prefix.
  func path(of entry: ParameterTable.Entry) -> String {
    entry.module.hasPrefix(Self.prefix) ? String(entry.module.dropFirst(Self.prefix.count)) : entry.module
  }

  /// The values of one tensor.
  package func values(of entry: ParameterTable.Entry) -> [Float] {
    Array(values[entry.offset..<entry.offset + entry.count])
  }

  /// The values in the order of `table`.
  ///
  /// Throws `.data` with the first five differences if the two do not have exactly the same tensors.
  package func values(for table: ParameterTable, subject: String) throws(Fault) -> [Float] {
    var own: [String: ParameterTable.Entry] = [:]
    for entry in parameters.entries { own[Self.storedName(entry.name)] = entry }
    var result: [Float] = []
    var problems: [String] = []
    for entry in table.entries {
      switch own.removeValue(forKey: Self.storedName(entry.name)) {
      case nil: problems.append("\(entry.name) is missing")
      case let found? where found.shape != entry.shape:
        problems.append("\(found.name) is \(found.shape), expected \(entry.shape)")
      case let found?: result += values(of: found)
      }
    }
    problems += own.values.map(\.name).sorted().map { "\($0) is unknown" }
    guard problems.isEmpty else {
      throw Fault(
        .data, subject,
        "the adapter does not fit: " + problems.prefix(5).joined(separator: ", ") + (problems.count > 5 ? ", ..." : ""))
    }
    return result
  }

  static func isLowRank(_ name: String) -> Bool {
    name.hasSuffix(".lora_A.weight") || name.hasSuffix(".lora_B.weight")
  }

  private static func storedName(_ name: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }

  /// One sentence: `Rank 8, alpha 16.0, scaling 2.0, on ...`.
  package var summary: String {
    let on = settings.baseModelName.isEmpty ? "" : " of `\(settings.baseModelName)`"
    let targets: [String] = if case .names(let names) = settings.targets.words { names } else { modulePaths }
    let modules = targets.map { "`\($0)`" }.joined(separator: ", ")
    let ranks = Set(modulePaths.map(settings.rank(of:))).sorted().map(String.init).joined(separator: ", ")
    let scalings = Set(modulePaths.map(settings.scaling(of:))).sorted().map(\.shortest).joined(separator: ", ")
    let stabilized = settings.useRSLoRA ? " (rank-stabilized)" : ""
    return "Rank \(ranks), alpha \(settings.alpha), scaling \(scalings)\(stabilized), on \(modules)\(on): "
      + "\(values.count) trained parameters."
  }

  /// README.md, in the form that model hubs show: metadata between the rules, then text for people.
  private func card(note: String) -> String {
    // A JSON string is a YAML string too.
    let base = settings.baseModelName.isEmpty ? "" : "base_model: \(quoted(settings.baseModelName))\n"
    return """
      ---
      \(base)library_name: peft
      tags:
      - lora
      ---

      # A low-rank adapter

      \(summary)
      \(note.isEmpty ? "" : "\n" + note + "\n")
      """
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
