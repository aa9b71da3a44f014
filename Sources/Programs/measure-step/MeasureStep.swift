// measure-step: times one training step and one prediction on rows of equal length, and matrix products alone for
// comparison. It is used by `make bench` and when a kernel is changed, and writes no file.
import Adapters
import ArgumentParser
import Arrays
import Artifacts
import Faults
import Foundation
import NetworkStages
import StageKit
import Training
import Transformers

@main struct MeasureStep: Stage {
  static let configuration = CommandConfiguration(
    commandName: "measure-step", abstract: "Time a training step and a prediction, and matrix products alone.",
    discussion: """
      Prints lines of a name and a value. The first is the time from opening the base to the end \
      of the first prediction. The others are medians: tokens per second in training and in \
      prediction, the corresponding rates of floating-point operations in frozen products and \
      attention, and the rate of matrix products alone. With --new-tokens it \
      times only the writing of texts after rows as prompts, and beside it what reading the \
      weights once for each token would allow.
      Example:
        .build/release/measure-step --base runs/almanac/base.h5 \\
          --rows 32 --length 64 --precision bfloat16 --threads 2
      """)

  @Option(help: "The base, from pretrain-load.") var base: String
  @Option(
    help: ArgumentHelp(
      "If --base does not exist, first write a random Llama there, in bfloat16 or int8; 4096x32 is Llama 2 7B.",
      valueName: "hidden size x layers"))
  var random: String?
  @Option(help: "Sequences in a step.") var rows = 32
  @Option(help: "Tokens in a sequence.") var length = 64
  @Option(help: "Time a decoder that writes texts of so many tokens, at least 2, one for each row.") var newTokens: Int?
  @Option(help: "Number of repetitions. The median is printed.") var rounds = 9
  @Option(help: "Rank of every adapter.") var rank = 8
  @Option(help: "Linear modules, separated by commas. Default: query and value.") var targets = ""
  @OptionGroup var products: PrecisionOption
  @OptionGroup var common: CommonOptions

  func run(_ context: StageContext) throws {
    try Fault.check(rows, of: "rows", in: 1...65_536)
    try Fault.check(length, of: "length", in: 2...65_536)
    try Fault.check(rounds, of: "rounds", in: 1...65_536)
    if let newTokens { try Fault.check(newTokens, of: "new-tokens", in: 2...65_536) }
    let precision = products.precision
    context.announce(precision)
    var settings = AdapterSettings()
    settings.targets = targets.split(separator: ",").map { String($0) }
    (settings.rank, settings.precision) = (rank, precision)
    try settings.validate()
    if let random, !FileManager.default.fileExists(atPath: base) {
      try writeRandomBase(
        try Architecture(random), store: precision == .int8 ? .int8 : .published, to: base,
        provenance: context.provenance)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let base = try context.open(base: base)
    let architecture = try base.checkedArchitecture(self.base)
    if let newTokens { return try measureWriting(newTokens, base, architecture, settings, context) }
    let set = TokenizedSet(architecture, rows: rows, length: length)
    let scorer = try Scorer(architecture, base: base, data: set, settings: settings, threads: context.threads)
    let parameters = scorer.parametrisation.initialValues(seed: 0)
    var gradient = [Float](repeating: 0, count: parameters.count)
    let examples = Array(0..<set.count)
    _ = try scorer.logProbabilities(of: [0], parameters: parameters)
    let ready = clock.now - start

    let step = median(rounds) { _ = scorer.lossAndGradient(of: examples, parameters: parameters, gradient: &gradient) }
    let pass = try median(rounds) { _ = try scorer.logProbabilities(of: examples, parameters: parameters) }
    let tokens = Double(rows * length)
    let operations = architecture.forwardOperations(rows: rows, length: length)
    let product = productRate(precision, threads: context.threads, rounds: rounds)
    print("ready_milliseconds \((ready / .milliseconds(1)).formatted(0))")
    print("train_tokens_per_second \((tokens / step).formatted(0))")
    print("train_gflops \((2 * operations / step * 1e-9).formatted(0))")
    print("predict_tokens_per_second \((tokens / pass).formatted(0))")
    print("predict_gflops \((operations / pass * 1e-9).formatted(0))")
    print("product_gflops \((product * 1e-9).formatted(0))")
  }

  private func measureWriting(
    _ newTokens: Int, _ base: BaseModel, _ architecture: Architecture, _ settings: AdapterSettings,
    _ context: StageContext
  ) throws {
    guard architecture.isDecoder else {
      throw Fault(.configuration, self.base, "is an encoder, which cannot write", hint: "omit `new-tokens`")
    }
    var set = TokenizedSet(architecture, rows: rows, length: length)
    set.splits = set.splits.map { _ in .test }
    let scorer = try Scorer(
      architecture, base: base, data: set, settings: settings, threads: context.threads,
      positions: set.positions(writing: newTokens, on: architecture))
    let rate = try writingRate(scorer, newTokens: newTokens, rounds: rounds)
    let bytes = architecture.matrixBytes(settings.precision)
    let reading = readingRate(bytes: bytes, rounds: 3 * rounds) / Double(bytes) * Double(rows)
    print("generate_tokens_per_second \(rate.formatted(1))")
    print("reading_tokens_per_second \(reading.formatted(1))")
    print("share_of_reading \((rate / reading).formatted(3))")
  }
}

extension Architecture {
  /// Floating-point operations of the linear modules and of attention in a forward pass. With a frozen base, the backward
  /// pass has the same number. In a decoder's last block, only keys and values are computed for all tokens, and everything
  /// else for the last token of each sequence.
  fileprivate func forwardOperations(rows: Int, length: Int) -> Double {
    let tokens = Double(rows * length)
    return (0..<layers).reduce(0.0) { sum, layer in
      let isTrimmed = isDecoder && layer == layers - 1
      let linear = linearModules(layer: layer).enumerated().reduce(0.0) { sum, module in
        // Query, key and value come first.
        let isForAll = !isTrimmed || module.offset == 1 || module.offset == 2
        return sum + (isForAll ? tokens : Double(rows)) * Double(module.element.inputs * module.element.outputs)
      }
      let queries = isTrimmed ? Double(rows) : tokens
      return sum + 2 * linear + 4 * queries * Double(length * heads * headSize)
    }
  }
}
