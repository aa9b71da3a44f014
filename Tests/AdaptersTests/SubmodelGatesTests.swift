// The gates of sub-models: the mean of the changes, the halves of an adapter that is an average of two, the gradient by
// differences, and the exchange of the control.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import Testing

@Suite struct SubmodelGatesTests {
  /// Two modules of ranks 3 and 2, and a head.
  private let table: ParameterTable
  private let values: [Float]
  private let gates: SubmodelGates

  init() throws {
    var table = ParameterTable()
    for (module, rank) in [("x", 3), ("y", 2)] {
      table.append("base_model.model.\(module).lora_A.weight", shape: [rank, 4])
      table.append("base_model.model.\(module).lora_B.weight", shape: [5, rank])
    }
    table.append("base_model.model.classifier.weight", shape: [2, 4])
    self.table = table
    var values = [Float](repeating: 0, count: table.count)
    RandomStream(seed: 5, purpose: .test).normals(into: &values, count: values.count)
    self.values = values
    gates = try SubmodelGates(table, path: "a.h5")
  }

  /// B A of a module, row after row.
  private func product(_ module: String, in values: [Float]) -> [Double] {
    let (a, b) = (
      table["base_model.model.\(module)", .factor(.a)]!, table["base_model.model.\(module)", .factor(.b)]!
    )
    let (rank, inputs) = (a.shape[0], a.shape[1])
    return (0..<b.shape[0] * inputs).map { place in
      (0..<rank).reduce(0) {
        $0 + Double(values[b.offset + place / inputs * rank + $1])
          * Double(values[a.offset + $1 * inputs + place % inputs])
      }
    }
  }

  private func vectors(_ logits: [Float]) -> [[Float]] {
    let all = gates.vectors(values, multipliers: gates.multipliers(logits))
    return stride(from: 0, to: all.count, by: values.count).map { Array(all[$0..<$0 + values.count]) }
  }

  @Test func theMeanOfTheChangesIsTheAdapters() {
    #expect(gates.units == 5)
    let members = vectors(gates.start(members: 3, spread: 2, seed: 1))
    #expect(members.count == 3)
    for module in ["x", "y"] {
      let (own, whole) = (members.map { product(module, in: $0) }, product(module, in: values))
      for place in whole.indices {
        #expect(abs(own.reduce(0) { $0 + $1[place] } / 3 - whole[place]) < 1e-6)
        #expect(abs(own[0][place] - own[1][place]) > 1e-4)
      }
    }
    // A and the head are those of the adapter.
    let gated = Set(table.entries.filter { $0.role == .factor(.b) }.flatMap { $0.offset..<$0.offset + $0.count })
    for member in members {
      for place in values.indices where !gated.contains(place) { #expect(member[place] == values[place]) }
    }
  }

  @Test func equalGatesLeaveTheAdapterAsItIs() {
    for members in [1, 2, 5, 7] {
      for gate in [Float](arrayLiteral: -900, -3, 0, 0.7, 900) {
        let logits = [Float](repeating: gate, count: members * gates.units)
        #expect(vectors(logits) == .init(repeating: values, count: members))
      }
    }
    #expect(gates.start(members: 2, spread: 0, seed: 1).allSatisfy { $0 == 0 })
  }

  /// g = 1/2 and 1/4 by hand, and gates that are open or closed.
  @Test func multipliersAreGatesDividedByTheirMean() {
    let third = Float(log(1.0 / 3))
    let found = gates.multipliers([0, 0, 0, 0, 60, third, 0, third, 0, -900])
    let expected: [Double] = [4.0 / 3, 1, 4.0 / 3, 1, 2, 2.0 / 3, 1, 2.0 / 3, 1, 0]
    for (own, other) in zip(found, expected) { #expect(abs(own - other) < 1e-7) }
  }

  /// Of any function of the members' vectors: here Σ w v + v² / 2.
  @Test func theGradientIsThatOfDifferences() {
    let logits = gates.start(members: 3, spread: 1.5, seed: 2)
    var weights = [Float](repeating: 0, count: 3 * values.count)
    RandomStream(seed: 6, purpose: .test).normals(into: &weights, count: weights.count)
    func loss(_ multipliers: [Double]) -> Double {
      zip(weights, gates.vectors(values, multipliers: multipliers)).reduce(0) {
        $0 + Double($1.0) * Double($1.1) + Double($1.1) * Double($1.1) / 2
      }
    }
    let at = gates.vectors(values, multipliers: gates.multipliers(logits))
    let found = gates.pullback(zip(weights, at).map { $0 + $1 }, at: values, logits: logits)
    for place in logits.indices {
      func moved(_ step: Float) -> Double {
        var moved = logits
        moved[place] += step
        return loss(gates.multipliers(moved))
      }
      let measured = (moved(0.01) - moved(-0.01)) / 0.02
      #expect(abs(Double(found[place]) - measured) < 2e-3 * max(1, abs(measured)))
    }
    #expect(found.contains { abs($0) > 0.1 })
  }

  @Test func theControlExchangesGatesWithinAMemberAndAModule() {
    let logits = (0..<15).map { Float($0) / 4 }
    let other = gates.permuted(logits, seed: 3)
    #expect(other != logits && other == gates.permuted(logits, seed: 3))
    for member in 0..<3 {
      for range in [0..<3, 3..<5] {
        let places = range.map { 5 * member + $0 }
        #expect(places.map { other[$0] }.sorted() == places.map { logits[$0] })
      }
    }
    #expect((4..<40).contains { gates.permuted(logits, seed: $0) != other })
    let multipliers = gates.multipliers(other)
    for unit in 0..<5 {
      #expect(abs((0..<3).reduce(0) { $0 + multipliers[5 * $1 + unit] } - 3) < 1e-12)
    }
  }

  @Test func otherFormsHaveNoUnits() {
    var other = ParameterTable()
    other.append("base_model.model.x.lora_C.weight", shape: [3, 3])
    let fault = #expect(throws: Fault.self) { try SubmodelGates(other, path: "c.h5") }
    #expect(fault?.code == .configuration && "\(fault!)".contains("c.h5: it has no plain factors"))
  }
}
