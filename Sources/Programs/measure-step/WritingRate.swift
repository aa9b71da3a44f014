// How many tokens a second a decoder writes, several texts side by side, and how many it could if a step took no longer
// than reading its weights once.
import Adapters
import Arrays
import Artifacts
import Foundation
import Generation
import Posteriors
import Training
import Transformers

/// Tokens a second after the first one of each of `set`'s texts, of `newTokens` tokens each, drawn at temperature 1.
///
/// - Throws: what writing throws.
func writingRate(_ scorer: Scorer, newTokens: Int, rounds: Int) throws -> Double {
  func seconds(_ tokens: Int) throws -> Double {
    var law = Answers.Law()
    law.maximumNewTokens = tokens
    return try median(rounds) {
      var run = try WritingRun(
        scorer, StartingPoint(scorer), WritingRun.Settings(texts: 1, mixes: false), law,
        TextDecoder(endToken: nil) { _ in "" })
      while run.completed < run.total { try run.advance() }
    }
  }
  let (first, all) = (try seconds(1), try seconds(newTokens))
  return Double(scorer.data.count * (newTokens - 1)) / (all - first)
}

/// The bytes of float32 that a second reads, one after the other, on one thread: the median of several rounds.
///
/// - Parameter bytes: how many lie side by side, more than any cache holds.
func readingRate(bytes: Int, rounds: Int) -> Double {
  let count = bytes / MemoryLayout<Float>.stride
  let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
  values.initialize(repeating: 1, count: count)
  defer { values.deallocate() }
  var total = 0.0
  let seconds = median(rounds) { total += sum(values, count: count) }
  precondition(total > 0)
  return Double(bytes) / seconds
}

extension Architecture {
  /// The bytes of the matrices that a step reads: those of all blocks, and the output layer.
  func matrixBytes(_ precision: Precision) -> Int {
    let linear = linearModules.reduce(0) { $0 + $1.inputs * $1.outputs }
    let bytes = precision == .float32 ? 4 : precision == .bfloat16 ? 2 : 1
    return linear * bytes + vocabularySize * hiddenSize * (precision == .bfloat16 ? 2 : 4)
  }
}

/// The initial values of an adapter, as a posterior.
private struct StartingPoint: Posterior {
  let values: [Float]
  init(_ scorer: Scorer) { values = scorer.parametrisation.initialValues(seed: 0) }
  var groups: Int { 1 }
  var samples: Int { 1 }
  var storedParameters: Int { values.count }
  func draw(group: Int, sample: Int) -> Draw { Draw(values: values) }
}
