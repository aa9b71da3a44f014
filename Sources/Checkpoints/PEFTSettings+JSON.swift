// Reading and writing adapter_config.json. Every member is used, is known not to matter, or is refused by name.
import Faults
import Files
import JSON
import Transformers

extension PEFTSettings {
  /// The file's text: only the members that every version of PEFT knows, since older versions reject unknown ones.
  func encode() throws(Fault) -> String {
    func words(_ words: [String]) -> JSON { .array(words.map { .string($0) }) }
    func number(_ value: Double) -> JSON { Int(exactly: value).map { .integer($0) } ?? .number(value) }
    guard case .names(let targetModules) = targets.words else {
      preconditionFailure("only a list of names is written")
    }
    var members: [(String, JSON)] = [
      ("base_model_name_or_path", baseModelName.isEmpty ? .null : .string(baseModelName)),
      ("bias", "none"),
      ("fan_in_fan_out", .bool(fanInFanOut)),
      ("inference_mode", true),
      ("init_lora_weights", true),
      ("lora_alpha", number(alpha)),
      ("lora_dropout", .number(dropout)),
      ("modules_to_save", modulesToSave.isEmpty ? .null : words(modulesToSave)),
      ("peft_type", "LORA"),
      ("r", .integer(rank)),
      ("target_modules", words(targetModules)),
      ("task_type", taskType.map { .string($0) } ?? .null),
      ("use_rslora", .bool(useRSLoRA)),
    ]
    if !alphas.isEmpty { members.append(("alpha_pattern", .object(.init(alphas.map { ($0.key, number($0.value)) })))) }
    if !ranks.isEmpty { members.append(("rank_pattern", .object(.init(ranks.map { ($0.key, .integer($0.value)) })))) }
    return try JSON.object(.init(members.sorted { $0.0 < $1.0 })).encode(pretty: true) + "\n"
  }

  /// Members that do not change what a trained adapter computes, or that `PEFTTargets` reads.
  ///
  /// fan_in_fan_out says how the base stores a weight, which only matters to a merged one.
  private static let harmless: Set<String> = [
    "auto_mapping", "ensure_weight_tying", "eva_config", "exclude_modules", "inference_mode", "layers_pattern",
    "layers_to_transform", "megatron_config", "megatron_core", "peft_version", "qalora_group_size", "revision",
    "runtime_config", "target_modules",
  ]

  /// Members that change the computation, in the words of their papers and pages.
  private static let variants = [
    "use_dora": "DoRA", "bias": "trained biases of the base", "lora_bias": "a bias of B",
    "layer_replication": "repeated blocks", "trainable_token_indices": "trained tokens", "use_qalora": "QALoRA",
    "target_parameters": "adapters on parameters that are not a linear module's", "use_bdlora": "block-diagonal LoRA",
    "alora_invocation_tokens": "activated LoRA", "arrow_config": "Arrow", "loftq_config": "LoftQ",
    "corda_config": "CorDA", "kasa_config": "KaSA", "velora_config": "VeLoRA", "monteclora_config": "MonteCLoRA",
    "lora_ga_config": "LoRA-GA",
  ]

  private static let hint =
    "merge the adapter into its base with PEFT (merge_and_unload, then save_pretrained) and use that as the base"

  /// Reads adapter_config.json at `path`.
  ///
  /// Throws `.data` if it is not a LoRA adapter, or if a member changes the computation in an unsupported way.
  static func read(_ path: String) throws -> PEFTSettings {
    let node = try JSON.parse(try readBytes(path), subject: path).node(in: path)
    let type = try node.string("peft_type")
    guard type == "LORA" else {
      throw try node.member("peft_type").fault("\"\(type)\" is not supported, expected LORA", hint: hint)
    }
    var settings = PEFTSettings(
      rank: try rank(node.member("r")), alpha: try alpha(node.member("lora_alpha")), targetModules: [])
    settings.targets = try PEFTTargets(config: node)
    for (name, member) in try node.nodes() where !harmless.contains(name) && member.value != .null {
      switch name {
      case "peft_type", "r", "lora_alpha": break
      case "lora_dropout": settings.dropout = try member.double()
      case "use_rslora": settings.useRSLoRA = try member.bool()
      case "fan_in_fan_out": settings.fanInFanOut = try member.bool()
      case "task_type": settings.taskType = try member.string()
      case "base_model_name_or_path": settings.baseModelName = try member.string()
      case "modules_to_save": settings.modulesToSave = try member.words()
      case "rank_pattern": settings.ranks = try patterns(member, rank)
      case "alpha_pattern": settings.alphas = try patterns(member, alpha)
      case "init_lora_weights": try checkInitialization(member)
      default: try checkIsOff(member, name)
      }
    }
    return settings
  }

  private static func rank(_ member: JSON.Node) throws(Fault) -> Int {
    let rank = try member.int()
    guard (1...Architecture.largestSize).contains(rank) else {
      throw member.fault("found \(rank), expected a rank from 1 to \(Architecture.largestSize)")
    }
    return rank
  }

  private static func alpha(_ member: JSON.Node) throws(Fault) -> Double {
    let alpha = try member.double()
    // The scale that is made of it is a float32.
    guard alpha > 0, Float(alpha).isNormal else {
      throw member.fault("found \(alpha), expected a float32 above 0")
    }
    return alpha
  }

  private static func patterns<Value>(
    _ member: JSON.Node, _ read: (JSON.Node) throws(Fault) -> Value
  ) throws(Fault) -> [ModuleValue<Value>] {
    try member.nodes().map { key, node throws(Fault) in
      try ModuleValue(key, try read(node)) { member.fault($0) }
    }
  }

  /// Refuses a member that is not switched off: a variant of LoRA with a different computation.
  private static func checkIsOff(_ member: JSON.Node, _ name: String) throws(Fault) {
    let off: [JSON] = [false, "none", "", [], [:]]
    guard !off.contains(member.value) else { return }
    let what = variants[name].map { " (\($0))" } ?? ""
    throw member.fault("changes the computation and is not supported\(what)", hint: hint)
  }

  /// Some initializations subtract the initial adapter from the base (PiSSA, OLoRA, CorDA, LoftQ): such an adapter is
  /// wrong on the original base.
  private static func checkInitialization(_ member: JSON.Node) throws(Fault) {
    switch member.value {
    case .bool, "gaussian", "eva", "orthogonal": break
    default:
      throw member.fault(
        "this initialization changes the base and is not supported, expected true or \"gaussian\"",
        hint: "save the adapter again with PEFT's path_initial_model_for_weight_conversion, which converts it")
    }
  }
}
