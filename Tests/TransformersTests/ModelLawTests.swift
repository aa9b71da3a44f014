// What passes with several members, and observers of the backward pass, have in common with a plain pass: for every model
// type, with the adapter of its fixture.
import Arrays
import Testing
import Transformers

/// A fixture's model with adapters as the only trained parameters, in front of a head of fixed values.
private struct AdaptedModel {
  let model: LoadedModel
  let adapter: ReferenceAdapter
  let network: Network
  let batch: PackedBatch

  init(_ fixture: ModelFixture) throws {
    let reference = try fixture.reference
    model = try reference.model
    adapter = try ReferenceAdapter(reference, of: model.architecture)
    network = try Network(model.architecture, frozen: model.frozen, adapters: adapter.places)
    batch = try reference.batch
  }

  /// The gradient of a random combination of the last hidden states of `batch`, which has one copy for each member.
  func gradient(
    _ batch: PackedBatch, _ values: [Float], members: Members = .one, observer: LinearObserver? = nil
  ) -> [Float] {
    let count = batch.tokens.count * model.architecture.hiddenSize / members.count
    var gradient = [Float](repeating: 0, count: values.count)
    network.accumulateGradient(
      batch, head: StatesHead(), parameters: values, gradients: &gradient, members: members, arena: Arena(),
      observer: observer
    ) { states in
      let random = RandomStream(seed: 3, purpose: .test)
      for index in 0..<count * members.count { states[index] = 2 * random.uniform(index % count) - 1 }
    }
    return gradient
  }
}

/// Its logits are the last block's output.
private struct StatesHead: Head {
  func rowsRead(_ batch: PackedBatch) -> RowSelection? { nil }
  func forward(_ x: UnsafeMutablePointer<Float>, _ pass: Pass) -> (logits: UnsafeMutablePointer<Float>, tape: Void) {
    (x, ())
  }
  func backward(_ dLogits: UnsafeMutablePointer<Float>, _ tape: Void, _ pass: Pass) -> UnsafeMutablePointer<Float> {
    dLogits
  }
}

@Suite struct ModelLawTests {
  @Test(arguments: ModelFixture.all) func eachMemberIsComputedAsIfAlone(fixture: ModelFixture) throws {
    let model = try AdaptedModel(fixture)
    let first = model.adapter.values
    let second = first.map { -0.7 * $0 + 0.05 }
    let alone = [first, second].map { model.gradient(model.batch, $0) }
    let sequences = try fixture.reference.sequences
    let types = try fixture.reference.types
    let both = PackedBatch(sequences + sequences, types: types.map { $0 + $0 })
    let together = model.gradient(both, first + second, members: Members(count: 2, stride: first.count))
    for (member, expected) in alone.enumerated() {
      let found = together[member * first.count..<(member + 1) * first.count]
      #expect(largestDifference(found, expected) < 1e-4 * expected.map(abs).max()!)
    }
  }

  /// The product's gradient is the sum over all observations of dyᵀ x; those of A and B follow from it.
  @Test(arguments: ModelFixture.all) func theObservedFactorsMakeTheGradient(fixture: ModelFixture) throws {
    let model = try AdaptedModel(fixture)
    let modules = model.model.architecture.linearModules
    var products = modules.map { [Double](repeating: 0, count: $0.inputs * $0.outputs) }
    let gradient = model.gradient(model.batch, model.adapter.values) { seen in
      let module = modules[seen.number]
      for row in seen.rows.joined() {
        for output in 0..<module.outputs {
          let dy = Double(seen.dy[row * module.outputs + output])
          for input in 0..<module.inputs {
            products[seen.number][output * module.inputs + input] += dy * Double(seen.x[row * module.inputs + input])
          }
        }
      }
    }
    for (module, product) in zip(modules, products) {
      guard let place = model.adapter.places[module.name] else { continue }
      let (inputs, outputs) = (module.inputs, module.outputs)
      func value(_ offset: Int) -> Double { Double(place.scale) * Double(model.adapter.values[offset]) }
      let a = (0..<place.rank * inputs).map { index in
        (0..<outputs).reduce(0) {
          $0 + value(place.offsetB + $1 * place.rank + index / inputs) * product[$1 * inputs + index % inputs]
        }
      }
      let b = (0..<outputs * place.rank).map { index in
        (0..<inputs).reduce(0) {
          $0 + value(place.offsetA + index % place.rank * inputs + $1) * product[index / place.rank * inputs + $1]
        }
      }
      for (offset, expected) in [(place.offsetA, a), (place.offsetB, b)] {
        let found = gradient[offset..<offset + expected.count]
        let largest = Float(expected.map(abs).max()!)
        #expect(largestDifference(found, expected.map { Float($0) }) < 1e-4 * largest, "\(module.name)")
      }
    }
  }
}
