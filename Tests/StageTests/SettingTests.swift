// settings.mk names the value of each common setting, so that a run's commands say everything that decides its numbers.
// Where a program has a default of its own for the same flag, the two must be equal.
import Foundation
import TestSupport
import Testing

@Suite struct SettingTests {
  /// Settings that a flag of a program has a default for as well.
  private static let flags = [
    "CALIBRATION_FRACTION": "tokenize --calibration-fraction", "SPLIT_SEED": "tokenize --seed",
    "SEED": "fit-adapters --seed", "RANK": "fit-adapters --rank", "ALPHA": "fit-adapters --alpha",
    "DROPOUT": "fit-adapters --dropout", "LEARNING_RATE": "fit-adapters --learning-rate",
    "WARMUP": "fit-adapters --warmup", "DECAY": "fit-adapters --decay", "EPOCHS": "fit-adapters --epochs",
    "BATCH_SIZE": "fit-adapters --batch-size", "WEIGHT_DECAY": "fit-adapters --weight-decay",
    "SAMPLES": "sample-posterior --samples", "DELTA": "decide --delta", "COVERAGE": "decide --coverage",
    "TOP": "index-adapters --top", "CHOSEN_FROM": "decide --chosen-from", "CONFORMAL": "decide --sets",
  ]

  /// Settings with a value that is the pipeline's own choice: no program has it as a default.
  private static let own: Set = [
    "EXPERIMENT", "RUNS", "MEMBERS", "MC_DROPOUT", "FULL_FLAGS", "IVON_FLAGS", "SGHMC_FLAGS", "TICKET_FLAGS",
    "SWAG_FROM", "ASWA_ACCEPT",
    "METHODS", "SHIFT_METHODS",
    "LAPLACE_SAMPLES", "SEVERITIES", "HEAD", "SHARDS", "ANSWERS", "NEW_TEXT", "NEW_TEXT_B", "NEW_LABEL",
    "NEW_ID", "NEW_ENCODING", "CLIENT_DATA", "TRUST", "ROUTER_TASKS", "VERSIONS", "ENTAILMENT_MODEL",
  ]

  /// The settings that settings.mk gives a value.
  private func settings() throws -> [String: String] {
    let text = try String(contentsOfFile: projectRoot + "/pipeline/settings.mk", encoding: .utf8)
    let lines = text.split(separator: "\n").compactMap { $0.wholeMatch(of: #/([A-Z_]+) [:?]?= (\S.*)/#)?.output }
    return Dictionary(uniqueKeysWithValues: lines.map { (String($0.1), String($0.2)) })
  }

  @Test func everyValueIsComparedWithAProgramOrThePipelinesOwn() throws {
    #expect(try Set(settings().keys) == Self.own.union(Self.flags.keys))
  }

  @Test(arguments: flags.sorted { $0.key < $1.key })
  func theValueIsTheProgramsDefault(setting: String, flag: String) throws {
    let value = try #require(settings()[setting])
    let words = flag.split(separator: " ").map(String.init)
    let argument = try #require(StageHelp(of: words[0]).arguments.first { $0.flags.contains(words[1]) })
    let defaultValue = try #require(argument.statedDefault)
    let isEqual = value == defaultValue || Double(value).map { $0 == Double(defaultValue) } == true
    #expect(isEqual, "\(setting) is \(value) in settings.mk, and \(flag) is \(defaultValue)")
  }
}
