// The heads of transformers' classes for sequence classification, one row for each: what stands between the last block and
// the logits, and what its tensors are called.
import JSON

/// The head of a `...ForSequenceClassification` class.
package struct ClassificationHead: Equatable, Sendable {
  /// What the names of the network's modules begin with inside the class.
  package let prefix: String
  /// How a sequence becomes one vector.
  package fileprivate(set) var pooling = PooledHead.Pooling.first
  /// The dense layer: its name inside the class.
  package let dense: String
  /// Whether it has a bias.
  package fileprivate(set) var denseHasBias = true
  /// The dense layer's nonlinearity.
  package fileprivate(set) var activation: DenseLayer.Activation
  /// The layer norm behind it, which has no shift: its name inside the class; nil without one.
  package var norm: String?
  /// The output layer: its name inside the class.
  package var output = outputModule
  /// The members of config.json that change the fields above.
  var settings = Settings()

  /// Names of members of config.json; nil where the class has only one form.
  struct Settings: Equatable, Sendable {
    var pooling: String?
    var bias: String?
    var activation: String?
    /// All of them.
    var names: [String] { [pooling, bias, activation].compactMap(\.self) }
  }

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
    prefix: "deberta.", dense: "pooler.dense", activation: .gelu, settings: Settings(activation: "pooler_hidden_act"))
  static let modernBert = ClassificationHead(
    prefix: "model.", dense: "head.dense", denseHasBias: false, activation: .gelu, norm: "head.norm",
    settings: Settings(pooling: "classifier_pooling", bias: "classifier_bias", activation: "classifier_activation"))
}

extension ClassificationHead {
  /// The module that PEFT trains in full for a task of sequence classification.
  private static let outputModule = "classifier"

  /// Whether PEFT trains the dense layer whenever it trains the output layer: it saves every module whose path ends in
  /// `classifier`, with the modules inside.
  package var trainsDense: Bool { "\(dense).".contains("\(Self.outputModule).") }

  /// What PEFT's `modules_to_save` calls the trained layers.
  package func savedModules(withDense: Bool) -> [String] {
    (withDense && !trainsDense ? [dense, norm].compactMap(\.self) : []) + [Self.outputModule]
  }

  /// The head with the settings of a config.json; nil where it has a form that is not computed here.
  fileprivate func configured(by members: [String: JSON]) -> ClassificationHead? {
    var head = self
    switch settings.pooling.flatMap({ members[$0] }) {
    case nil: break
    case "cls": head.pooling = .first
    case "mean": head.pooling = .mean
    default: return nil
    }
    if let value = settings.bias.flatMap({ members[$0] }) { head.denseHasBias = value == true }
    if let value = settings.activation.flatMap({ members[$0] }) {
      guard case .string(let word) = value, let activation = DenseLayer.Activation(rawValue: word) else { return nil }
      head.activation = activation
    }
    return head
  }
}

extension Architecture {
  /// The head of the class for sequence classification; nil for a decoder, and for a form that is not computed here.
  package var classificationHead: ClassificationHead? { ModelType.of(self).head?.configured(by: configuration) }
}
