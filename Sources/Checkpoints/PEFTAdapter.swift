// PEFT's adapter folders: adapter_config.json, adapter_model.safetensors and README.md. An adapter goes out and comes
// back with the same bytes, and nothing in it is left unread.
import Artifacts
import Faults
import Files
import Foundation

/// A LoRA adapter as a PEFT folder holds it.
package struct PEFTAdapter: Equatable, Sendable {
  /// What adapter_config.json says.
  package var settings: PEFTSettings
  /// Names and shapes: A and B under PEFT's names, a head's tensors under their module's name (`score.weight`).
  package var parameters: ParameterTable
  /// [parameter] The numbers.
  package var values: [Float]

  static let prefix = "base_model.model."

  package init(settings: PEFTSettings, parameters: ParameterTable, values: [Float]) {
    (self.settings, self.parameters, self.values) = (settings, parameters, values)
  }

  /// Writes the folder, which is made where it is missing. PEFT writes the same bytes for the tensors.
  ///
  /// Heads go under PEFT's prefix and into `modules_to_save`. adapter_config.json comes last: without it, a folder that
  /// a kill has left half-written is none.
  ///
  /// - Parameter note: sentences for the model card: what was trained, on what, and how well it does.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` from the file system, `.internalError` where a number is not finite.
  /// - Precondition: there are as many values as parameters.
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
    // PEFT names a module that was saved whole without the prefix of its tensors.
    let heads = Set(
      entries.filter { !Self.isLowRank($0.name) }.map { Self.module(String($0.name.dropFirst(Self.prefix.count))) })
    try AtomicFile.write(try settings.encode(modulesToSave: heads.sorted()), to: folder + "/adapter_config.json")
  }

  /// The numbers in the order of `table`, whose names may lack the prefix of the class that the adapter was saved with.
  ///
  /// Throws `.data` with the first five names where the two do not have exactly the same tensors.
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
    problems += own.values.map(\.name).sorted().map { "\($0) has no place" }
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

  /// README.md, in the form that model hubs show: facts for machines between the rules, then for people.
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
