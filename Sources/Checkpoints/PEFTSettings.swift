// adapter_config.json: what PEFT (huggingface.co/docs/peft) says about a LoRA adapter besides its tensors.
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
  /// The probability with which an adapter's input is dropped in training.
  package var dropout: Double
  /// Whether the scaling divides by the root of the rank (Kalajdzievski 2023, arXiv:2312.03732).
  package var useRSLoRA: Bool
  /// The adapted modules: each word is a module's whole name, or the end of it behind a point.
  package var targetModules: [String]
  /// PEFT's name of the task, such as `CAUSAL_LM`; nil leaves it open.
  package var taskType: String?
  /// The base as its users know it: a folder or a name; empty where nobody knows.
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
  /// The file's text: the keys that every version of PEFT knows, since older ones refuse what they do not know.
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

  /// Settings that leave the numbers of a trained adapter alone: how training began, which modules were chosen (the
  /// tensors say that themselves), and by what the file was written.
  private static let harmless: Set<String> = [
    "auto_mapping", "ensure_weight_tying", "eva_config", "exclude_modules", "inference_mode", "layers_pattern",
    "layers_to_transform", "megatron_config", "megatron_core", "peft_version", "qalora_group_size", "revision",
    "runtime_config",
  ]

  /// Reads adapter_config.json at `path`: the settings, with no target modules where the file does not list them word
  /// by word, and `modules_to_save`.
  ///
  /// Throws `.data` where it is no LoRA adapter, or where a setting that changes numbers is none that is computed here.
  static func read(_ path: String) throws -> (settings: PEFTSettings, modulesToSave: [String]) {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let type = try node.string("peft_type")
    guard type == "LORA" else {
      throw try node.member("peft_type").fault("\"\(type)\" is not supported, expected LORA")
    }
    var settings = PEFTSettings(rank: try node.int("r"), alpha: try node.double("lora_alpha"), targetModules: [])
    guard (1...Architecture.largestSize).contains(settings.rank) else {
      throw try node.member("r").fault("\(settings.rank) is no rank")
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
        // Off in one way or another; anything else is a variant of LoRA that computes something else.
        let off: [JSON] = [false, "none", "", [], [:]]
        guard off.contains(member.value) else {
          throw member.fault("is a setting that would change numbers and is not supported")
        }
      }
    }
    return (settings, modulesToSave)
  }

  /// Some ways to begin subtract from the base what the adapter begins with (PiSSA, OLoRA, CorDA, LoftQ): such an
  /// adapter is wrong on the base as it is.
  private static func checkInitialization(_ member: JSON.Node) throws(Fault) {
    switch member.value {
    case .bool, "gaussian", "eva", "orthogonal": break
    default:
      throw member.fault("an initialization that changes the base is not supported, expected true or \"gaussian\"")
    }
  }

  private static func words(_ list: JSON.Node) throws(Fault) -> [String] {
    var words: [String] = []
    for word in try list.array() { words.append(try word.string()) }
    return words
  }
}
