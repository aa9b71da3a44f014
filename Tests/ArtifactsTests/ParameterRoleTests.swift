// The names of trained tensors and their roles, in both directions. Files store the names alone.
import Artifacts
import Testing

@Suite struct ParameterRoleTests {
  static let names: [(name: String, module: String, role: ParameterRole)] = [
    ("base_model.model.x.q_proj.lora_A.weight", "base_model.model.x.q_proj", .factor(.a)),
    ("base_model.model.x.q_proj.lora_B.weight", "base_model.model.x.q_proj", .factor(.b)),
    ("x.lora_C.weight", "x", .core), ("x.lora_C.root", "x", .coreRoot), ("x.lora_A.root", "x", .factorRoot(.a)),
    ("x.lora_A.coefficients", "x", .generator(.a, "coefficients")), ("x.lora_B.core_1", "x", .generator(.b, "core_1")),
    ("x.lora_A_scale.weight", "x", .scale(.a)), ("x.lora_B_scale.weight", "x", .scale(.b)),
    ("x.lora_B_scale.root", "x", .scaleRoot(.b)), ("x.y_scale.weight", "x.y_scale", .other("weight")),
    ("members.1.x.lora_A.weight", "members.1.x", .factor(.a)),
    ("base_model.model.score.weight", "base_model.model.score", .other("weight")),
    ("embeddings.LayerNorm.bias", "embeddings.LayerNorm", .other("bias")), ("rest", "", .other("rest")),
  ]

  @Test(arguments: names.indices) func aNameAndItsRoleSayTheSame(index: Int) {
    let (name, module, role) = Self.names[index]
    var (read, made) = (ParameterTable(), ParameterTable())
    read.append(name, shape: [2, 3])
    made.append(module, role, shape: [2, 3])
    #expect(read.entries[0].role == role && read.entries[0].module == module)
    #expect(made.entries[0].name == name)
    #expect(read == made)
  }

  @Test func theFactorDecidesTheDecayAndTheRootBelongsToItsMean() {
    let roles = Self.names.map(\.role)
    #expect(roles.map(\.factor) == [.a, .b, nil, nil, .a, .a, .b, .a, .b, .b, nil, .a, nil, nil, nil])
    let others = [10, 12, 13, 14]
    #expect(roles.map(\.isAdapter) == roles.indices.map { !others.contains($0) })
    #expect(ParameterRole.core.root == .coreRoot && ParameterRole.factor(.a).root == .factorRoot(.a))
    #expect(ParameterRole.scale(.b).root == .scaleRoot(.b) && ParameterRole.scaleRoot(.b).root == nil)
    #expect(ParameterRole.coreRoot.root == nil && ParameterRole.other("weight").root == nil)
  }
}
