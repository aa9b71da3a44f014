// adapter_config.json: PEFT's (huggingface.co/docs/peft) description of a LoRA adapter besides its tensors.
import Faults
import Files
import JSON
import Transformers

/// The settings of a LoRA adapter in a PEFT folder.
package struct PEFTSettings: Equatable, Sendable {
  /// Rows of every A and columns of every B.
  package var rank: Int
  /// The numerator of the scaling.
  package var alpha: Double
  /// The probability of dropping an adapter's input in training.
  package var dropout: Double
  /// Whether the scaling divides by the root of the rank (Kalajdzievski 2023, arXiv:2312.03732).
  package var useRSLoRA: Bool
  /// The adapted modules: each entry is a module's full name, or a suffix of it after a dot.
  package var targetModules: [String]
  /// PEFT's name of the task, such as `CAUSAL_LM`; nil leaves it unspecified.
  package var taskType: String?
  /// The base as users know it: a folder or a name; empty if unknown.
  package var baseModelName: String

  package init(
    rank: Int, alpha: Double, dropout: Double = 0, useRSLoRA: Bool = false, targetModules: [String],
    taskType: String? = nil, baseModelName: String = ""
  ) {
    (self.rank, self.alpha, self.dropout, self.useRSLoRA) = (rank, alpha, dropout, useRSLoRA)
    (self.targetModules, self.taskType, self.baseModelName) = (targetModules, taskType, baseModelName)
  }

  /// What the product B A is multiplied by: alpha / rank, or alpha / sqrt(rank) with rsLoRA.
  package var scaling: Double { alpha / (useRSLoRA ? Double(rank).squareRoot() : Double(rank)) }

  /// Whether `target` names `module`, as PEFT compares them.
  static func matches(_ target: String, _ module: String) -> Bool { module == target || module.hasSuffix("." + target) }
}

extension PEFTSettings {
  /// The file's text: only the keys that every version of PEFT knows, since older versions reject unknown ones.
  func encode(modulesToSave: [String]) throws(Fault) -> String {
    func words(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
    let members: JSON = [
      "base_model_name_or_path": baseModelName.isEmpty ? .null : .string(baseModelName),
      "bias": "none",
      "fan_in_fan_out": false,
      "inference_mode": true,
      "init_lora_weights": true,
      "lora_alpha": Int(exactly: alpha).map { .integer($0) } ?? .number(alpha),
      "lora_dropout": .number(dropout),
      "modules_to_save": modulesToSave.isEmpty ? .null : words(modulesToSave),
      "peft_type": "LORA",
      "r": .integer(rank),
      "target_modules": words(targetModules),
      "task_type": taskType.map { .string($0) } ?? .null,
      "use_rslora": .bool(useRSLoRA),
    ]
    return try members.encode(pretty: true) + "\n"
  }

  /// Settings that do not change the computation of a trained adapter: how training began, which modules were chosen
  /// (the tensors show that), and what wrote the file.
  private static let harmless: Set<String> = [
    "auto_mapping", "ensure_weight_tying", "eva_config", "exclude_modules", "inference_mode", "layers_pattern",
    "layers_to_transform", "megatron_config", "megatron_core", "peft_version", "qalora_group_size", "revision",
    "runtime_config",
  ]

  /// Reads adapter_config.json at `path`: the settings, with no target modules if the file does not list them by name,
  /// and `modules_to_save`.
  ///
  /// Throws `.data` if it is not a LoRA adapter, or if a setting changes the computation in an unsupported way.
  static func read(_ path: String) throws -> (settings: PEFTSettings, modulesToSave: [String]) {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let type = try node.string("peft_type")
    guard type == "LORA" else {
      throw try node.member("peft_type").fault("\"\(type)\" is not supported, expected LORA")
    }
    var settings = PEFTSettings(rank: try node.int("r"), alpha: try node.double("lora_alpha"), targetModules: [])
    guard (1...Architecture.largestSize).contains(settings.rank) else {
      throw try node.member("r").fault("\(settings.rank) is not a rank: must be an integer of at least 1")
    }
    guard settings.alpha.isFinite else { throw try node.member("lora_alpha").fault("is not finite") }
    var modulesToSave: [String] = []
    for (name, member) in try node.nodes() where !harmless.contains(name) && member.value != .null {
      switch name {
      case "peft_type", "r", "lora_alpha": break
      case "lora_dropout": settings.dropout = try member.double()
      case "use_rslora": settings.useRSLoRA = try member.bool()
      case "task_type": settings.taskType = try member.string()
      case "base_model_name_or_path": settings.baseModelName = try member.string()
      case "modules_to_save": modulesToSave = try words(member)
      case "target_modules": settings.targetModules = if case .string = member.value { [] } else { try words(member) }
      case "init_lora_weights": try checkInitialization(member)
      default:
        // The ways to switch a setting off; anything else is a variant of LoRA with a different computation.
        let off: [JSON] = [false, "none", "", [], [:]]
        guard off.contains(member.value) else {
          throw member.fault("changes the computation and is not supported")
        }
      }
    }
    return (settings, modulesToSave)
  }

  /// Some initializations subtract the initial adapter from the base (PiSSA, OLoRA, CorDA, LoftQ): such an adapter is
  /// wrong on the original base.
  private static func checkInitialization(_ member: JSON.Node) throws(Fault) {
    switch member.value {
    case .bool, "gaussian", "eva", "orthogonal": break
    default:
      throw member.fault("this initialization changes the base and is not supported, expected true or \"gaussian\"")
    }
  }

  private static func words(_ list: JSON.Node) throws(Fault) -> [String] {
    var words: [String] = []
    for word in try list.array() { words.append(try word.string()) }
    return words
  }
}
