// Which examples a step sees: a function of the seed and the step alone, so that a resumed run needs no memory of it.
import Arrays
import Artifacts
import Faults

/// The order of the training examples.
package struct DataOrder {
  package let examples: [Int]
  let batchSize: Int
  let seed: Int
  private var shuffled: (epoch: Int, order: [Int]) = (-1, [])

  package init(examples: [Int], batchSize: Int, seed: Int) {
    (self.examples, self.batchSize, self.seed) = (examples, batchSize, seed)
  }

  /// The training examples of `set` that the settings leave, in the order of `seed`.
  ///
  /// - Throws: `Fault` of kind `.data` where there are none, or one has no label.
  package init(training set: TokenizedSet, _ settings: AdapterSettings, seed: Int) throws {
    let training = Self.subsample(
      set.examples(of: .train), count: settings.trainingExamples, seed: settings.subsampleSeed)
    guard !training.isEmpty else {
      throw Fault(.data, set.dataset, "it has no training examples", hint: "tokenize it with --train")
    }
    if let unlabelled = training.first(where: { set.labels[$0] < 0 }) {
      throw Fault(.data, set.dataset, "row \(set.rowIDs[unlabelled]) is there to train on and has no label")
    }
    self.init(examples: training, batchSize: settings.batchSize, seed: seed)
  }

  /// Steps in one pass over the examples; the last one may be smaller.
  package var stepsPerEpoch: Int { (examples.count + batchSize - 1) / batchSize }

  /// The examples of step `step`, 0 for the first.
  package mutating func batch(step: Int) -> [Int] {
    let (epoch, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if shuffled.epoch != epoch {
      let stream = RandomStream(seed: UInt64(bitPattern: Int64(seed)), purpose: .order, place: (UInt32(epoch), 0))
      shuffled = (epoch, stream.permutation(examples.count).map { examples[$0] })
    }
    return Array(shuffled.order[place * batchSize..<min((place + 1) * batchSize, examples.count)])
  }

  /// The first `count` of a fixed random order: few-data subsets that are nested in each other.
  static func subsample(_ examples: [Int], count: Int, seed: Int) -> [Int] {
    guard count > 0, count < examples.count else { return examples }
    let stream = RandomStream(seed: UInt64(bitPattern: Int64(seed)), purpose: .subsample)
    return stream.permutation(examples.count).prefix(count).map { examples[$0] }.sorted()
  }
}
