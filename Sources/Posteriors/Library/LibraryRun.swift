// Predicts a data set by the adapters of a library: one pass over the data set for each leaf of the mixture, in which
// every text has adapters of its own.
import Adapters
import Artifacts
import Training
import Transformers

/// The prediction of one data set.
struct LibraryRun: FilledPrediction {
  private let scorer: Scorer
  private let posterior: LibraryPosterior
  private let examples: [Int]
  /// [example] The adapters that answer it.
  private let routes: [Route]
  /// The largest number of choices among the examples.
  private let choices: Int
  var logProbabilities: [Float]
  var completed = 0

  /// How many averages of adapters are in memory at a time.
  private static let averagesAtATime = 16

  /// - Parameter cosines: [example][adapter]
  init(_ scorer: Scorer, _ posterior: LibraryPosterior, _ examples: [Int], _ cosines: [[Double]]) {
    (self.scorer, self.posterior, self.examples) = (scorer, posterior, examples)
    let library = posterior.library
    routes = zip(examples, cosines).map { example, cosines in
      posterior.form == .randomGate
        ? library.randomRoute(cosines, row: scorer.data.rowIDs[example]) : library.route(cosines)
    }
    choices = scorer.data.maximumAnswers(of: examples)
    logProbabilities = [Float](repeating: 0, count: examples.count * posterior.groups * choices)
  }

  var total: Int { posterior.groups }
  var note: String { "" }

  mutating func advance() throws {
    let (rows, width) = (try answers(ofLeaf: completed), scorer.data.maximumAnswers)
    for index in examples.indices {
      let target = (index * total + completed) * choices
      for choice in 0..<choices { logProbabilities[target + choice] = rows[index * width + choice] }
    }
    completed += 1
  }

  /// Log-probabilities (example, answer) by one leaf of each example's mixture.
  private func answers(ofLeaf leaf: Int) throws -> [Float] {
    let library = posterior.library
    let blends: [Blend]
    switch posterior.form {
    case .retrieved, .libraryMixture, .randomGate: blends = routes.map { Blend($0.adapters[leaf]) }
    case .uniform: blends = routes.map { _ in Blend(leaf) }
    case .adapterMixture: blends = routes.map { Blend(meanOf: $0.set) }
    case .routed:
      return try scorer.logProbabilities(
        of: examples, blends: routes.map { Blend(meanOf: $0.set) }, vectors: library.values + library.router,
        isRouted: true)
    case .adapterFusion: return try answersOfAverages()
    case .adapterSoup: preconditionFailure("a soup is one adapter")
    }
    return try scorer.logProbabilities(of: examples, blends: blends, vectors: library.values)
  }

  /// Those by the averages of each example's adapters, a few averages at a time.
  private func answersOfAverages() throws -> [Float] {
    let width = scorer.data.maximumAnswers
    var result = [Float](repeating: 0, count: examples.count * width)
    let sets = Set(routes.map(\.set)).sorted { $0.lexicographicallyPrecedes($1) }
    for start in stride(from: 0, to: sets.count, by: Self.averagesAtATime) {
      let some = sets[start..<min(start + Self.averagesAtATime, sets.count)]
      let vectors = some.flatMap {
        AdapterMean($0.map(posterior.library.vector), weights: $0.map { _ in 1 }).values
      }
      let places = Dictionary(uniqueKeysWithValues: some.enumerated().map { ($1, $0) })
      let chosen = examples.indices.filter { places[routes[$0].set] != nil }
      let rows = try scorer.logProbabilities(
        of: chosen.map { examples[$0] }, blends: chosen.map { Blend(places[routes[$0].set]!) }, vectors: vectors)
      for (row, index) in chosen.enumerated() {
        result.replaceSubrange(index * width..<(index + 1) * width, with: rows[row * width..<(row + 1) * width])
      }
    }
    return result
  }

  func predictions() -> Predictions {
    precondition(completed == total, "\(completed) of \(total) passes")
    var result = Predictions(of: examples, in: scorer.data, by: posterior, logProbabilities)
    result.weights = weights(temperature: posterior.library.temperature)
    result.cost.forwardPasses = total
    return result
  }

  /// [row, group] The shares of the leaves at this temperature; empty where they are equal.
  func weights(temperature: Double) -> [Float] {
    guard posterior.form == .libraryMixture || posterior.form == .randomGate else { return [] }
    return routes.flatMap { route in
      let own = route.weights(temperature: temperature).map(Float.init)
      return Array(repeating: own, count: scorer.data.rowsPerExample).joined()
    }
  }
}
