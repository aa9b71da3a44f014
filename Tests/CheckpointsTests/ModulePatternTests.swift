// Regular expressions over names of modules match what Python's re.fullmatch matches, in polynomial time.
import Checkpoints
import Faults
import Testing

private func pattern(_ source: String) throws -> ModulePattern {
  try ModulePattern(source) { Fault(.data, "adapter_config.json", $0) }
}

private let module = "model.layers.12.self_attn.q_proj"

@Test(
  arguments: [
    ("model.layers.12.self_attn.q_proj", true), ("q_proj", false), (".*q_proj", true), (".*(q|v)_proj", true),
    (".*(k|v)_proj", false), (#"model\.layers\.\d+\.self_attn\.[qkv]_proj"#, true),
    (#".*\.layers\.(1[0-9]|2)\..*"#, true),
    (#".*\.layers\.(1[3-9]|2)\..*"#, false), (#"^(?!.*mlp).*_proj$"#, true), (#"^(?!.*attn).*_proj$"#, false),
    (#"(?=.*attn).*"#, true), (#".*?(?:self_attn|mlp).*?(?:q_proj|up_proj).*?"#, true), (#".*\.\d{2}\..*"#, true),
    (#".*\.\d{3,}\..*"#, false), (#".*\.\d{,2}\..*"#, true), (#"(?P<name>model)\..*"#, true), (#"\bmodel\b.*"#, true),
    (#"mod\Bel.*"#, true), (#"\Bmodel.*"#, false), (#"[^.]+(\.[^.]+)*"#, true), (#"[\w.]+"#, true), (#"\W*"#, false),
    (#"[a-z_.0-9-]+"#, true), (#"[]a-z_.0-9]+"#, true), ("(|x)model.*", true), (#"\Amodel.*\Z"#, true),
    ("", false), ("model.layers.12.self_attn.q_proj|x", true), (#"(a*)*(\w|\.)+"#, true),
  ])
func aPatternMatchesAWholeName(source: String, matches: Bool) throws {
  #expect(try pattern(source).matches(module) == matches)
}

/// The same by backtracking would take longer than the universe has existed.
@Test(arguments: ["(a+)+b", "(a|a)*b", "(a?){40}a{40}b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b"])
func noPatternTakesExponentialTime(source: String) throws {
  let name = String(repeating: "a", count: 60)
  #expect(try !pattern(source).matches(name))
  #expect(try pattern(source).matches(name + "b"))
}

@Test(
  arguments: [
    ("(a", "a group without \")\" at character 3"), ("a)", "an unmatched \")\""), ("*a", "\"*\" without something"),
    ("a**", "a quantifier of a quantifier"), ("a++", "a quantifier of a quantifier"), ("[a", "brackets without"),
    ("a{x}", "braces without a number"), ("a{3,2}", "braces that are not a quantifier"), (#"(a)\1"#, "an escape"),
    ("(?<=a)b", "a group of a kind"), ("(?P=a)", "a group of a kind"), ("(?i)a", "a group of a kind"),
    (#"\pL"#, "an escape"), ("[z-a]", "a range that is empty"), ("(?P<a", "a group's name without"),
    (String(repeating: "(", count: 17), "nested deeper than 16"), ("a\\", "an escape"),
  ])
func whatIsNotSupportedIsAnError(source: String, message: String) {
  let fault = #expect(throws: Fault.self) { try pattern(source) }
  #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "-")")
}
