// Every model type against transformers and PEFT, on the small random models of Reference/models.
import Arrays
import Checkpoints
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

@Suite struct ModelParityTests {
  @Test func everyModelTypeHasAFixture() throws {
    #expect(Set(try ModelFixture.all.map { try $0.modelType }) == Set(ModelType.all.map(\.name)))
  }

  @Test(arguments: ModelFixture.all) func everySettingAndTensorIsRead(fixture: ModelFixture) throws {
    let folder = try ModelFolder(fixture.reference.path)
    #expect(folder.unknownSettings.isEmpty)
    #expect(folder.unusedTensors.isEmpty)
  }

  @Test(arguments: ModelFixture.all) func outputs(fixture: ModelFixture) throws {
    let reference = try fixture.reference
    let model = try reference.model
    let found = try model.outputs(Network(model.architecture, frozen: model.frozen), reference.batch)
    #expect(largestDifference(found, try reference.joined("output")) < 1e-4)
  }

  @Test(arguments: ModelFixture.all) func outputsLossAndGradientWithAnAdapter(fixture: ModelFixture) throws {
    let reference = try fixture.reference
    let model = try reference.model
    let adapter = try ReferenceAdapter(reference, of: model.architecture)
    let network = try Network(model.architecture, frozen: model.frozen, adapters: adapter.places)
    let found = try model.outputs(network, reference.batch, adapter.values)
    #expect(largestDifference(found, try reference.joined("adapted_output")) < 1e-4)

    let (loss, gradient) =
      model.architecture.isDecoder
      ? try letters(reference, model, network, adapter.values) : try scores(reference, network, adapter.values)
    let expected = try reference.about.double("loss", in: fixture.name)
    #expect(abs(loss - expected) < 1e-4 * max(1, abs(expected)), "\(loss), expected \(expected)")
    for (name, range) in adapter.tensors {
      let expected = try reference.numbers.values("gradient.\(name)")
      let largest = expected.map(abs).max() ?? 0
      #expect(largestDifference(gradient[range], expected) < 1e-3 * largest, "\(name)")
    }
  }

  @Test(arguments: ModelFixture.all) func aConfigurationInTheSpellingOfTransformers4IsTheSameNetwork(
    fixture: ModelFixture
  ) throws {
    let path = try fixture.reference.path
    guard FileManager.default.fileExists(atPath: path + "/config-4.json") else { return }
    try withTemporaryFolder { folder in
      try FileManager.default.copyItem(atPath: path + "/model.safetensors", toPath: folder + "/model.safetensors")
      try FileManager.default.copyItem(atPath: path + "/config-4.json", toPath: folder + "/config.json")
      let old = try LoadedModel(folder)
      let found = try old.outputs(Network(old.architecture, frozen: old.frozen), fixture.reference.batch)
      #expect(largestDifference(found, try fixture.reference.joined("output")) < 1e-4)
      #expect(try ModelFolder(folder).unknownSettings.isEmpty)
    }
  }

  /// The mean cross-entropy of the answers' letters behind each sequence, and its gradient.
  private func letters(
    _ reference: ReferenceFolder, _ model: LoadedModel, _ network: Network, _ values: [Float]
  ) throws -> (loss: Double, gradient: [Float]) {
    let letters = try reference.integers("letters").map { Int32($0) }
    let answers = try reference.integers("answers")
    let head = try network.letterHead(tokens: letters, frozen: model.frozen)
    var (gradient, loss) = ([Float](repeating: 0, count: values.count), 0.0)
    network.accumulateGradient(
      try reference.batch, head: head, parameters: values, gradients: &gradient, arena: Arena()
    ) { logits in
      for (row, answer) in answers.enumerated() {
        loss += crossEntropyGradient(
          logits + row * letters.count, count: letters.count, label: answer, weight: 1 / Float(answers.count))
      }
    }
    return (loss / Double(answers.count), gradient)
  }

  /// A linear combination of the scores of the mean hidden states, and its gradient.
  private func scores(
    _ reference: ReferenceFolder, _ network: Network, _ adapter: [Float]
  ) throws -> (loss: Double, gradient: [Float]) {
    let weight = try reference.numbers.values("score.weight")
    let weights = try reference.about.array("weights", in: reference.path).flatMap {
      try $0.array().map { Float(try $0.double()) }
    }
    let outputs = weights.count / (try reference.sequences.count)
    let values = adapter + weight + [Float](repeating: 0, count: outputs)
    let head = PooledHead(
      pooling: .mean, hidden: network.architecture.hiddenSize, outputs: outputs, weightOffset: adapter.count,
      biasOffset: adapter.count + weight.count)
    var (gradient, loss) = ([Float](repeating: 0, count: values.count), 0.0)
    network.accumulateGradient(
      try reference.batch, head: head, parameters: values, gradients: &gradient, arena: Arena()
    ) { logits in
      for (index, weight) in weights.enumerated() {
        loss += Double(logits[index]) * Double(weight)
        logits[index] = weight
      }
    }
    return (loss, gradient)
  }
}
