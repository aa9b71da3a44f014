// Heads that read the base's own output layer.
import Arrays
import Faults

extension Network {
  /// A decoder's head for the logits of `tokens` at the last position.
  ///
  /// - Throws: what `frozen` throws.
  /// - Precondition: a decoder; ids inside the vocabulary.
  package func letterHead(
    tokens: [Int32], frozen: @escaping (String) throws -> StoredNumbers
  ) throws -> LetterHead {
    precondition(architecture.isDecoder, "only a decoder predicts letters")
    let embedding = try frozen(architecture.outputLayer)
    let width = architecture.hiddenSize
    let rows = tokens.flatMap { token -> [Float] in
      precondition((0..<architecture.vocabularySize).contains(Int(token)), "token \(token)")
      return embedding.floats(from: Int(token) * width, count: width)
    }
    let biases = try architecture.outputLayerBias.map { name in
      let values = try frozen(name)
      return tokens.flatMap { values.floats(from: Int($0), count: 1) }
    }
    return LetterHead(
      letters: tokens.count, norm: try builder(frozen).finalNorm(), rows: rows, biases: biases ?? [],
      function: LogitFunction(architecture))
  }

  /// A decoder's head for the log-probability of a choice that follows its question.
  ///
  /// - Throws: what `frozen` throws.
  /// - Precondition: a decoder.
  package func continuationHead(
    frozen: @escaping (String) throws -> StoredNumbers
  ) throws -> ContinuationHead {
    precondition(architecture.isDecoder, "only a decoder continues a text")
    let builder = builder(frozen)
    return ContinuationHead(
      norm: try builder.finalNorm(),
      output: FrozenMatrix(
        inputs: architecture.hiddenSize, outputs: architecture.vocabularySize,
        values: try frozen(architecture.outputLayer), bias: try architecture.outputLayerBias.map(builder.vector),
        precision: precision.ofOutputLayer, copying: architecture.fitsPacked),
      function: LogitFunction(architecture))
  }

  /// A decoder's head for the whole vocabulary at every position, trained or frozen as `trained` says.
  package func languageModelHead(
    trained: [String: Int], frozen: @escaping (String) throws -> StoredNumbers
  ) throws -> LanguageModelHead {
    precondition(architecture.isDecoder, "only a decoder predicts the next token")
    let builder = builder(frozen, trained: trained)
    return LanguageModelHead(
      norm: try builder.finalNorm(),
      output: try builder.linear(
        architecture.outputLayer, bias: architecture.outputLayerBias, inputs: architecture.hiddenSize,
        outputs: architecture.vocabularySize),
      function: LogitFunction(architecture))
  }

  private func builder(
    _ frozen: @escaping (String) throws -> StoredNumbers, trained: [String: Int] = [:]
  ) -> NetworkBuilder {
    NetworkBuilder(architecture: architecture, frozen: frozen, precision: precision, trained: trained, adapters: [:])
  }
}
