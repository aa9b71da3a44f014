// The heads of transformers' classes for sequence classification, one row for each: what stands between the last block and
// the logits, and what its tensors are called.
import JSON

/// The head of a `...ForSequenceClassification` class.
package struct ClassificationHead: Equatable, Sendable {
  /// What the names of the network's modules begin with inside the class.
  package let prefix: String
  /// How a sequence becomes one vector.
  package var pooling = PooledHead.Pooling.first
  /// The dense layer: its name inside the class.
  package let dense: String
  /// The dense layer's nonlinearity.
  package var activation: DenseLayer.Activation
  /// The member of config.json that can name another nonlinearity; nil where the class has only one.
  var activationSetting: String?
  /// The output layer: its name inside the class.
  package var output = outputModule

  static let bert = ClassificationHead(prefix: "bert.", dense: "bert.pooler.dense", activation: .tanh)
  static let roberta = ClassificationHead(
    prefix: "roberta.", dense: "classifier.dense", activation: .tanh, output: "classifier.out_proj")
  static let distilBert = ClassificationHead(prefix: "distilbert.", dense: "pre_classifier", activation: .relu)
  static let electra = ClassificationHead(
    prefix: "electra.", dense: "classifier.dense", activation: .gelu, output: "classifier.out_proj")
  static let mpnet = ClassificationHead(
    prefix: "mpnet.", dense: "classifier.dense", activation: .tanh, output: "classifier.out_proj")
  static let albert = ClassificationHead(prefix: "albert.", dense: "albert.pooler", activation: .tanh)
  static let deberta = ClassificationHead(
    prefix: "deberta.", dense: "pooler.dense", activation: .gelu, activationSetting: "pooler_hidden_act")
}

extension ClassificationHead {
  /// The module that PEFT trains in full for a task of sequence classification.
  private static let outputModule = "classifier"

  /// Whether PEFT trains the dense layer whenever it trains the output layer: it saves every module whose path ends in
  /// `classifier`, with the modules inside.
  package var trainsDense: Bool { "\(dense).".contains("\(Self.outputModule).") }

  /// What PEFT's `modules_to_save` calls the trained layers.
  package func savedModules(withDense: Bool) -> [String] {
    withDense && !trainsDense ? [dense, Self.outputModule] : [Self.outputModule]
  }
}

extension Architecture {
  /// The head of the class for sequence classification; nil for a decoder, and where it is not known here.
  package var classificationHead: ClassificationHead? {
    guard var head = ModelType.of(self).head else { return nil }
    if let name = head.activationSetting, let value = configuration[name] {
      guard case .string(let word) = value, let activation = DenseLayer.Activation(rawValue: word) else { return nil }
      head.activation = activation
    }
    return head
  }
}
