// Wrong flags are rejected before anything is computed, with the flag's name and the allowed values.
import Artifacts
import TestSupport
import Testing

@Suite struct WrongFlags {
  /// A flag that makes a valid command wrong, and the expected message.
  struct Mistake: CustomTestStringConvertible {
    let flags: [String]
    let says: [String]
    var hint: String?
    var testDescription: String { flags.joined(separator: " ") }

    init(_ flags: String..., says: [String], hint: String? = nil) {
      (self.flags, self.says, self.hint) = (flags, says, hint)
    }
  }

  @Test(arguments: [
    Mistake("--rank", "0", says: ["--rank: found 0, must be an integer of at least 1"]),
    Mistake("--rank", "17", says: ["--rank: found 17, above the width of"]),
    Mistake("--alpha", "0", says: ["--alpha: found 0.0"]),
    Mistake("--alpha", "nan", says: ["--alpha: found nan"]),
    Mistake("--dropout", "1", says: ["--dropout: found 1.0"]),
    Mistake("--learning-rate", "-1", says: ["--learning-rate: found -1.0"]),
    Mistake("--learning-rate", "inf", says: ["--learning-rate: found inf"]),
    Mistake("--epochs", "0", says: ["--epochs: found 0"]),
    Mistake("--batch-size", "0", says: ["--batch-size: found 0"]),
    Mistake("--training-examples", "-1", says: ["--training-examples: found -1, must be an integer of at least 0"]),
    Mistake("--pooling", "middle", says: ["'middle'", "--pooling", "'mean'", "'first'"], hint: "--help"),
    Mistake("--decay", "steep", says: ["steep"], hint: "--help"),
    Mistake("--threads", "0", says: ["--threads 0: must be an integer of at least 1"], hint: "--help"),
    Mistake("--threads", "5000000000", says: ["--threads 5000000000: must be at most"], hint: "--help"),
    Mistake("--checkpoint-seconds", "nan", says: ["--checkpoint-seconds nan"], hint: "--help"),
    Mistake("--targets", ",", says: ["--targets: \"\" names no linear module"]),
    Mistake("--layers", "1-0", says: ["'1-0'", "--layers", "ascending order"], hint: "--help"),
    Mistake("--layers", "0,,1", says: ["'0,,1'", "--layers", "ascending order"], hint: "--help"),
    Mistake("--layers", "1,0", says: ["'1,0'", "--layers", "ascending order"], hint: "--help"),
    Mistake(
      "--layers", "0-2", says: ["--layers: there is no block 2: the base has the blocks 0 to 1"], hint: "number 0"),
    Mistake("--layers", "1", "--parametrisation", "full", says: ["--layers: found [1] with full fine-tuning"]),
    Mistake("--weight-decay-b", "1001", says: ["--weight-decay-b: found 1001.0 at a learning rate of 0.001"]),
    Mistake("--deviations", "3", says: ["--deviations: it belongs to --collect-from, which"], hint: "omit it"),
    Mistake("--collect-from", "1", says: ["--collect-from: found 1.0, expected a share"]),
    Mistake("--collect-from", "0.5", "--collect-rate", "-1", says: ["--collect-rate: found -1.0"]),
    Mistake("--prior-noise", "0.1", "--variational", "scalabl", says: ["--prior-noise: found it with scalabl"]),
    Mistake("--collect-from", "0.5", "--members", "2", says: ["--collect-from: found it together with --members"]),
    Mistake(
      "--preset", "swag-lora", "--variational", "blob", says: ["--collect-from: found it together with --variational"]),
    Mistake("--collect-from", "0.5", "--cycles", "2", says: ["--collect-from: found it together with --cycles"]),
    Mistake(
      "--collect-from", "0.5", "--optimizer", "ivon", says: ["--collect-from: found it together with --optimizer ivon"]),
    Mistake("--variational", "blob", "--divergence-cycles", "2", "--cycle-exponent", "8", says: ["--cycle-exponent"]),
    Mistake("--collect-from", "0.5", "--from", "x.h5", says: ["--collect-from: found it together with --from"]),
    Mistake("--diversity", "0.1", says: ["--diversity 0.1: all draws are equal without dropout"], hint: "--dropout"),
    Mistake(
      "--diversity", "0.1", "--dropout", "0.1", "--variational", "blob",
      says: ["--diversity: found it together with a variational method"], hint: "leave out"),
    Mistake(
      "--diversity", "0.1", "--dropout", "0.1", "--parametrisation", "full",
      says: ["--diversity: found it together with full fine-tuning"]),
    Mistake(
      "--diversity", "0.1", "--dropout", "0.1", "--parametrisation", "rank-masks",
      says: ["--diversity: found it together with rank masks"]),
    Mistake("--rnak", "4", says: ["unknown option '--rnak'; did you mean '--rank'?"], hint: "--help"),
    Mistake("--bas", "x", says: ["unknown option '--bas'; did you mean '--base'?"], hint: "--help"),
    Mistake("--targets", "q_prj", says: ["--targets: \"q_prj\" names no linear module"], hint: "q_proj"),
    Mistake("--targets", "q_proj,v_prj", says: ["\"v_prj\""], hint: "v_proj"),
  ])
  func wrongFlagsOfFitAdapters(mistake: Mistake) throws {
    try Workshop.open(.letters) { shop in
      try shop.expectFault(64, "fit-adapters", shop.inputs + mistake.flags, says: mistake.says, hint: mistake.hint)
    }
  }

  /// Each flag that a fit without its owner would ignore, with a value that is its default where it has one, and what it
  /// belongs to.
  private static let owned = [
    ("--sample-size", "100", "--optimizer ivon"), ("--curvature", "1", "--optimizer ivon"),
    ("--curvature-decay", "0.99999", "--optimizer ivon"), ("--newton-clip", "1", "--optimizer ivon"),
    ("--friction", "0.1", "--optimizer sghmc"), ("--temperature", "1", "--optimizer sghmc"),
    ("--cycle-snapshots", "1", "--cycles"), ("--sampling-share", "0.1", "--cycles"),
    ("--exploration", "0", "--cycles"), ("--drop-interval", "10", "--density"), ("--drop-share", "0.5", "--density"),
    ("--ticket-drop-share", "0.8", "--density"), ("--dropout-draws", "5", "--diversity"),
    ("--bases", "256", "--parametrisation nola"), ("--bases-seed", "0", "--parametrisation nola"),
    ("--mask-prior", "0.9", "--parametrisation rank-masks"),
    ("--mask-temperature", "0.5", "--parametrisation rank-masks"), ("--prior-deviation", "0.2", "--variational"),
    ("--initial-root", "0.05", "--variational"), ("--divergence-rate", "0.01", "--variational"),
    ("--divergence-cycles", "4", "--variational"), ("--cycle-exponent", "8", "--variational"),
    ("--prior-noise", "0", "--variational"), ("--collect-rate", "1e-3", "--collect-from"),
    ("--collections", "3", "--collect-from"), ("--deviations", "3", "--collect-from"),
    ("--anneal-epochs", "0", "--collect-from"), ("--accept", "all", "--collect-from"), ("--moments", "keep", "--from"),
  ]

  @Test(arguments: owned) func aFlagOfAnotherFitIsRefused(flag: String, value: String, owner: String) throws {
    try Workshop.open(.letters) { shop in
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + [flag, value],
        says: ["\(flag): it belongs to \(owner), which this fit does not have"], hint: "omit it, or give \(owner) too")
    }
  }

  /// A flag of the other optimizer is no better than one of the usual.
  @Test func aFlagOfTheOtherOptimizerIsRefused() throws {
    try Workshop.open(.letters) { shop in
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--optimizer", "sghmc", "--newton-clip", "1"],
        says: ["--newton-clip: it belongs to --optimizer ivon"])
      _ = try shop.fit("ivon.h5", "--optimizer", "ivon", "--newton-clip", "1", "--curvature-decay", "0.9")
      #expect(try Adapter.read(shop.path("ivon.h5")).settings.contains(#""curvatureDecay":0.9"#))
    }
  }

  @Test func anEncodersTargetsAreListedByItsNames() throws {
    try Workshop.open(.pairs) { shop in
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--targets", "q_proj"], says: ["\"q_proj\""], hint: "self.query")
    }
  }

  @Test func wrongFlagsOfExtractEnsemble() throws {
    try Workshop.open { shop in
      let command = shop.inputs + ["--adapter", try shop.fit("adapter.h5")]
      for (flags, says) in [
        (["--members", "0"], "--members: found 0, expected 1 to 1024"), (["--epochs", "0"], "--epochs: found 0"),
        (["--steps", "-1"], "--steps: found -1"), (["--learning-rate", "0"], "--learning-rate: found 0.0"),
        (["--fidelity", "-1"], "--fidelity: found -1.0"), (["--spread", "-1"], "--spread: found -1.0"),
        (["--mutual-information", "0.1", "inf"], "--mutual-information: found inf"),
        (["--mutual-information", "0.1", "0.1"], "--mutual-information: found 0.1 twice"),
      ] { try shop.expectFault(64, "extract-ensemble", command + flags, says: [says]) }
      for (name, flags) in [("olora", ["--parametrisation", "olora"]), ("blob", ["--variational", "blob"])] {
        let other = shop.path("\(name).h5")
        try shop.run("fit-adapters", shop.inputs + flags + ["--rank", "2", "--steps", "1", "--output", other])
        try shop.expectFault(
          78, "extract-ensemble", shop.inputs + ["--adapter", other],
          says: ["\(other): found another parametrisation than LoRA"], hint: "--parametrisation lora")
      }
    }
  }

  @Test func wrongFlagsOfCollectSwag() throws {
    try Workshop.open { shop in
      let command = shop.inputs + ["--adapter", try shop.fit("adapter.h5")]
      for (flags, says) in [
        (["--collections", "0"], "--collections: found 0"), (["--collections", "1000"], "--collections: found 1000"),
        (["--deviations", "0"], "--deviations: found 0"), (["--epochs", "0"], "--epochs: found 0"),
        (["--learning-rate", "-1"], "--learning-rate"), (["--anneal-epochs", "9"], "--anneal-epochs: found 9"),
        (["--preset", "swag-lara"], "--preset: found \"swag-lara\", expected swag-lora"),
      ] { try shop.expectFault(64, "collect-swag", command + flags, says: [says]) }
    }
  }

  @Test func wrongFlagsOfCollectCurvature() throws {
    try Workshop.open { shop in
      let command = shop.inputs + ["--adapter", try shop.fit("adapter.h5")]
      for (flags, says) in [
        (["--rank", "0"], ["--rank: found 0"]), (["--exact-width=-1"], ["--exact-width: found -1"]),
        (["--parameters", "some"], ["'some'", "--parameters", "'all'", "'last-layer'"]),
        (["--criterion", "taste"], ["'taste'", "--criterion", "'marginal-likelihood'", "'calibration'"]),
        (["--prior-precision=-1"], ["--prior-precision: found -1"]),
        (["--prior-precision", "inf"], ["--prior-precision: found inf"]),
        (["--memory=-1"], ["--memory: found -1, must be an integer of at least 0"]),
      ] { try shop.expectFault(64, "collect-curvature", command + flags, says: says) }
    }
  }

  @Test func wrongFlagsOfSamplePosterior() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let moments = try shop.collect("moments.h5", from: adapter)
      let curvature = try shop.curvature("curvature.h5", from: adapter)
      func expect(_ method: String, _ files: [String], _ flags: String..., says: [String], hint: String? = nil) throws {
        let command = shop.inputs + ["--method", method, "--posterior"] + files + flags
        try shop.expectFault(64, "sample-posterior", command, says: says, hint: hint)
      }
      try expect("swagg", [moments], says: ["--method: found \"swagg\"", "swag-diagonal, swag, multiswa, multiswag"])
      try expect("point", [adapter], "--samples", "0", says: ["--samples: found 0, must be an integer of at least 1"])
      try expect("swag", [moments], "--scale", "-1", says: ["--scale"])
      try expect("swag", [moments], "--scale", "nan", says: ["--scale: found nan"])
      try shop.expectFault(
        78, "sample-posterior",
        shop.inputs + ["--method", "swag", "--posterior", moments, "--samples", "1000000000"],
        says: ["--samples", "do not fit into memory", "MiB are free"])
      try expect("point", [adapter], "--scale", "2", says: ["--scale: method point has no covariance"])
      try expect("swag", [moments], "--dropout", "0.2", says: ["--dropout: method swag uses no dropout"])
      try expect("laplace", [curvature], "--draws", "lattice", says: ["--draws: method laplace does not draw Gaussian"])
      try expect("point", [adapter], "--draws", "linearised", says: ["--draws: method point does not draw Gaussian"])
      try expect(
        "swag", [moments], "--draws", "linearised", "--export-peft", shop.path("peft"),
        says: ["--export-peft: swag samples logits, not adapters"], hint: "--draws independent")
      try expect("dropout", [adapter], says: ["--dropout: found 0.0"], hint: "--dropout")
      try expect("swag", [adapter], says: ["--posterior: method swag takes one file of collect-swag"])
      try expect("swag", [curvature], says: ["--posterior: method swag takes one file of collect-swag"])
      try expect("laplace", [adapter], says: ["--posterior: method laplace takes one file of collect-curvature"])
      try expect("laplace", [curvature, curvature], says: ["--posterior", "2 files of collect-curvature"])
      try expect("laplace-last-layer", [curvature], says: [curvature, "all parameters", "last layer"])
      try expect("point", [moments], says: ["--posterior: method point takes one adapter file"])
      try expect("point", [adapter, adapter], says: ["--posterior", "found 2 adapter files"])
      try expect("ensemble", [adapter, moments], says: ["--posterior", "1 file of collect-swag"])
      try expect("point", [], says: ["--posterior"])
    }
  }
}
