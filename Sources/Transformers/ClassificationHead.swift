// The heads of transformers' classes for sequence classification, one row for each model type: what stands between the
// last block and the logits, and what its tensors are called.

/// The head of a `...ForSequenceClassification` class.
package struct ClassificationHead: Equatable, Sendable {
  /// What the names of the network's modules begin with inside the class.
  package let prefix: String
  /// How a sequence becomes one vector.
  package let pooling: PooledHead.Pooling
  /// The dense layer: its name inside the class.
  package let dense: String
  /// The dense layer's nonlinearity.
  package let activation: DenseLayer.Activation
  /// The output layer: its name inside the class.
  package let output: String

  /// BERT's pooler, which reads the first token, and a classifier (transformers' BertForSequenceClassification).
  static let bert = ClassificationHead(
    prefix: "bert.", pooling: .first, dense: "bert.pooler.dense", activation: .tanh, output: "classifier")
}

extension Architecture {
  /// The head of the class for sequence classification; nil for a decoder, and where it is not known here.
  package var classificationHead: ClassificationHead? {
    configuration["model_type"] == "bert" ? .bert : nil
  }
}
