// Kronecker factors and the linearised logits' covariance against PyTorch: see Reference/write_reference.py.
import Adapters
import Artifacts
import Checkpoints
import Faults
import Files
import Foundation
import JSON
import Posteriors
import TestSupport
import Testing
import Training
import Transformers

@Suite struct LaplaceReferenceTests {
  @Test(arguments: ["llama", "bert"]) func factorsAndCovariancesAreThoseOfPyTorch(name: String) throws {
    try withTemporaryFolder { folder in
      let reference = try Reference(name, in: folder)
      for (index, precision) in [1.0, 100].enumerated() {
        let (curvature, scorer) = try reference.curvature(precision)
        try reference.check(curvature, precision: index == 0 ? precision : nil)
        let linearization = try Laplace(.logits, request([curvature])).linearization(scorer)
        let gaussians = try linearization.gaussians(ofStep: [0, 1, 2], scorer)
        for (gaussian, row) in zip(gaussians, try reference.numbers.array("covariances")[index].array()) {
          let expected = try row.array().map { try $0.double() }
          let largest = expected.map(abs).max()!
          #expect(gaussian.covariances[0].count == expected.count)
          for (one, other) in zip(gaussian.covariances[0], expected) { #expect(abs(one - other) < 2e-3 * largest) }
        }
      }
    }
  }
}

/// One of the models of the network's own reference files, and the numbers of PyTorch.
private struct Reference {
  let numbers: JSON.Node
  private let base: BaseModel
  private let architecture: Architecture
  private var data = TokenizedSet()
  private var fit = AdapterSettings()
  private var values: [Float] = []

  init(_ name: String, in folder: String) throws {
    let path = projectRoot + "/Tests/TransformersTests/Reference/" + name
    let own = projectRoot + "/Tests/PosteriorsTests/Reference/laplace-\(name).json"
    numbers = try JSON.parse(try readBytes(own), subject: own).node(in: own)
    let about = try JSON.parse(try readBytes(path + "/reference.json"), subject: name).node(in: name)
    let model = try ModelFolder(path)
    architecture = model.architecture
    try BaseModel.write(
      to: folder + "/base.h5", architecture: architecture.canonicalJSON, tokenizerDigest: "", names: model.tensorNames,
      tensor: { try model.baseTensor($0) }, provenance: TinyExperiment.provenance)
    base = try BaseModel(mapping: folder + "/base.h5")
    (fit.rank, fit.alpha) = (4, 8)
    fit.targets = name == "llama" ? ["q_proj", "v_proj", "down_proj"] : ["query", "value", "output.dense"]
    data = try Self.data(about, isDecoder: name == "llama", architecture.vocabularySize)
    let layout = try LowRankLayout(architecture, fit, scoring: data.scoring, classes: 0)
    var adapter = try PEFTAdapter.read(path + "/adapter")
    if name == "bert" {
      let head = try SafetensorsFile(mapping: path + "/reference.safetensors")
      for tensor in ["score.weight", "score.bias"] {
        adapter.parameters.append("base_model.model.\(tensor)", shape: tensor == "score.bias" ? [1] : [1, 48])
        adapter.values += try head.values(tensor)
      }
    }
    values = try adapter.values(for: layout.parameters, subject: name)
  }

  /// The sequences as training examples.
  private static func data(_ about: JSON.Node, isDecoder: Bool, _ vocabulary: Int) throws -> TokenizedSet {
    func rows(_ name: String) throws -> [[Int32]] {
      try about.array(name).map { try $0.array().map { Int32(try $0.int()) } }
    }
    var set = TokenizedSet()
    (set.dataset, set.scoring, set.vocabularySize, set.maximumLength) = (
      "reference", isDecoder ? .letters : .pairs, vocabulary, 64
    )
    if isDecoder { set.labelTokens = try about.array("letters").map { Int32(try $0.int()) } }
    let sequences = try rows("sequences")
    set.tokens = sequences.flatMap { $0 }
    set.segments = isDecoder ? set.tokens.map { _ in 0 } : try rows("types").flatMap { $0 }.map { UInt8($0) }
    set.tokenOffsets = sequences.reduce(into: [0]) { $0.append($0.last! + Int64($1.count)) }
    set.labels = try about.array("answers").map { Int32(try $0.int()) }
    set.rowIDs = set.labels.indices.map { "row-\($0)" }
    set.splits = set.labels.map { _ in .train }
    let choices = isDecoder ? set.labels.map { _ in 4 } : try about.array("choices").map { try $0.int() }
    set.choiceOffsets = choices.reduce(into: [0]) { $0.append($0.last! + Int32($1)) }
    set.choiceTexts = (0..<choices.reduce(0, +)).map { "choice \($0)" }
    set.sequenceOffsets = isDecoder ? [0, 1, 2, 3] : set.choiceOffsets
    return set
  }

  func curvature(_ precision: Double) throws -> (Curvature, Scorer) {
    let scorer = try Scorer(architecture, base: base, data: data, settings: fit, threads: 2)
    var (adapter, settings) = (Adapter(), CurvatureSettings())
    (adapter.parameters, adapter.values, settings.priorPrecision) = (scorer.layout.parameters, values, precision)
    var run = try CurvatureRun(scorer, from: adapter, fit: fit, settings, availableMemory: .max)
    try run.finish()
    return (try run.curvature().file, scorer)
  }

  /// Traces, factors, likelihood and determinant.
  func check(_ curvature: Curvature, precision: Double?) throws {
    for block in curvature.blocks {
      let expected = try numbers.object("traces").array(block.name).map { try $0.double() }
      // A head whose one output all choices share: the first factor counts rows, and the second is a mean over them.
      let isShared = block.name.hasSuffix("score.weight")
      let found = [block.outputValues.reduce(0, +), block.inputValues.reduce(0, +)]
      if isShared {
        #expect(abs(found[0] * found[1] / expected[1] - 1) < 1e-3, "\(block.name)")
      } else {
        for (one, other) in zip(found, expected) { #expect(abs(one / other - 1) < 1e-3, "\(block.name)") }
      }
    }
    #expect(try abs(curvature.logLikelihood - numbers.double("log_likelihood")) < 1e-3)
    guard let precision else { return }
    let evidence = MarginalLikelihood(curvature)
    let bare = MarginalLikelihood(logLikelihood: 0, squaredNorm: 0, eigenvalues: evidence.eigenvalues)
    let determinant = -2 * bare.value(at: precision) + Double(curvature.count) * log(precision)
    #expect(try abs(determinant / numbers.double("log_determinant") - 1) < 1e-3)
  }
}
