// Methods that choose among the adapters of a library for each text (LoraRetriever, arXiv:2402.09997; RAMoLE, Zhao et
// al. 2024, arXiv:2406.16989). Their mixtures are of adapters; the mixture of probabilities is ours: its leaves stay
// visible, so that the mutual information between adapters says how much they disagree. Two controls do
// not look at the text, and a method that does must beat them.
import Adapters
import Artifacts
import Faults
import Training
import Transformers

/// One way of answering by a library.
package struct LibraryPosterior: Posterior {
  /// What answers a text.
  package enum Form: String, CaseIterable, Sendable {
    /// The nearest adapter.
    case retrieved
    /// The nearest adapters, whose probabilities are averaged with the weights softmax(cosine / temperature).
    case libraryMixture = "library-mixture"
    /// One network with the mean of the nearest adapters' products s B A.
    case adapterMixture = "adapter-mixture"
    /// One network with the means of the nearest adapters' factors A and B.
    case adapterFusion = "adapter-fusion"
    /// One network with the nearest adapters' products, which a trained router weighs for each token (RAMoLE).
    case routed
    /// One adapter for the whole data set: the soup of those that are nearest to its texts (AdapterSoup, Chronopoulou
    /// et al. 2023, arXiv:2302.07027, section 3.2).
    case adapterSoup = "adapter-soup"
    /// A control: all adapters with equal weights.
    case uniform
    /// A control: the weights of `libraryMixture` for adapters that are drawn at random for each text.
    case randomGate = "random-gate"

    /// The file of a run that it is made from.
    var file: String { self == .routed ? "library/routed-0" : "library/0" }
  }

  let form: Form
  let library: AdapterLibrary
  private let path: String

  /// From one file of `index-adapters`, or of `route-adapters`.
  ///
  /// - Throws: `Fault` of kind `.usage` for other files, and for a library without a router that needs one.
  package init(_ form: Form, _ request: PosteriorRequest) throws {
    let (path, library) = try request.single(AdapterLibrary.self)
    guard form != .routed || !library.router.isEmpty else {
      throw Fault(
        .usage, path, "it has no router, which method \(form.rawValue) needs", hint: "train one by route-adapters")
    }
    self.init(form, library, path: path)
  }

  /// From a library that was already read; `path` is for messages.
  package init(_ form: Form, _ library: AdapterLibrary, path: String) {
    (self.form, self.library, self.path) = (form, library, path)
  }

  package var groups: Int {
    switch form {
    case .retrieved, .adapterMixture, .adapterFusion, .routed, .adapterSoup: 1
    case .libraryMixture, .randomGate: library.answering
    case .uniform: library.count
    }
  }
  /// Each adapter's only sample is itself.
  package var samples: Int { 1 }
  package var storedParameters: Int { library.values.count + (form == .routed ? library.router.count : 0) }
  /// An adapter of the library; predictions choose among them for each text.
  package func draw(group: Int, sample: Int) -> Draw { Draw(values: library.vector(group)) }
  package var predictor: Predictor { .library }
  /// A remark if there is nothing to choose.
  package var warnings: [String] {
    library.count == 1 ? ["one adapter in the library: nothing to choose"] : []
  }
  package var details: [String: Double] {
    form == .libraryMixture || form == .randomGate ? ["temperature": library.temperature] : [:]
  }

  /// - Throws: `Fault` of kind `.usage` with other versions of the questions; what the embedder throws.
  package func prediction(on scorer: Scorer, versions: QuestionVersions?) throws -> any Prediction {
    if let versions {
      throw Fault(
        .usage, setting: "method", "\(form.rawValue) has no form with \(versions.use.title)",
        hint: "use `method \(form.rawValue)`")
    }
    let examples = scorer.data.predictedExamples
    let cosines = try cosines(of: examples, on: scorer)
    guard form == .adapterSoup else { return LibraryRun(scorer, self, examples, cosines) }
    return PredictionRun(scorer, try soup(cosines))
  }

  /// [example][adapter] The cosines of the examples with the adapters.
  ///
  /// - Throws: what the embedder throws.
  func cosines(of examples: [Int], on scorer: Scorer) throws -> [[Double]] {
    try scorer.embedder(blocks: library.blocks).embeddings(of: examples, in: scorer.data).map(library.cosines)
  }

  /// The soup of the adapters whose mean cosine with the texts is largest.
  private func soup(_ cosines: [[Double]]) throws -> FixedMembers {
    let means = (0..<library.count).map { adapter in
      cosines.reduce(0) { $0 + $1[adapter] } / Double(max(1, cosines.count))
    }
    let chosen = library.route(means).set
    let made = try FixedMembers.soup(
      of: chosen.map { ("\(path): \(library.names[$0])", library.adapter($0)) }, method: form.rawValue)
    return FixedMembers(made.members[0], storedParameters: storedParameters, warnings: made.warnings)
  }
}
