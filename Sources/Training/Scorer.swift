// Scores a tokenized set: the network with its head, and the log-probabilities of the choices for any trained vector.
import Adapters
import Arrays
import Artifacts
import Faults
import Transformers

/// A network and its head for one tokenized set.
///
/// Call its methods one at a time: they share the arenas and the gradient's memory. Each of them spreads its work over
/// threads, which have an arena each. Sendable is unchecked because these threads read `self`; nothing that they read is
/// written until they have ended.
package final class Scorer: @unchecked Sendable {
  /// The data set.
  package let data: TokenizedSet
  /// The layout of the vector that the network reads.
  package let layout: LowRankLayout
  /// The map from the trained vector to that vector.
  package let parametrisation: any Parametrisation
  /// The number of threads.
  package let threads: Int
  /// The network points into its mapped file, as it does into that of the prefix.
  let base: BaseModel
  let prefix: FrozenPrefix?
  let network: Network
  let head: any Head
  /// Memory for activations.
  let arenas: ArenaPool
  /// The last step's gradient with respect to the network's vector. Only `lossAndGradient` uses it, and reuses its memory.
  let networkGradient = OrderedGradientSum()
  /// The term of the loss that keeps the answers near the base's, if any; set before the first step.
  var baseDivergence: BaseDivergence?
  /// [parameter] The vector that it takes the base's answers from; empty without it.
  var baseValues: [Float] = []
  /// [class] The weights of the classes in the loss; empty if all are 1.
  let classWeights: [Double]
  /// What is minimised; nil for the cross-entropy.
  let loss: TrainingLoss?
  /// The layout of examples in batches.
  let packing: ExamplePacking

  /// The network of `base` with the adapters of `settings`, for `data`.
  ///
  /// - Parameters:
  ///   - prefix: the cached hidden states below the adapters; nil to compute them in every pass.
  ///   - positions: the length of the longest sequence; nil for that of `data`.
  /// - Throws: `Fault` of kind `.configuration` if the set does not fit the base (its scoring, ids, token types or
  ///   lengths), or the prefix contains an adapted block or has another precision; of kind `.usage` for targets that match
  ///   no module.
  package init(
    _ architecture: Architecture, base: BaseModel, data: TokenizedSet, settings: AdapterSettings, threads: Int,
    prefix: FrozenPrefix? = nil, positions: Int? = nil
  ) throws {
    try data.check(on: architecture)
    (self.data, self.base, self.prefix, self.threads) = (data, base, prefix, threads)
    packing = ExamplePacking(data, namesOrigins: prefix != nil, examples: prefix?.examples)
    let layout = try LowRankLayout(architecture, settings, scoring: data.scoring, classes: data.classNames.count)
    self.layout = layout
    (classWeights, loss) = (try settings.weights(ofClassesIn: data), settings.loss)
    let frozen = base.values(of:)
    parametrisation = try settings.parametrisation(layout, frozen: frozen)
    try prefix?.check(architecture, layout, settings.precision, rows: packing.rows.last!)
    network = try Network(
      architecture, frozen: frozen, precision: settings.precision, positions: positions ?? data.longestSequence,
      layers: prefix.map { $0.blocks..<architecture.layers },
      states: prefix.map { HiddenStates($0.numbers, width: $0.width) },
      trained: layout.trained, adapters: layout.adapters)
    switch data.scoring {
    case .letters: head = try network.letterHead(tokens: data.labelTokens, frozen: frozen)
    case .continuations, .answers: head = try network.continuationHead(frozen: frozen)
    case .pairs, .classes, .labels: head = try layout.pooledHead(settings, base, architecture)
    }
    arenas = ArenaPool(threads: threads)
  }

  /// The network and memory of `other` for a data set of the same scoring, classes and letters.
  ///
  /// - Precondition: `other` has no prefix, and positions for the longest sequence of `data`.
  /// - Throws: `Fault` of kind `.configuration` if the set does not fit the base.
  package init(_ other: Scorer, on data: TokenizedSet) throws {
    precondition(other.prefix == nil && data.scoring == other.data.scoring)
    precondition(data.labelTokens == other.data.labelTokens)
    try data.check(on: other.architecture)
    packing = ExamplePacking(data, namesOrigins: false)
    (self.data, layout, parametrisation, threads) = (data, other.layout, other.parametrisation, other.threads)
    (base, prefix, network, head, arenas) = (other.base, nil, other.network, other.head, other.arenas)
    (classWeights, loss) = (other.classWeights, other.loss)
  }

  /// [byte] The most that activations have taken so far.
  package var activationBytes: Int { arenas.peakBytes }
  /// The lowest block that is computed; those below are in the prefix.
  var firstBlock: Int { prefix?.blocks ?? 0 }
  /// [byte] The files of the base and the prefix.
  var mappedBytes: Int { base.fileSize + (prefix?.fileSize ?? 0) }
  /// Rows of a batch of these examples, and how many of them the head reads.
  func rowCounts(_ examples: [Int]) -> (all: Int, read: Int) {
    let batch = packing.batch(examples)
    return (batch.tokens.count, head.countOfRowsRead(batch))
  }

  /// The tokens that a pass of these examples computes for one member; those that choices share are computed once.
  package func tokens(of examples: [Int]) -> Int {
    examples.reduce(0) { $0 + packing.rows[$1 + 1] - packing.rows[$1] }
  }

  /// What the network answers to some examples.
  package struct Answers: Sendable {
    /// [example, member, answer] Minus infinity beyond the example's last answer. The answers are the choices, or no and
    /// yes for each label. Class weights are undone.
    package var logProbabilities: [Float]
    /// [example, member, row] The logarithm of the sum of exp(logit) over the choices; with several labels for each
    /// example, over no and yes of each, else of one row.
    package var logSums: [Float]
  }

  /// The log-probabilities of `answers(of:parameters:)`.
  ///
  /// - Parameters and errors: as there.
  package func logProbabilities(
    of examples: [Int], parameters: [Float], dropout: Dropout? = nil, parts: [[Int]]? = nil
  ) throws -> [Float] {
    try answers(of: examples, parameters: parameters, dropout: dropout, parts: parts).logProbabilities
  }

  /// The answers of every member.
  ///
  /// - Parameters:
  ///   - parameters: the trained vector, or those of several members, one after the other.
  ///   - parts: which examples are computed together, as indices into `examples`, each index once; nil for
  ///     `parts(of:members:)`.
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose logits are not finite; of kind
  ///   `.configuration` naming the first that the prefix does not hold.
  package func answers(
    of examples: [Int], parameters: [Float], dropout: Dropout? = nil, parts: [[Int]]? = nil
  ) throws -> Answers {
    try checkPrefix(holds: examples)
    let members = self.members(in: parameters)
    return try answers(
      of: examples, parts: parts ?? self.parts(of: examples, members: members.count), copies: members.count,
      networkParameters: expand(parameters), dropout: dropout
    ) { _ in members }
  }

  /// The same for the network's vector, whose members may be others for each slice of the division.
  ///
  /// - Parameter copies: how often a batch holds each sequence.
  func answers(
    of examples: [Int], parts: [[Int]], copies: Int, networkParameters: [Float], dropout: Dropout? = nil,
    members: @escaping @Sendable (Division.Slice) -> Members
  ) throws -> Answers {
    let (width, rows) = (data.maximumAnswers, data.rowsPerExample)
    let division = Division(self, examples, parts: parts, members: copies)
    var logits = self.logits(
      of: division, copies: copies, parameters: networkParameters, dropout: dropout, members: members)
    var result = [Float](repeating: -.infinity, count: examples.count * copies * width)
    var sums = [Float](repeating: 0, count: examples.count * copies * rows)
    try result.withUnsafeMutableBufferPointer { result in
      try logits.withUnsafeMutableBufferPointer { logits in
        for (part, positions) in zip(division.parts, parts) {
          for (index, choices) in part.choices.enumerated() {
            let (member, item) = index.quotientAndRemainder(dividingBy: positions.count)
            let place = positions[item] * copies + member
            let row = result.baseAddress! + place * width
            let own = logits.baseAddress! + choices.lowerBound
            shareLogits(own, of: part.examples[item])
            answer(own, choices: choices.count, into: row)
            for index in 0..<rows {
              sums[place * rows + index] = logSum(own, choices: choices.count, row: index, of: row)
            }
            guard row[0].isFinite else { throw notFinite(part.examples[item]) }
          }
        }
      }
    }
    return Answers(logProbabilities: result, logSums: sums)
  }

  /// The logits of a division's sequences, in its order.
  private func logits(
    of division: Division, copies: Int, parameters: [Float], dropout: Dropout?,
    members: @escaping @Sendable (Division.Slice) -> Members
  ) -> [Float] {
    let slices = division.parts.flatMap(\.slices)
    var result = [Float](repeating: 0, count: division.logits)
    result.withUnsafeMutableBufferPointer { result in
      parameters.withUnsafeBufferPointer { parameters in
        // Safe, because each slice has its own places.
        nonisolated(unsafe) let (result, parameters) = (result, parameters)
        parallel(parts: slices.count, threads: threads) { index, worker in
          let batch = self.packing.batch(slices[index].sequences, members: copies)
          let arena = self.arenas[worker]
          arena.reset()
          let logits = self.network.logits(
            batch, head: self.head, parameters: parameters.baseAddress!, members: members(slices[index]),
            dropout: dropout, arena: arena)
          slices[index].gather(logits, into: result.baseAddress!)
        }
      }
    }
    return result
  }

  func notFinite(_ example: Int) -> Fault {
    Fault(
      .internalError, data.dataset, "the logits of row \(data.rowIDs[example]) are not finite",
      hint: "look at the adapter's training losses; a lower learning rate may help")
  }

  /// Names and shapes of the trained vector.
  package var parameters: ParameterTable { parametrisation.parameters }

  /// The network's vector for the trained vector `values`, which may hold several members, one after the other.
  package func expand(_ values: [Float]) -> [Float] { expand(values, by: parametrisation) }

  func expand(_ values: [Float], by map: any Parametrisation) -> [Float] {
    let count = members(in: values).count
    guard count > 1 else { return map.expand(values, threads: threads) }
    return (0..<count).flatMap { map.expand(Array(values[range(ofMember: $0)]), threads: threads) }
  }
}
