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

  static let prefix = "base_model.model."

  package init(settings: PEFTSettings, parameters: ParameterTable, values: [Float]) {
    (self.settings, self.parameters, self.values) = (settings, parameters, values)
  }

  /// Writes the folder and creates it if it is missing. PEFT writes the same bytes for the tensors.
  ///
  /// Heads get PEFT's prefix and are listed in `modules_to_save`. adapter_config.json is written last: without it, a
  /// folder that a kill left half-written is not an adapter.
  ///
  /// - Parameter note: sentences for the model card: what was trained, on what, and how well it does.
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
    // PEFT names a module that was saved in full without the prefix of its tensors.
    let heads = Set(
      entries.filter { !Self.isLowRank($0.name) }.map { Self.module(String($0.name.dropFirst(Self.prefix.count))) })
    try AtomicFile.write(try settings.encode(modulesToSave: heads.sorted()), to: folder + "/adapter_config.json")
  }

  /// The values in the order of `table`, whose names may lack the prefix of the class that the adapter was saved with.
  ///
  /// Throws `.data` with the first five differences if the two do not have exactly the same tensors.
  package func values(for table: ParameterTable, subject: String) throws(Fault) -> [Float] {
    var own: [String: ParameterTable.Entry] = [:]
    for entry in parameters.entries { own[Self.canonical(entry.name)] = entry }
    var result: [Float] = []
    var problems: [String] = []
    for entry in table.entries {
      switch own.removeValue(forKey: Self.canonical(entry.name)) {
      case nil: problems.append("\(entry.name) is missing")
      case let found? where found.shape != entry.shape:
        problems.append("\(found.name) is \(found.shape), expected \(entry.shape)")
      case let found?: result += values[found.offset..<found.offset + found.count]
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

  /// `a.b` of `a.b.weight`.
  static func module(_ name: String) -> String { name.split(separator: ".").dropLast().joined(separator: ".") }

  private static func storedName(_ name: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }

  private static func canonical(_ name: String) -> String {
    let bare = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    return bare.hasPrefix("bert.") ? String(bare.dropFirst(5)) : bare
  }

  /// README.md, in the form that model hubs show: metadata between the rules, then text for people.
  private func card(note: String) -> String {
    // A JSON string is a YAML string too.
    let base = settings.baseModelName.isEmpty ? "" : "base_model: \(quoted(settings.baseModelName))\n"
    let on = settings.baseModelName.isEmpty ? "" : " of `\(settings.baseModelName)`"
    let modules = settings.targetModules.map { "`\($0)`" }.joined(separator: ", ")
    return """
      ---
      \(base)library_name: peft
      tags:
      - lora
      ---

      # A low-rank adapter

      Rank \(settings.rank), alpha \(settings.alpha), scaling \(settings.scaling)\
      \(settings.useRSLoRA ? " (rank-stabilized)" : ""), on \(modules)\(on): \(values.count) trained numbers.
      \(note.isEmpty ? "" : "\n" + note + "\n")
      """
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
