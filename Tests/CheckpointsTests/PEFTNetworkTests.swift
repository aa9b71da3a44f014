// An adapter's modules are found among a network's, whatever class the adapter was saved from.
import Artifacts
import Checkpoints
import Faults
import Testing
import Transformers

/// An adapter of rank 2 on every q_proj and v_proj of `network`, or what `target` says; its names begin with `prefix` in
/// place of `model.`.
private func adapter(
  on network: Architecture, prefix: String = "model.", targets: [String] = ["q_proj", "v_proj"],
  paths: [String] = ["q_proj", "v_proj"]
) -> PEFTAdapter {
  var table = ParameterTable()
  for module in network.linearModules where paths.contains(where: { module.name.hasSuffix($0) }) {
    let path = prefix + module.name.dropFirst("model.".count)
    table.append("base_model.model.\(path).lora_A.weight", shape: [2, module.inputs])
    table.append("base_model.model.\(path).lora_B.weight", shape: [module.outputs, 2])
  }
  return PEFTAdapter(
    settings: PEFTSettings(rank: 2, alpha: 4, targetModules: targets), parameters: table,
    values: (0..<table.count).map(Float.init))
}

@Test(arguments: ["model.", "", "base.model.", "language_model.model."])
func theBeginningOfNamesIsFound(prefix: String) throws {
  let plain = adapter(on: tinyLlama)
  let other = try adapter(on: tinyLlama, prefix: prefix).fitted(to: tinyLlama.linearModules, subject: "a")
  #expect(other.adapter.parameters == plain.parameters && other.adapter.values == plain.values)
  #expect(other.modules.map(\.module.name) == plain.modulePaths)
  #expect(other.modules.allSatisfy { $0.rank == 2 && $0.alpha == 4 })
}

@Test func ranksAndNumeratorsAreThoseOfThePatterns() throws {
  var peft = adapter(on: tinyLlama)
  peft.settings.alphas = [
    try ModuleValue(#"layers\.1\..*"#, 7) { Fault(.data, "a", $0) },
    try ModuleValue("q_proj", 9) { Fault(.data, "a", $0) },
  ]
  let fitted = try peft.fitted(to: tinyLlama.linearModules, subject: "a")
  #expect(fitted.modules.map(\.alpha) == [9, 4, 7, 7])
}

@Test(
  arguments: [
    ("another network", "has adapters on modules such as model.layers.0.self_attn.q_proj, but the base's modules"),
    ("a missing module", "has no tensors for model.layers.0.mlp.up_proj, which target_modules selects"),
    ("an unknown module", "layers.7.self_attn.q_proj.lora_A.weight\" belongs to no linear module"),
    ("another width", "is [2, 8], expected [2, 16]"),
  ])
func whatDoesNotFitIsNamed(_ change: String, _ message: String) {
  var peft = adapter(on: tinyLlama)
  var network = tinyLlama
  switch change {
  case "another network": network = tinyBert
  case "a missing module": peft = adapter(on: tinyLlama, targets: ["q_proj", "v_proj", "up_proj"])
  case "an unknown module":
    peft.parameters.append("base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", shape: [2, 8])
  default: network.hiddenSize = 16
  }
  let fault = fault { _ = try peft.fitted(to: network.linearModules, subject: "a") }
  #expect(fault?.code == .data && fault?.subject == "a/adapter_model.safetensors")
  #expect(fault?.message.contains(message) == true, "\(fault?.description ?? "-")")
}

/// Which of six modules PEFT adapts: the cases of check_target_module_exists.
@Test(
  arguments: [
    (PEFTTargets.Words.names(["q_proj"]), nil, nil, ["m.layers.0.q_proj", "m.layers.1.q_proj", "q_proj"]),
    (.names(["layers.0.q_proj", "m.layers.1.v_proj"]), nil, nil, ["m.layers.0.q_proj", "m.layers.1.v_proj"]),
    (
      .names(["q_proj", "v_proj"]), .names(["layers.1.q_proj"]), nil,
      ["m.layers.0.q_proj", "m.layers.0.v_proj", "m.layers.1.v_proj", "q_proj"]
    ),
    (.names(["v_proj"]), nil, [1], ["m.layers.1.v_proj"]),
    // A full name is adapted in whatever block.
    (.names(["m.layers.0.v_proj"]), nil, [1], ["m.layers.0.v_proj"]),
    (.names(["q_proj", "up_proj"]), nil, [0], ["m.layers.0.q_proj", "q_proj"]),
    (.allLinear, .names(["q_proj"]), nil, ["m.layers.0.v_proj", "m.layers.1.v_proj", "layers.0.up_proj"]),
  ] as [(PEFTTargets.Words, PEFTTargets.Words?, [Int]?, [String])])
func targetsSelectAsPEFTDoes(
  _ words: PEFTTargets.Words, _ excluded: PEFTTargets.Words?, _ layers: [Int]?, _ expected: [String]
) {
  let paths = [
    "m.layers.0.q_proj", "m.layers.0.v_proj", "m.layers.1.q_proj", "m.layers.1.v_proj", "q_proj", "layers.0.up_proj",
  ]
  var targets = PEFTTargets(words)
  (targets.excluded, targets.layers) = (excluded, layers)
  #expect(Set(paths.filter(targets.contains)) == Set(expected))
}
