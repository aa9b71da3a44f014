// Learning a vocabulary: the result is a complete tokenizer.json, the same every time.
import Faults
import JSON
import Testing
import Tokenization

private let texts = ["the cat sat on the mat\n", "the cat ate the rat\n", "that hat\n"]

@Test func theMostFrequentPairsAreMerged() throws {
  let json = try BytePairTrainer.train(texts, vocabularySize: 262)
  let model = try json.object("model", in: "trained")
  // "at" and "th" occur 7 times each: "a" has the lower id.
  #expect(try model.array("merges").map { $0.value.strings }.prefix(2) == [["a", "t"], ["t", "h"]])
  let tokenizer = try Tokenizer(json: json, subject: "trained")
  #expect(tokenizer.vocabularySize == 262)
  #expect(tokenizer.id("<s>") == 0 && tokenizer.id("</s>") == 1)
  #expect(tokenizer.encode("that").first == 0)
  #expect(tokenizer.encode("that", addSpecialTokens: false).compactMap(tokenizer.token) == ["th", "at"])
}

@Test func aLearnedTokenizerIsTheSameAfterWritingAndReading() throws {
  let json = try BytePairTrainer.train(texts, vocabularySize: 270)
  let read = try JSON.parse(json.encode(pretty: true), subject: "tokenizer.json")
  #expect(read == json)
  let tokenizer = try Tokenizer(json: read, subject: "tokenizer.json")
  for text in texts + ["Ünïcode 日本 \0", ""] {
    #expect(try tokenizer.decode(tokenizer.encode(text)) == text)
  }
}

@Test func theOrderOfTrainingTextsDoesNotMatter() throws {
  let one = try BytePairTrainer.train(texts, vocabularySize: 280)
  #expect(try BytePairTrainer.train(texts.reversed(), vocabularySize: 280) == one)
}

@Test func trainingStopsIfNoPairOccursTwice() throws {
  let json = try BytePairTrainer.train(["ab cd", " cd"], vocabularySize: 1000, specialTokens: [], beginning: nil)
  let tokenizer = try Tokenizer(json: json, subject: "trained")
  #expect(tokenizer.vocabularySize == 258)
  #expect(tokenizer.encode("ab cd").compactMap(tokenizer.token) == ["a", "b", "Ġcd"])
}

/// "aaa" is "aa" and "a", not two overlapping pairs.
@Test func runsAreMergedFromTheLeft() throws {
  let json = try BytePairTrainer.train(["aaa aaa aaa"], vocabularySize: 257, specialTokens: [], beginning: nil)
  let tokenizer = try Tokenizer(json: json, subject: "trained")
  #expect(tokenizer.encode("aaa").compactMap(tokenizer.token) == ["aa", "a"])
}

@Test func impossibleVocabulariesAreRejected() {
  func message(_ size: Int, _ special: [String], _ beginning: String?) -> String {
    do throws(Fault) {
      _ = try BytePairTrainer.train(texts, vocabularySize: size, specialTokens: special, beginning: beginning)
      return "accepted"
    } catch { return error.message }
  }
  #expect(message(258, ["<s>", "</s>"], "<s>").contains("258 is too small"))
  #expect(message(300, ["<s>", "<s>"], "<s>").contains("duplicate"))
  #expect(message(300, [""], nil).contains("is empty"))
  #expect(message(300, ["</s>"], "<s>").contains("is not among them"))
}
