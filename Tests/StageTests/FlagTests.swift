// The pipeline records the files that a stage read by the flags that name files. Its lists must contain every flag of
// the programs: if a flag were missing, its file could change without anything being made again.
import Foundation
import TestSupport
import Testing

@Suite struct FlagTests {
  private static let stages = [
    "tokenize", "pretrain-load", "compute-prefix", "fit-adapters", "import-adapter", "collect-swag", "collect-chain",
    "bayesianize-adapter", "extract-ensemble", "collect-curvature", "index-adapters", "route-adapters",
    "sample-posterior", "evaluate",
    "shift-test", "predict", "decide", "share-adapter", "exchange-adapters", "compare-clients", "evaluate-answers",
    "generate-answers", "judge-entailment",
  ]

  /// Flags whose values are numbers or names. A new flag that takes a value belongs here, or into pipeline/inputs.
  private static let values = """
    accept alpha anchors anneal-epochs answers base-divergence base-name bases bases-seed batch-size bins blocks \
    bootstrap calibration-fraction calibration-size calibrators checkpoint-seconds chosen-from class-weights \
    client clients collect-from collect-rate collections corruption coverage criterion curvature curvature-decay \
    cut cycle-exponent cycle-snapshots cycles dataset decay delta density deviations divergence-cycles \
    divergence-rate diversity draws drop-interval drop-share dropout dropout-draws embedding-blocks encoding entails epochs equivalence \
    exact-width exploration fidelity focal format friction \
    gradient-clip head id-column initial-root initialization-gain initialization-seed iterations label-column \
    label-smoothing largest largest-ratio layers learning-rate limit mask-prior mask-temperature max-new-tokens \
    maximum-length maximum-windows measure members memory method missing moments mutual-information newton-clip number-bins \
    optimizer parameters parametrisation pooling precision preset prior prior-deviation prior-noise \
    prior-precision product-penalty rank repulsion risk rounds sample-size samples sampling-share scale scoring \
    second-text-column see seed sets severity shard similarity smallest spread step-size steps stop stop-word \
    store subsample-seed target-acceptance targets temperature template test-fraction text-column texts thinning \
    threads ticket-drop-share tolerance tolerance-rule top top-k top-p training-examples trust variational versions warmup \
    warmup-transitions weight-decay weight-decay-a weight-decay-b weight-decay-head window-overlap
    """

  /// The flags of a list in pipeline/inputs.
  private func listed(_ name: String) throws -> [String] {
    let text = try String(contentsOfFile: projectRoot + "/pipeline/inputs", encoding: .utf8)
    let start = try #require(text.range(of: "\n\(name)=\""))
    return text[start.upperBound...].prefix { $0 != "\"" }.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// The flags of a stage that take a value.
  private func flags(of stage: String) throws -> [String] {
    let arguments = try StageHelp(of: stage).arguments
    #expect(arguments.allSatisfy { $0.kind != "positional" }, "\(stage): a word without a flag")
    return arguments.filter { $0.kind == "option" }.flatMap(\.flags)
  }

  @Test func everyFlagIsClassified() throws {
    let values = Self.values.split(separator: " ").map { "--" + $0 }
    let known = try ["READING", "CACHED", "WRITING"].flatMap(listed) + values
    #expect(known.count == Set(known).count, "a flag is in two lists")
    let found = try Set(Self.stages.flatMap(flags))
    #expect(found.subtracting(known).sorted() == [], "say in pipeline/inputs or in this test what these flags name")
    #expect(Set(known).subtracting(found).sorted() == [], "no stage has these flags any more")
  }

  /// The stages are those that the rules run.
  @Test func theRulesRunExactlyTheseStages() throws {
    let rules = try ["sets", "fitting", "scoring", "answers", "collaborate"].map { name in
      try String(contentsOfFile: projectRoot + "/pipeline/\(name).mk", encoding: .utf8)
    }.joined()
    let programs = try FileManager.default.contentsOfDirectory(atPath: projectRoot + "/Sources/Programs")
      .filter { $0.contains("-") || ["tokenize", "evaluate", "predict", "decide"].contains($0) }
    #expect(Set(programs.filter(rules.contains)) == Set(Self.stages))
  }
}
