// Copies of a text are found by their tokens.
import Artifacts
import Testing

@Suite struct CopiesTests {
  /// Examples with one sequence each.
  private func set(_ sequences: [[Int32]], labels: [Int32], splits: [TokenizedSet.Split]) -> TokenizedSet {
    var set = TokenizedSet()
    for (index, sequence) in sequences.enumerated() {
      set.tokens += sequence
      set.tokenOffsets.append(Int64(set.tokens.count))
      set.sequenceOffsets.append(Int32(index + 1))
      set.rowIDs.append("r\(index)")
    }
    (set.labels, set.splits) = (labels, splits)
    return set
  }

  @Test func onlyTheFirstLabelledTestRowOfATextIsNoCopy() {
    let sequences: [[Int32]] = [[1, 2], [1, 2], [1, 2], [1], [1, 2], [1]]
    let found = set(
      sequences, labels: [0, -1, 1, 0, 0, 0], splits: [.train, .test, .test, .test, .test, .test])
    #expect(found.copies(among: Array(0..<6)) == [1, 2, 4, 5])
    // Row 0 is no test row and row 1 has no label, so row 2 is the first.
    #expect(found.idsOfCopiedTestRows == ["r4", "r5"])
  }

  /// Where answers are written, the prompt alone is what the network is asked.
  @Test func promptsAreComparedWithoutTheirAnswers() {
    #expect(Sample.writtenAnswers.copies(among: [0, 1, 2]) == [1, 2])
  }

  /// The same tokens in other sequences are another text.
  @Test func sequencesAreComparedOneByOne() {
    var found = set([[1, 2], [3], [1], [2, 3]], labels: [], splits: [])
    found.sequenceOffsets = [0, 2, 4]
    #expect(found.copies(among: [0, 1]) == [])
  }
}
