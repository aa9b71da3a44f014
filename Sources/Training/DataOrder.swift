// The examples of each step: a function of the seed and the step alone, so that a checkpoint does not have to store the
// order.
import Adapters
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

  /// The training examples of `set` that the settings choose, in an order drawn with `seed`.
  ///
  /// - Throws: `Fault` of kind `.data` if there are none, or one has no label.
  package init(training set: TokenizedSet, _ settings: AdapterSettings, seed: Int) throws {
    let training = set.trainingExamples(settings.trainingExamples, subsampleSeed: settings.subsampleSeed)
    guard !training.isEmpty else {
      throw Fault(.data, set.dataset, "it has no training examples", hint: "tokenize it with `train`")
    }
    if let unlabelled = training.first(where: { set.labels[$0] < 0 }) {
      throw Fault(.data, set.dataset, "row \(set.rowIDs[unlabelled]) is a training example without a label")
    }
    self.init(examples: training, batchSize: settings.batchSize, seed: seed)
  }

  /// Steps in one pass over the examples. The last one may have fewer examples.
  package var stepsPerEpoch: Int { (examples.count + batchSize - 1) / batchSize }

  /// The examples of step `step`, 0 for the first.
  package mutating func batch(step: Int) -> [Int] {
    let (epoch, position) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if shuffled.epoch != epoch {
      let stream = RandomStream(seed: UInt64(bitPattern: Int64(seed)), purpose: .order, place: (UInt32(epoch), 0))
      shuffled = (epoch, stream.permutation(examples.count).map { examples[$0] })
    }
    return Array(shuffled.order[position * batchSize..<min((position + 1) * batchSize, examples.count)])
  }

  /// The tokens that go through the network of `scorer` in these steps, for one member.
  package func tokens(in steps: Range<Int>, _ scorer: Scorer) -> Int {
    var order = self
    return steps.reduce(0) { $0 + scorer.tokens(of: order.batch(step: $1)) }
  }
}

extension TokenizedSet {
  /// The training examples that a fit on `count` of them uses; 0 for all. They are the first ones of a random order that
  /// does not depend on `count`, so a larger subset contains the smaller ones.
  func trainingExamples(_ count: Int, subsampleSeed: Int) -> [Int] {
    let all = examples(of: .train)
    guard count > 0, count < all.count else { return all }
    let stream = RandomStream(seed: UInt64(bitPattern: Int64(subsampleSeed)), purpose: .subsample)
    return stream.permutation(all.count).prefix(count).map { all[$0] }.sorted()
  }

  /// The examples that are read by a fit on `count` training examples and by the stages after it, in ascending order:
  /// these training examples, and all calibration and test examples. Nil if these are all examples of the set.
  package func examplesInUse(trainingExamples count: Int, subsampleSeed: Int) -> [Int]? {
    let training = Set(trainingExamples(count, subsampleSeed: subsampleSeed))
    let used = splits.indices.filter { splits[$0] != .train || training.contains($0) }
    return used.count == self.count ? nil : used
  }
}
