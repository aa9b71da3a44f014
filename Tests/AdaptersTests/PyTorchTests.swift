// Variational training and OLoRA against PyTorch: Reference/write_reference.py computes the numbers.
import Adapters
import Artifacts
import Checkpoints
import Files
import Foundation
import JSON
import TestSupport
import Testing
import Training
import Transformers

@Suite struct PyTorchTests {
  private let reference: JSON
  private let about: JSON
  private static let bert = projectRoot + "/Tests/TransformersTests/Reference/bert"

  init() throws {
    func read(_ path: String) throws -> JSON { try JSON.parse(try readBytes(path), subject: path) }
    reference = try read(projectRoot + "/Tests/AdaptersTests/Reference/reference.json")
    about = try read(Self.bert + "/reference.json")
  }

  private func numbers(_ part: String, _ name: String) throws -> [Double] {
    try reference.object(part, in: "reference").array(name).map { try $0.double() }
  }

  private func number(_ part: String, _ name: String) throws -> Double {
    try reference.object(part, in: "reference").double(name)
  }

  /// The sequences of the reference as questions of pairs.
  private func questions() throws -> TokenizedSet {
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.template, set.tokenizerDigest) = ("reference", .pairs, "bare", "00")
    (set.vocabularySize, set.maximumLength) = (200, 64)
    let sequences = try about.array("sequences", in: "bert").map { try $0.array().map { Int32(try $0.int()) } }
    let types = try about.array("types", in: "bert").map { try $0.array().map { UInt8(try $0.int()) } }
    let answers = try about.array("answers", in: "bert").map { Int32(try $0.int()) }
    var sequence = 0
    for (example, choices) in try about.array("choices", in: "bert").map({ try $0.int() }).enumerated() {
      set.rowIDs.append("row-\(example)")
      set.splits.append(.train)
      set.labels.append(answers[example])
      for _ in 0..<choices {
        set.choiceTexts.append("choice")
        set.tokens += sequences[sequence]
        set.segments += types[sequence]
        set.tokenOffsets.append(Int64(set.tokens.count))
        sequence += 1
      }
      set.choiceOffsets.append(Int32(set.choiceTexts.count))
      set.sequenceOffsets.append(Int32(sequence))
    }
    return set
  }

  private func scorer(_ folder: String, _ settings: AdapterSettings) throws -> Scorer {
    let model = try ModelFolder(Self.bert)
    try BaseModel.write(
      to: folder + "/base.h5", architecture: model.architecture.canonicalJSON, tokenizerDigest: "",
      names: model.tensorNames, tensor: { try model.baseTensor($0) }, provenance: TinyExperiment.provenance)
    return try Scorer(
      model.architecture, base: BaseModel(mapping: folder + "/base.h5"), data: questions(), settings: settings,
      threads: 2)
  }

  private var settings: AdapterSettings {
    var settings = AdapterSettings()
    (settings.rank, settings.alpha, settings.weightDecayA) = (2, 3, 5)
    return settings
  }

  @Test func aStepOfBLoBWithFlipoutAgreesWithPyTorch() throws {
    try withTemporaryFolder { folder in
      var settings = settings
      let variational = VariationalSettings(.blob)
      settings.variational = variational
      let scorer = try scorer(folder, settings)
      let roots = scorer.parameters.entries.first { $0.name.hasSuffix(".root") }!.offset
      let values = (0..<scorer.parameters.count).map { (place: Int) -> Float in
        let (at, isRoot) = (Double(place), place >= roots)
        let value: Double = isRoot ? 0.3 + 0.1 * sin(1.3 * at) : 0.2 * sin(0.7 * at + 1)
        return Float(value)
      }
      let seed = UInt64(try number("blob", "seed"))

      let expected = try numbers("blob", "gradient")
      var gradient = [Float](repeating: 0, count: values.count)
      let loss = scorer.lossAndGradient(of: [0, 1, 2], parameters: values, gradient: &gradient, noise: seed)
      #expect(abs(loss - (try number("blob", "loss"))) < 1e-5)
      #expect(gradient.count == expected.count)
      let largest = expected.map { abs($0) }.max()!
      for place in gradient.indices { #expect(abs(Double(gradient[place]) - expected[place]) < 1e-4 * largest) }

      var step = Optimization(scorer.parameters, settings, values: values, state: nil)
      _ = try step.step(
        scorer, examples: [0, 1, 2], learningRate: try number("blob", "learning_rate"), dropoutSeed: seed)
      let weight = variational.weight(step: 0, cycle: Int(try number("blob", "cycle")))
      let divergence = step.descendDivergence(
        priorDeviation: variational.priorDeviation, rate: try number("blob", "rate") * weight)
      let expectedDivergence = try number("blob", "divergence")
      #expect(abs(divergence.value - expectedDivergence) < 1e-4 * expectedDivergence)
      let after = try numbers("blob", "values")
      // AdamW's first step is the gradient's sign, which rounding decides where there is next to none.
      for place in after.indices where abs(expected[place]) > 1e-3 * largest {
        #expect(abs(Double(step.values[place]) - after[place]) < 3e-5)
      }
    }
  }

  @Test func theDivergenceOfACoreAgreesWithPyTorch() throws {
    var table = ParameterTable()
    table.append("x.lora_C.weight", shape: [3, 3])
    table.append("x.lora_C.root", shape: [3, 3])
    let tensors = GaussianTensors(table)
    let values = (try numbers("me_lora", "means") + numbers("me_lora", "roots")).map { Float($0) }
    let expected = try number("me_lora", "divergence")
    #expect(abs(tensors.divergence(at: values, priorDeviation: 0.2) - expected) < 2e-3)
    var moved = values
    _ = tensors.descend(&moved, priorDeviation: 0.2, rate: 1e-2)
    for (place, slope) in try numbers("me_lora", "gradient").enumerated() {
      #expect(abs(Double(values[place] - moved[place]) * 100 - slope) < 1e-3 * max(1, abs(slope)))
    }
  }

  @Test func theScoresOfOLoRAAgreeWithPyTorch() throws {
    try withTemporaryFolder { folder in
      var settings = settings
      settings.parametrisation = .olora
      let scorer = try scorer(folder, settings)
      var values = scorer.parametrisation.initialValues(seed: 0)
      let head = scorer.parameters.entries.first { $0.name.hasSuffix("score.weight") }!
      for place in values.indices {
        let at = Double(place - head.offset)
        let headValue: Double = place < head.offset + head.count ? 0.2 * sin(at) : 0
        values[place] = place < head.offset ? values[place] + Float(0.05 * sin(Double(place))) : Float(headValue)
      }
      let scores = try numbers("olora", "scores")
      let rows = try scorer.logProbabilities(of: [0, 1, 2], parameters: values)
      var start = 0
      for example in 0..<3 {
        let choices = scorer.data.choiceCount(example)
        let own = scores[start..<start + choices]
        let total = log(own.reduce(0) { $0 + exp($1) })
        for (choice, score) in own.enumerated() {
          #expect(abs(Double(rows[example * scorer.data.maximumChoices + choice]) - (score - total)) < 2e-5)
        }
        start += choices
      }
    }
  }
}
