// The mask of a sparse fit: it drops the entries of smallest magnitude, and grows those of largest gradient (RigL, Evci et
// al. 2020, arXiv:1911.11134), tensor by tensor. Equal magnitudes are told apart by their gradients, so that a B of zeros
// is chosen by them alone. A row of A has no gradient where its column of B is 0, and the other way round: once both have
// been dropped as a whole, that rank is lost.
import Adapters
import Arrays
import Artifacts

/// Which entries of the trained vector are trained; all others are 0, as their moments are.
package struct SparseMask: Equatable, Sendable {
  /// [parameter] The optimizer's step after which an entry has begun to be trained; -1 for one that is not trained.
  package internal(set) var births: [Float]
  /// The masked tensors.
  private let tensors: [Range<Int>]

  /// A random mask with the given density: of n entries of a tensor, the integer next to n times the density, or one.
  package init(_ parameters: ParameterTable, density: Double, seed: Int) {
    births = [Float](repeating: 0, count: parameters.count)
    let masked = parameters.entries.enumerated().filter { SparsitySettings.masks($0.element.role) }
    tensors = masked.map { $0.element.offset..<$0.element.offset + $0.element.count }
    for (tensor, (index, entry)) in zip(tensors, masked) {
      let stream = RandomStream(
        seed: UInt64(bitPattern: Int64(seed)), purpose: .mask, place: (UInt32(truncatingIfNeeded: index), 0))
      let kept = max(1, Int((density * Double(entry.count)).rounded()))
      for place in stream.permutation(entry.count).dropFirst(kept) { births[tensor.lowerBound + place] = -1 }
    }
  }

  /// Whether the entry at `place` is trained.
  package func isTrained(_ place: Int) -> Bool { births[place] >= 0 }

  /// The number of entries that are trained.
  package var count: Int { births.count { $0 >= 0 } }

  /// Sets the entries of `vector` (parameter) that are not trained to 0.
  package func clear(_ vector: inout [Float]) {
    for place in births.indices where !isTrained(place) { vector[place] = 0 }
  }

  /// Drops the `share` of each tensor's trained entries with the smallest magnitudes, and grows as many others, those with
  /// the largest gradients. Both are 0 afterwards, with moments of 0.
  ///
  /// - Parameter gradient: [parameter] that of the entries that are not trained, too.
  mutating func exchange(
    _ share: Double, values: inout [Float], state: inout Adapter.OptimizerState, gradient: [Float]
  ) {
    for tensor in tensors {
      let trained = tensor.filter { isTrained($0) }
      let others = tensor.filter { !isTrained($0) }
      let count = min(Int((share * Double(trained.count)).rounded()), others.count)
      let weakest = trained.sorted {
        (abs(values[$0]), abs(gradient[$0]), $0) < (abs(values[$1]), abs(gradient[$1]), $1)
      }
      let steepest = others.sorted { (-abs(gradient[$0]), $0) < (-abs(gradient[$1]), $1) }
      for place in weakest.prefix(count) {
        births[place] = -1
        (values[place], state.firstMoment[place], state.secondMoment[place]) = (0, 0, 0)
      }
      for place in steepest.prefix(count) { births[place] = Float(state.step) }
    }
  }

  /// [parameter] AdamW's corrections at the optimizer's step `step`, from 1, where each entry counts its own steps: without
  /// that, the moments of a grown one would be taken for those of many steps, and its first step for thrice the rate. Zeros
  /// where nothing is trained.
  func corrections(learningRate: Float, step: Int) -> (rates: [Float], scales: [Float]) {
    var (rates, scales) = (births, births)
    var known = [AdamWCorrection?](repeating: nil, count: step)
    for (place, birth) in births.enumerated() {
      guard birth >= 0 else {
        (rates[place], scales[place]) = (0, 0)
        continue
      }
      let birth = Int(birth)
      let correction = known[birth] ?? AdamWCorrection(learningRate: learningRate, step: step - birth)
      known[birth] = correction
      (rates[place], scales[place]) = (correction.rate, correction.scale)
    }
    return (rates, scales)
  }
}
