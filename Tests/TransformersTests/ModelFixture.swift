// A small random model of each type and variant, with what transformers and PEFT compute: Reference/models, which
// Reference/write_models.py has written.
import Arrays
import Checkpoints
import Foundation
import JSON
import TestSupport
import Testing
import Transformers

/// A folder of Reference/models.
struct ModelFixture: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }

  /// All of them, by name.
  static let all: [ModelFixture] = {
    let folder = projectRoot + "/Tests/TransformersTests/Reference/models"
    return try! FileManager.default.contentsOfDirectory(atPath: folder).sorted().map(ModelFixture.init)
  }()

  static let decoders = all.filter { try! $0.architecture.isDecoder }

  var reference: ReferenceFolder { get throws { try ReferenceFolder("models/\(name)") } }

  var architecture: Architecture { get throws { try ModelFolder(reference.path).architecture } }

  /// The same with room for the sequences of `RandomNetwork.batch`, which have two token types, and without the kink of
  /// ReLU and the scale of the embeddings, which spoil differences.
  var longer: Architecture {
    get throws {
      var architecture = try architecture
      architecture.maximumPositions = 96
      if architecture.tokenTypes == 1 { architecture.tokenTypes = 2 }
      if architecture.feedForward.activation == .relu { architecture.feedForward.activation = .geluTanh }
      architecture.embeddingScale = min(1.5, architecture.embeddingScale)
      return architecture
    }
  }

  /// The type that config.json names.
  var modelType: String {
    get throws {
      let path = try reference.path + "/config.json"
      return try JSON.parse(try Data(contentsOf: URL(fileURLWithPath: path)).map { $0 }, subject: path)
        .string("model_type", in: path)
    }
  }
}

extension ReferenceFolder {
  /// The sequences' token types, if the model has any.
  var types: [[Int32]]? { get throws { try about.optional("types", in: path) == nil ? nil : rows("types") } }

  /// The sequences in one batch, with their token types.
  var batch: PackedBatch { get throws { try PackedBatch(sequences, types: types) } }

  /// The values of `NAME.0`, `NAME.1` and so on, joined together.
  func joined(_ name: String) throws -> [Float] {
    try sequences.indices.flatMap { try numbers.values("\(name).\($0)") }
  }
}

extension LoadedModel {
  /// The network's outputs for all rows: last hidden states of an encoder, logits of the vocabulary of a decoder.
  func outputs(_ network: Network, _ batch: PackedBatch, _ parameters: [Float] = []) throws -> [Float] {
    guard architecture.isDecoder else { return network.hiddenStates(batch, parameters: parameters) }
    let head = try network.languageModelHead(trained: [:], frozen: frozen)
    return network.logits(
      batch, head: head, parameters: parameters, count: batch.tokens.count * architecture.vocabularySize)
  }
}
