// The windows of a long text: they reach its end, overlap as much as they should, and are full.
import Artifacts
import Testing

@Suite struct LongTextRuleTests {
  @Test func aTextThatFitsIsOneWindow() {
    let rule = LongTextRule(cut: .windows)
    #expect(rule.windows(ofText: 0, room: 8) == [0..<0])
    #expect(rule.windows(ofText: 7, room: 8) == [0..<7])
    #expect(rule.windows(ofText: 8, room: 8) == [0..<8])
  }

  @Test func oneTokenMoreIsTwoWindows() {
    #expect(LongTextRule(cut: .windows).windows(ofText: 9, room: 8) == [0..<8, 1..<9])
  }

  @Test func windowsAreSpreadEvenly() {
    #expect(LongTextRule(cut: .windows).windows(ofText: 20, room: 8) == [0..<8, 6..<14, 12..<20])
    #expect(LongTextRule(cut: .windows).windows(ofText: 17, room: 8) == [0..<8, 4..<12, 9..<17])
  }

  @Test func theEndIsCutWhereTooManyWindowsWouldBeNeeded() {
    let rule = LongTextRule(cut: .windows, overlap: 0, maximumWindows: 2)
    #expect(rule.neededWindows(ofText: 17, room: 8) == 3)
    #expect(rule.windows(ofText: 17, room: 8) == [0..<8, 8..<16])
    #expect(LongTextRule(cut: .windows, maximumWindows: 1).windows(ofText: 17, room: 8) == [0..<8])
  }

  @Test func forAllLengthsTheyAreFullOverlapAndReachTheEnd() {
    for overlap in [0, 0.25, 0.5, 0.99] {
      let rule = LongTextRule(cut: .windows, overlap: overlap, maximumWindows: 1000)
      for room in 1...9 {
        for count in room + 1...40 {
          let windows = rule.windows(ofText: count, room: room)
          let isRight =
            windows.allSatisfy { $0.count == room } && windows.first!.lowerBound == 0
            && windows.last!.upperBound == count && windows.count == rule.neededWindows(ofText: count, room: room)
            && zip(windows, windows.dropFirst()).allSatisfy { one, next in
              next.lowerBound > one.lowerBound
                && one.upperBound - next.lowerBound >= min(room - 1, Int(overlap * Double(room)))
            }
          #expect(isRight, "\(count) tokens in windows of \(room) with overlap \(overlap): \(windows)")
        }
      }
    }
  }
}
