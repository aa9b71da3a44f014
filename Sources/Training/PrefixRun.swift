// Computes a frozen prefix: runs the lowest blocks over every example of a data set once, so that later passes can start
// from the cached hidden states.
import Adapters
import Arrays
import Artifacts
import Faults
import Foundation
import Transformers

/// The computation of a frozen prefix.
package struct PrefixRun {
  /// The hidden states (row, width) above the blocks; zeros where they are not computed yet.
  package private(set) var states: [Float]
  /// The examples whose states these are, in ascending order; nil for all of the set.
  package let examples: [Int]?
  /// The number of blocks.
  package let blocks: Int
  /// The hidden size.
  package let width: Int
  private let network: Network
  private let packing: ExamplePacking
  private let arenas: [Arena]

  /// Examples between two calls of `progress`.
  private static let examplesPerStep = 64

  /// Prepares the lowest `blocks` blocks of `base` to run over `data`.
  ///
  /// - Parameter examples: the examples to run over, in ascending order; nil for all.
  /// - Throws: `Fault` if the set does not fit the base; of kind `.usage` if no block is left to adapt, or the machine does
  ///   not support the precision; of kind `.configuration` if the states would take more than `availableMemory` bytes.
  package init(
    _ base: BaseModel, path: String, data: TokenizedSet, examples: [Int]? = nil, blocks: Int, precision: Precision,
    threads: Int, availableMemory: Int
  ) throws {
    let architecture = try base.checkedArchitecture(path)
    guard (0..<architecture.layers).contains(blocks) else {
      throw Fault(
        .usage, setting: "blocks",
        "found \(blocks) as the lowest block to adapt, but the base has the blocks 0 to \(architecture.layers - 1)",
        hint: "give the index of the lowest block to adapt, counted from 0")
    }
    var settings = AdapterSettings()
    settings.precision = precision
    try settings.validate()
    try data.check(on: architecture)
    (self.examples, self.blocks, width) = (examples, blocks, architecture.hiddenSize)
    packing = ExamplePacking(data, namesOrigins: false, examples: examples)
    // Twice, because writing the file copies the states.
    let bytes = 2 * packing.rows.last! * width * MemoryLayout<Float>.stride
    guard bytes <= availableMemory else {
      throw Fault(
        .configuration, data.dataset,
        "its states take \(Memory.mebibytes(bytes)), and \(Memory.mebibytes(availableMemory)) are free",
        hint: "leave out the prefix, or tokenize fewer questions")
    }
    network = try Network(
      architecture,
      frozen: base.values(of:), precision: precision, positions: data.longestSequence, layers: 0..<blocks)
    arenas = (0..<threads).map { _ in Arena() }
    states = [Float](repeating: 0, count: packing.rows.last! * width)
  }

  /// Computes all states.
  ///
  /// - Parameter progress: called after every few examples, with the number of those that are done and of all.
  /// - Throws: `Fault` of kind `.internalError` naming the first example whose states are not finite; what `progress`
  ///   throws.
  package mutating func complete(progress: (Int, Int) throws -> Void) throws {
    let all = examples ?? Array(0..<packing.data.count)
    for start in stride(from: 0, to: all.count, by: Self.examplesPerStep) {
      let examples = Array(all[start..<min(start + Self.examplesPerStep, all.count)])
      try add(examples)
      try progress(start + examples.count, all.count)
    }
  }

  private mutating func add(_ examples: [Int]) throws {
    let parts = packing.parts(of: examples)
    let (network, packing, arenas, width) = (network, packing, arenas, width)
    try states.withUnsafeMutableBufferPointer { states in
      nonisolated(unsafe) let states = states.baseAddress!
      try parallel(parts: parts.count, threads: arenas.count) { part, worker in
        let chosen = parts[part].map { examples[$0] }
        let arena = arenas[worker]
        arena.reset()
        var source = UnsafePointer(network.hidden(packing.batch(chosen), parameters: [], arena: arena))
        for example in chosen {
          let rows = packing.rows[example]..<packing.rows[example + 1]
          let target = states + rows.lowerBound * width
          target.update(from: source, count: rows.count * width)
          guard (0..<rows.count * width).allSatisfy({ target[$0].isFinite }) else {
            throw Fault(
              .internalError, packing.data.dataset,
              "the states of row \(packing.data.rowIDs[example]) are not finite", hint: "check the tensors of the base")
          }
          source += rows.count * width
        }
      }
    }
  }
}

extension Scorer {
  /// Rejects examples whose states are missing in the prefix, if there is one.
  ///
  /// - Throws: `Fault` of kind `.configuration` naming the prefix and the first such row.
  package func checkPrefix(holds examples: [Int]) throws {
    guard let prefix, let missing = examples.first(where: { !packing.isHeld[$0] }) else { return }
    throw Fault(
      .configuration, prefix.path,
      "it does not hold row \(data.rowIDs[missing]) of \(data.dataset), which is used here",
      hint: "make it with the fit's `training-examples` and `subsample-seed`, or without them for all rows")
  }
}

extension FrozenPrefix {
  /// Rejects a prefix that contains trained blocks, or has another number of rows, hidden size or precision.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  func check(_ architecture: Architecture, _ layout: LowRankLayout, _ precision: Precision, rows: Int) throws {
    guard layout.trained.isEmpty else {
      throw Fault(
        .configuration, path, "the whole base is trained, but a prefix is only valid for frozen blocks",
        hint: "leave out `prefix`")
    }
    let frozen = layout.frozenBlocks(of: architecture)
    guard blocks <= frozen else {
      throw Fault(
        .configuration, path, "it contains \(blocks) blocks, but block \(frozen), counted from 0, is adapted",
        hint: "make it with `blocks \(frozen)`, or adapt `layers \(blocks)` and above")
    }
    guard precision == self.precision else {
      throw Fault(
        .configuration, path, "its products are in \(self.precision.rawValue), the adapter's in \(precision.rawValue)",
        hint: "make it with `precision \(precision.rawValue)`")
    }
    guard width == architecture.hiddenSize, self.rows == rows else {
      throw Fault(
        .configuration, path, "it has \(self.rows) rows of \(width), expected \(rows) of \(architecture.hiddenSize)",
        hint: "make it again from this `base` and these `tokens`")
    }
  }
}
