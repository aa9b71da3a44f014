// pretrain-load: checks a model folder from end to end and lays its weights out once, for all later stages to map.
import ArgumentParser
import Artifacts
import Checkpoints
import Faults
import JSON
import StageKit
import Tokenization

extension MatrixStorage: ExpressibleByArgument {}

@main struct PretrainLoad: Stage {
  static let configuration = CommandConfiguration(
    commandName: "pretrain-load", abstract: "Lays out a Hugging Face model folder as one file.",
    discussion: """
      Reads config.json and safetensors (one file, or shards with an index; float32, \
      float16, bfloat16) of the model types that `show --models` prints. Every tensor is \
      used or named as unused.
      Example:
        .build/release/pretrain-load --model data/almanac/base --output base.h5
      With --describe it reads config.json alone and prints one line for scripts.
      """)
  @Option(help: "The model folder.") var model: String
  @Option(help: "The file to write.") var output: String?
  @Flag(help: "Keep an encoder's pooler and classifier, for fit-adapters --head classifier and import-adapter.")
  var keepHead = false
  @Option(help: "Matrices of the linear modules: as published, or int8, for products with --precision int8.")
  var store = MatrixStorage.published
  @Flag(help: "Write no file; print `encoder` or `decoder` and the number of blocks.") var describe = false
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    if describe {
      context.print(try ModelFolder.outline(of: model) + "\n")
    } else if let output {
      try load(to: output, context)
    }
  }

  func validate() throws {
    guard describe != (output != nil) else {
      throw ValidationError("Expected either --output FILE or --describe, found \(describe ? "both" : "neither")")
    }
  }

  private func load(to output: String, _ context: StageContext) throws {
    try context.check(outputs: output)
    let folder = try ModelFolder(model, keepsHead: keepHead)
    context.say(folder.summary)
    folder.headSummary.map(context.say)
    let largest = Double(folder.tensorBytes(store: store).max() ?? 0)
    try Memory.require(
      largest, for: "model", "the values of its largest tensor", hint: "choose a smaller model")
    // One tensor at a time is in memory, and mapped from its file.
    context.say(Memory.summary([("its largest tensor", 2 * largest)]))
    folder.remark.map(context.say)
    folder.warning.map(context.warn)
    warnOfTokenizer(context)
    for file in try folder.digests() { try context.record(input: file.path, digest: file.digest) }
    try BaseModel.write(
      to: output, architecture: folder.architecture.canonicalJSON, tokenizerDigest: folder.tokenizerDigest,
      names: folder.tensorNames, labels: folder.head?.labels ?? [], tensor: { try folder.baseTensor($0, store: store) },
      provenance: context.provenance)
  }

  /// The base does not depend on the tokenizer, but is of no use where `tokenize` refuses it.
  private func warnOfTokenizer(_ context: StageContext) {
    do { _ = try Tokenizer(contentsOf: model) } catch {
      context.warn("tokenize will refuse this folder: \((error as? Fault)?.description ?? "\(error)")")
    }
  }
}
