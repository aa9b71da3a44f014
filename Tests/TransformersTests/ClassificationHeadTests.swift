// The rows of heads for sequence classification: which types have one, and what config.json can change about it.
import JSON
import TestSupport
import Testing
import Transformers

@Suite struct ClassificationHeadTests {
  @Test(arguments: ModelType.all) func encodersHaveAHeadAroundTheirNetwork(type: ModelType) {
    let head = type.small.classificationHead
    #expect((head == nil) == type.isDecoder)
    if let head { #expect(head.prefix == type.small.names.prefix) }
  }

  /// PEFT saves every module whose path ends in `classifier`.
  @Test(arguments: [
    ("roberta", true), ("electra", true), ("mpnet", true), ("distilbert", true), ("bert", false), ("albert", false),
    ("deberta-v2", false), ("modernbert", false),
  ])
  func theDenseLayerIsTrainedWithTheOutputLayer(name: String, isTrained: Bool) throws {
    let head = try #require(ModelType.all.first { $0.name == name }?.small.classificationHead)
    #expect(head.trainsDense == isTrained)
    #expect(head.savedModules(withDense: false) == ["classifier"])
    #expect(head.savedModules(withDense: true).contains(head.dense) == !isTrained)
  }

  @Test func settingsChangeTheHead() throws {
    func head(_ type: String, _ name: String, _ value: JSON?) throws -> ClassificationHead? {
      let type = try #require(ModelType.all.first { $0.name == type })
      return type.small.changing([name: value]).classificationHead
    }
    #expect(try head("deberta-v2", "pooler_hidden_act", nil)?.activation == .gelu)
    #expect(try head("deberta-v2", "pooler_hidden_act", "tanh")?.activation == .tanh)
    #expect(try head("deberta-v2", "pooler_hidden_act", "mish") == nil)
    #expect(try head("modernbert", "classifier_activation", "relu")?.activation == .relu)
    #expect(try head("modernbert", "classifier_pooling", nil)?.pooling == .first)
    #expect(try head("modernbert", "classifier_pooling", "mean")?.pooling == .mean)
    #expect(try head("modernbert", "classifier_pooling", "max") == nil)
    #expect(try head("modernbert", "classifier_bias", nil)?.denseHasBias == false)
    #expect(try head("modernbert", "classifier_bias", true)?.denseHasBias == true)
  }
}
