// The loss of sub-models: values beside those of its definition, gradients by differences, and a toy adapter that is the
// average of two halves, which training must find again.
import Adapters
import Arrays
import Artifacts
import Foundation
import TestSupport
import Testing
import Training

@Suite struct SubmodelLossTests {
  private static func logarithms(_ logits: [Double]) -> [Double] {
    let sum = log(logits.reduce(0) { $0 + exp($1) })
    return logits.map { $0 - sum }
  }

  private static func entropy(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
  }

  /// [member][choice]
  private let logits = [[0.3, -1.2, 0.8], [1.5, 0.1, -0.4], [-0.7, 0.2, 0.9], [0, 2, -1]]
  private let label = SubmodelLoss.Label(weight: 0.7, shares: [0, 0.25, 0.75], whole: logarithms([0.5, -0.2, 1]))

  @Test(arguments: [(0.0, 0.0), (0, 1), (2, 0), (1.5, 0.3)]) func valuesAreThoseOfTheDefinition(
    fidelity: Double, diversity: Double
  ) {
    let loss = SubmodelLoss(fidelity: fidelity, diversity: diversity)
    let all = logits.map { Self.logarithms($0).map { exp($0) } }
    let mean = (0..<3).map { choice in all.reduce(0) { $0 + $1[choice] } / 4 }
    let information = Self.entropy(mean) - all.reduce(0) { $0 + Self.entropy($1) } / 4
    let entropies = all.map { own in zip(label.shares, own).reduce(0) { $0 - $1.0 * log($1.1) } }
    let divergence = zip(label.whole.map { exp($0) }, mean).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
    #expect(information > 0.1 && divergence > 0.01)
    let labelled = 0.7 * (entropies.reduce(0, +) / 4 + fidelity * divergence)
    let logarithms = logits.map(Self.logarithms)
    #expect(abs(SubmodelLoss.mutualInformation(logarithms) - information) < 1e-12)
    #expect(
      abs(loss(logarithms, label: label, unlabelledWeight: 0.2).value - labelled + 0.2 * diversity * information)
        < 1e-12
    )
    #expect(abs(loss(logarithms, label: label, unlabelledWeight: 0).value - labelled) < 1e-12)
    #expect(abs(loss(logarithms, label: nil, unlabelledWeight: 0.2).value + 0.2 * diversity * information) < 1e-12)
  }

  @Test(arguments: [true, false]) func gradientsAreThoseOfDifferences(isLabelled: Bool) {
    let loss = SubmodelLoss(fidelity: 1.5, diversity: 0.8)
    func result(_ logits: [[Double]]) -> (value: Double, gradients: [[Double]]) {
      loss(logits.map(Self.logarithms), label: isLabelled ? label : nil, unlabelledWeight: 0.6)
    }
    let found = result(logits).gradients
    for member in logits.indices {
      for choice in 0..<3 {
        func moved(_ step: Double) -> Double {
          var moved = logits
          moved[member][choice] += step
          return result(moved).value
        }
        #expect(abs(found[member][choice] - (moved(1e-5) - moved(-1e-5)) / 2e-5) < 1e-9)
      }
    }
  }

  @Test func membersThatAgreeHaveNoMutualInformationAndCertainOnesThatDifferHaveTheLogarithmOfTheirNumber() {
    #expect(abs(SubmodelLoss.mutualInformation([[log(0.3), log(0.7)], [log(0.3), log(0.7)]])) < 1e-15)
    #expect(abs(SubmodelLoss.mutualInformation([[0, -.infinity], [-.infinity, 0]]) - log(2)) < 1e-15)
    let certain = SubmodelLoss(fidelity: 0, diversity: 1)([[0, -2000], [-2000, 0]], label: nil, unlabelledWeight: 1)
    #expect(abs(certain.value + log(2)) < 1e-12 && certain.gradients == [[0, 0], [0, 0]])
  }
}

/// A softmax regression W = B A of rank 2 on inputs of two numbers, with three choices.
private struct Halves {
  let table: ParameterTable
  let values: [Float]
  let gates: SubmodelGates
  let inputs: [[Double]]

  /// - Parameter b: [choice][unit] Half of the rows of the two halves.
  init(_ b: [[Float]], a: [[Float]] = [[1, 0.2], [-0.2, 1]]) throws {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [2, 2])
    table.append("base_model.model.x.lora_B.weight", shape: [3, 2])
    (self.table, values) = (table, a.flatMap { $0 } + b.flatMap { $0 })
    gates = try SubmodelGates(table, path: "a.h5")
    var normals = [Float](repeating: 0, count: 24)
    RandomStream(seed: 8, purpose: .test).normals(into: &normals, count: normals.count)
    inputs = stride(from: 0, to: normals.count, by: 2).map { [Double(normals[$0]), Double(normals[$0 + 1])] }
  }

  /// [unit] A x
  private func units(_ input: [Double]) -> [Double] {
    (0..<2).map { Double(values[2 * $0]) * input[0] + Double(values[2 * $0 + 1]) * input[1] }
  }

  /// [choice] log p of a vector.
  func answers(_ vector: ArraySlice<Float>, _ input: [Double]) -> [Double] {
    let (b, units) = (Array(vector.dropFirst(4)), units(input))
    let logits = (0..<3).map { Double(b[2 * $0]) * units[0] + Double(b[2 * $0 + 1]) * units[1] }
    let sum = log(logits.reduce(0) { $0 + exp($1) })
    return logits.map { $0 - sum }
  }

  /// [member][choice]
  func answers(of vectors: [Float], _ input: [Double]) -> [[Double]] {
    stride(from: 0, to: vectors.count, by: 10).map { answers(vectors[$0..<$0 + 10], input) }
  }

  /// The mean over the inputs of the mutual information at these multipliers.
  func mutualInformation(_ multipliers: [Double]) -> Double {
    let vectors = gates.vectors(values, multipliers: multipliers)
    return inputs.reduce(0) { $0 + SubmodelLoss.mutualInformation(answers(of: vectors, $1)) } / Double(inputs.count)
  }

  /// The loss at these logits of gates, over all inputs, whose labels are the answers of the whole; sets its gradient.
  func loss(_ loss: SubmodelLoss, at logits: [Float], _ gradient: inout [Float]) -> Double {
    let vectors = gates.vectors(values, multipliers: gates.multipliers(logits))
    var (sum, slopes) = (0.0, [Float](repeating: 0, count: vectors.count))
    for input in inputs {
      let (whole, weight, units) = (answers(values[...], input), 1 / Double(inputs.count), units(input))
      let (value, gradients) = loss(
        answers(of: vectors, input),
        label: .init(weight: weight, shares: whole.map { exp($0) }, whole: whole), unlabelledWeight: weight)
      sum += value
      for (member, own) in gradients.enumerated() {
        for (choice, slope) in own.enumerated() {
          for unit in 0..<2 { slopes[10 * member + 4 + 2 * choice + unit] += Float(slope * units[unit]) }
        }
      }
    }
    gradient = gates.pullback(slopes, at: values, logits: logits)
    return sum
  }

  /// The multipliers after training from gates that `seed` draws.
  func trained(_ loss: SubmodelLoss, seed: Int) throws -> [Double] {
    var table = ParameterTable()
    table.append("", .other("gates"), shape: [2, 2])
    var settings = AdapterSettings()
    (settings.weightDecayA, settings.weightDecayB, settings.weightDecayHead) = (0, 0, 0)
    var optimization = Optimization(
      table, settings, values: gates.start(members: 2, spread: 1, seed: seed), state: nil)
    for _ in 0..<600 {
      _ = try optimization.step(on: [], of: TokenizedSet(), learningRate: 0.1) { logits, gradient in
        self.loss(loss, at: logits, &gradient)
      }
    }
    return gates.multipliers(optimization.values)
  }
}

@Suite struct TwoHalvesTests {
  private static let pair = [2.0, 0, 0, 2]

  /// Two halves that say different things: the gates that take them apart, and what training makes of random gates.
  @Test(arguments: 0..<8) func trainingFindsTheHalvesAgain(seed: Int) throws {
    let halves = try Halves([[3, 0], [0, 3], [-1, -1]])
    // (2, 0) and (0, 2) are the halves: each has twice its column, and nothing of the other.
    let vectors = halves.gates.vectors(halves.values, multipliers: Self.pair)
    #expect(Array(vectors[4..<10]) == [6, 0, 0, 0, -2, 0] && Array(vectors[14...]) == [0, 0, 0, 6, 0, -2])
    let expected = halves.mutualInformation(Self.pair)
    #expect(expected > 0.2)
    let start = halves.gates.multipliers(halves.gates.start(members: 2, spread: 1, seed: seed))
    #expect(halves.mutualInformation(start) < 0.6 * expected)
    let found = try halves.trained(SubmodelLoss(fidelity: 1, diversity: 10), seed: seed)
    #expect(halves.mutualInformation(found) >= 0.95 * expected)
  }

  /// Equal halves that are taken apart say the same.
  @Test func equalHalvesHaveNothingToTakeApart() throws {
    let halves = try Halves([[3, 3], [0, 0], [-1, -1]], a: [[1, 0.2], [1, 0.2]])
    #expect(halves.mutualInformation(Self.pair) < 1e-6)
  }

  /// Gates on what changes no answer stay without mutual information, however they are trained.
  @Test func trainingFindsNothingWhereNothingDiffers() throws {
    let halves = try Halves([[3, -2], [3, -2], [3, -2]])
    let found = try halves.trained(SubmodelLoss(fidelity: 1, diversity: 10), seed: 1)
    #expect(halves.mutualInformation(found) < 1e-6)
  }

  /// Without a reward for differences, sub-models come closer to each other.
  @Test func withoutARewardTheyAgree() throws {
    let halves = try Halves([[3, 0], [0, 3], [-1, -1]])
    let start = halves.gates.multipliers(halves.gates.start(members: 2, spread: 1, seed: 1))
    let found = try halves.trained(SubmodelLoss(fidelity: 1, diversity: 0), seed: 1)
    #expect(halves.mutualInformation(found) < 0.1 * halves.mutualInformation(start))
  }
}
