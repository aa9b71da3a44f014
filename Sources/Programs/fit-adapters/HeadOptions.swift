// The flags of an encoder's head.
import Adapters
import ArgumentParser
import Artifacts
import Faults
import Transformers

extension PooledHead.Pooling: ExpressibleByArgument {}

/// What stands between an encoder's last block and the logits.
struct HeadOptions: ParsableArguments {
  /// The kinds of heads.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case linear, classifier
  }

  @Option(
    help: ArgumentHelp(
      "Encoders: linear or classifier.",
      discussion: """
        linear: one layer on the pooled hidden states. classifier: the head of the model type's class for sequence \
        classification, with a dense layer. It starts from the base's own where pretrain-load --keep-head kept it.
        """)) var head = Kind.linear
  @Option(help: "Encoders: mean, first or last token. Default: mean, and that of the class for a classifier.")
  var pooling: PooledHead.Pooling?

  /// `settings` with this head on a base.
  ///
  /// - Throws: `Fault` of kind `.usage` for a classifier where the base has none, or for another pooling where
  ///   it has a norm.
  func settings(_ settings: AdapterSettings, on base: BaseModel, _ architecture: Architecture) throws -> AdapterSettings
  {
    guard head == .classifier else { return settings }
    guard let known = architecture.classificationHead else {
      throw Fault(
        .usage, "--head", "found classifier, which is not known for this base",
        hint: "use linear for an encoder; a decoder has no trained head")
    }
    if let pooling, known.norm != nil, pooling != known.pooling {
      throw Fault(
        .usage, "--pooling", "found \(pooling.rawValue), but the base's classifier has \(known.pooling.rawValue)",
        hint: "omit it, or use --head linear")
    }
    var settings = settings
    settings.pooling = pooling ?? known.pooling
    settings.dense = .init(
      activation: known.activation,
      isTrained: known.trainsDense || base.tensor(HeadTensor.denseWeight.rawValue) == nil)
    return settings
  }
}
