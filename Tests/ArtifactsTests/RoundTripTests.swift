import Artifacts
import Faults
import Files
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private func roundTrip<Value: Artifact & Equatable>(_ value: Value) throws {
    try withTemporaryFolder { folder in
      try value.write(to: folder + "/a.h5", provenance: Sample.provenance)
      #expect(try Value.read(folder + "/a.h5") == value)
    }
  }

  /// Version 1 of the tokens repeated the names of the classes for each example.
  @Test func tokensOfVersion1AreRead() throws {
    let set = try TokenizedSet.read(projectRoot + "/Tests/ArtifactsTests/Reference/tokens-version-1.h5")
    #expect(set.scoring == .classes && set.classNames == ["negative", "positive"])
    #expect(set.count == 4 && set.choiceTexts.isEmpty && set.choiceCount(3) == 2)
    #expect(Array(set.choiceTexts(of: 3)) == ["negative", "positive"] && set.labels.sorted() == [0, 0, 1, 1])
    try roundTrip(set)
  }

  /// Version 2 of predictions had the same layout, but kept nothing of the logits.
  @Test func predictionsOfVersion2AreRead() throws {
    let predictions = try Predictions.read(projectRoot + "/Tests/ArtifactsTests/Reference/predictions-version-2.h5")
    #expect(predictions.method == "base" && predictions.count == 3 && predictions.logProbabilities.count == 12)
    #expect(predictions.logSums.isEmpty && predictions.cost.trainingSteps == 0)
    try roundTrip(predictions)
  }

  @Test(arguments: [LongTextRule(cut: .front), LongTextRule(cut: .windows, overlap: 0.5, maximumWindows: 3)])
  func tokensKeepHowLongTextsWereRead(rule: LongTextRule) throws {
    var set = Sample.windows
    set.longTexts = rule
    if rule.cut == .front { set.sequenceOffsets = [0, 1] }
    if rule.cut == .front { (set.tokenOffsets, set.tokens, set.segments) = ([0, 2], [1, 2], [0, 0]) }
    try roundTrip(set)
  }

  @Test func everyKindIsReadBackUnchanged() throws {
    try roundTrip(Sample.adapter)
    try roundTrip(Sample.moments)
    try roundTrip(Sample.tokens)
    try roundTrip(Sample.predictions)
    try roundTrip(Sample.checkpoint)
    try roundTrip(Sample.results)
  }
}
