// The texts that are classified by topic: the committed bytes, and what the files promise of each other.
import Almanac
import Files
import Testing
import TestSupport

@Suite struct TopicTextsTests {
  @Test(arguments: TopicTexts.allCases) func theCommittedFileIsReproduced(file: TopicTexts) throws {
    let there = try String(decoding: readBytes("\(projectRoot)/data/topics/\(file.rawValue).csv"), as: UTF8.self)
    #expect(file.table(of: committed) == there, "run make almanac")
  }

  @Test func noTextOccursInTwoFiles() {
    let texts = TopicTexts.allCases.map { file in
      Set(
        file.table(of: committed).split(separator: "\n").dropFirst().map { line in
          String(file == .new ? line.split(separator: ",", maxSplits: 1)[1] : line[..<line.lastIndex(of: ",")!])
        })
    }
    #expect(texts.map(\.count) == [359, 400, 300])
    #expect(
      texts[0].isDisjoint(with: texts[1]) && texts[0].isDisjoint(with: texts[2]) && texts[1].isDisjoint(with: texts[2]))
  }
}
