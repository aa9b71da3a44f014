// The rows of heads for sequence classification: which types have one, and what config.json can change about it.
import Testing
import Transformers

@Suite struct ClassificationHeadTests {
  @Test(arguments: ModelType.all) func encodersHaveAHeadAroundTheirNetwork(type: ModelType) {
    let head = type.small.classificationHead
    #expect((head == nil) == (type.isDecoder || type.name == "modernbert"))
    if let head { #expect(head.prefix == type.small.names.prefix) }
  }

  /// PEFT saves every module whose path ends in `classifier`.
  @Test(arguments: [
    ("roberta", true), ("electra", true), ("mpnet", true), ("distilbert", true), ("bert", false), ("albert", false),
    ("deberta-v2", false),
  ])
  func theDenseLayerIsTrainedWithTheOutputLayer(name: String, isTrained: Bool) throws {
    let head = try #require(ModelType.all.first { $0.name == name }?.small.classificationHead)
    #expect(head.trainsDense == isTrained)
    #expect(head.savedModules(withDense: true) == (isTrained ? [] : [head.dense]) + ["classifier"])
  }

  @Test func theNonlinearityOfDebertaIsASetting() throws {
    let small = try #require(ModelType.all.first { $0.name == "deberta-v2" }).small
    #expect(small.classificationHead?.activation == .gelu)
    #expect(small.changing(["pooler_hidden_act": "tanh"]).classificationHead?.activation == .tanh)
    #expect(small.changing(["pooler_hidden_act": "mish"]).classificationHead == nil)
  }
}
