// What a run of the network will hold in memory, estimated before any of it is allocated. What is allocated for certain is
// added up and nothing else, so that no run is refused which would fit.
import Adapters
import Arrays
import Artifacts
import Faults
import Transformers

/// The memory of a run on a scorer's data set.
package struct RunMemory {
  /// What a run does with the network.
  enum Work: Equatable, Sendable {
    /// It trains, and keeps the best epoch's state or not.
    case training(keepsBest: Bool)
    /// It passes forward and backward, and keeps no gradients.
    case curvature
    /// It passes forward alone.
    case prediction
  }

  /// What memory depends on and a user can change.
  private struct Choice {
    var precision: Precision
    var threads: Int
    /// Those that are worked on together.
    var examples: [Int]
  }

  private let scorer: Scorer
  private let work: Work
  private let members: Int
  /// How often a batch holds each sequence.
  private let copies: Int
  private let choice: Choice
  /// [byte] What else the run holds.
  private var others: [(name: String, bytes: Double)] = []

  /// The memory of `work` on `scorer`, whose largest step has `examples`.
  init(_ scorer: Scorer, _ work: Work, examples: [Int], members: Int = 1) {
    (self.scorer, self.work, self.members) = (scorer, work, members)
    copies = members * (work == .prediction ? 1 : scorer.draws)
    choice = Choice(precision: scorer.network.precision, threads: scorer.threads, examples: examples)
  }

  /// [byte] What is allocated for certain.
  package var leastBytes: Double { parts(choice).reduce(0) { $0 + $1.bytes } }

  /// [byte] The activations of the parts that are worked on at the same time.
  package var activationBytes: Double {
    activations(scorer.parts(of: choice.examples, members: copies), choice)
  }

  /// [byte] Files that are mapped into memory, whose pages the system can take away again.
  package var mappedBytes: Double { Double(scorer.mappedBytes) }

  /// The same with something else that the run holds, in bytes.
  package func adding(_ name: String, _ bytes: Double) -> RunMemory {
    var memory = self
    memory.others.append((name, bytes))
    return memory
  }

  /// One line for the log.
  package var description: String {
    // The libraries' buffers and the scratch memory of backward passes, measured.
    let program = work == .prediction ? 65e6 : 55e6 + 20e6 * Double(choice.threads)
    return Memory.summary([("mapped files", mappedBytes)] + parts(choice), program: program)
  }

  /// Refuses a run that cannot fit.
  ///
  /// - Parameter capacity: the most memory that the process can get, in bytes.
  /// - Throws: `Fault` of kind `.configuration` with settings that would fit.
  package func check(capacity: Int = Memory.capacity) throws {
    guard leastBytes > Double(capacity) else { return }
    let list = parts(choice).filter { $0.bytes > 0 }.map { "\($0.name) \(Memory.mebibytes($0.bytes))" }
    throw Fault(
      .configuration, "memory",
      "the run needs at least \(Memory.mebibytes(leastBytes)) (\(list.joined(separator: ", "))), and the process can get "
        + Memory.mebibytes(capacity),
      hint: fitting(Double(capacity)))
  }

  /// The first of these that fits: less precise products, fewer threads, smaller steps, all of them.
  private func fitting(_ capacity: Double) -> String {
    // Runs of real models have taken up to a fifth more than what is counted here.
    func fits(_ choice: Choice) -> Bool { parts(choice).reduce(0) { $0 + 1.25 * $1.bytes } <= capacity }
    var choices: [(text: String, choice: Choice)] = [("", choice)]
    func add(_ text: String, if isPossible: Bool = true, _ change: (inout Choice) -> Void) {
      guard isPossible else { return }
      for (earlier, var choice) in choices {
        change(&choice)
        choices.append((earlier.isEmpty ? text : "\(earlier) and \(text)", choice))
      }
    }
    let isFit = if case .training = work { true } else { false }
    add("`precision bfloat16`", if: isFit && choice.precision == .float32 && PackedMatrix.isAvailable(.bfloat16)) {
      $0.precision = .bfloat16
    }
    add("`threads 1`", if: choice.threads > 1) { $0.threads = 1 }
    add("`batch-size 1`", if: isFit && choice.examples.count > 1) { $0.examples = Array($0.examples.prefix(1)) }
    if let found = choices.first(where: { fits($0.choice) }) { return "\(found.text) would fit" }
    return "use a smaller base"
      + (members > 1 ? ", fewer `members`" : isFit ? ", a lower `rank` or fewer `targets`" : "")
      + ", or a machine with more memory"
  }

  /// [byte] What is in memory at the same time.
  private func parts(_ choice: Choice) -> [(name: String, bytes: Double)] {
    let parts = scorer.parts(of: choice.examples, members: copies)
    return [
      ("packed matrices", packed(choice.precision)), ("activations", activations(parts, choice)),
      ("trained vectors", vectors(parts: parts.count)),
    ] + others
  }

  /// The matrices of the frozen products, once for each direction. The lowest trained block may need no products backward.
  private func packed(_ precision: Precision) -> Double {
    let (architecture, layout) = (scorer.architecture, scorer.layout)
    guard architecture.fitsPacked else { return 0 }
    let lowest = layout.trained.isEmpty ? layout.frozenBlocks(of: architecture) : 0
    var bytes = 0.0
    for module in architecture.linearModules where module.layer >= scorer.firstBlock {
      guard layout.trained["\(module.name).weight"] == nil else { continue }
      let directions = work != .prediction && module.layer > lowest ? 2.0 : 1.0
      bytes += directions * Double(module.inputs) * Double(module.outputs) * Double(precision.bytes)
    }
    if scorer.data.scoring.scoresOwnTokens {
      let directions = work == .prediction ? 1.0 : 2.0
      bytes +=
        directions * Double(architecture.vocabularySize) * Double(architecture.hiddenSize)
        * Double(precision.ofOutputLayer.bytes)
    }
    return bytes
  }

  /// The activations of the parts that the threads work on at the same time.
  private func activations(_ parts: [[Int]], _ choice: Choice) -> Double {
    let values = parts.map { activations(ofPart: $0.map { choice.examples[$0] }) }.sorted()
    // Two threads may share a part that has slices. Whichever parts meet, they are no smaller than the smallest, and one
    // is the largest.
    let areShared = scorer.data.scoring.hasSequencePerChoice
    let together = values.prefix(areShared ? (choice.threads + 1) / 2 : choice.threads).reduce(0, +)
    return max(values.last ?? 0, together) * Double(MemoryLayout<Float>.stride)
  }

  /// [value] The outputs of the linear modules: of all blocks where a backward pass follows, else of one.
  private func activations(ofPart examples: [Int]) -> Double {
    let (rows, read) = scorer.rowCounts(examples)
    let architecture = scorer.architecture
    let outputs: [Double] = (scorer.firstBlock..<architecture.layers).map { layer in
      let widths = architecture.linearModules(layer: layer).map(\.outputs)
      return Double(widths.reduce(0, +))
    }
    // The last block computes only the rows that the head reads.
    let lower = outputs.dropLast()
    let kept = work == .prediction ? lower.max() ?? 0 : lower.reduce(0, +)
    let last = work == .prediction ? 0 : outputs.last ?? 0
    let logits = scorer.data.scoring.scoresOwnTokens ? Double(architecture.vocabularySize) : 0
    let values = Double(rows) * kept + Double(read) * (last + logits)
    return Double(copies) * values
  }

  /// The trained vector with its gradient and AdamW's moments, and the best epoch's; of the network's vector, the gradient
  /// of each pass under way and their sum.
  private func vectors(parts: Int) -> Double {
    let (trained, network) = (Double(scorer.parameters.count), Double(scorer.layout.networkCount))
    let values =
      switch work {
      case .training(let keepsBest): trained * (keepsBest ? 7 : 4) + network * Double(min(parts, choice.threads) + 1)
      case .curvature, .prediction: trained
      }
    return values * Double(members * MemoryLayout<Float>.stride)
  }
}

extension Scorer {
  /// The memory of a training run whose first step has these examples.
  package func memoryOfTraining(_ settings: AdapterSettings, step examples: [Int]) -> RunMemory {
    var memory = RunMemory(
      self, .training(keepsBest: settings.keepBest), examples: examples, members: settings.members ?? 1)
    let vector = Double(parameters.count * MemoryLayout<Float>.stride)
    // Births, the dense gradient and two corrections.
    if settings.sparsity != nil { memory = memory.adding("masks", 4 * vector) }
    guard let cycles = settings.cycles else { return memory }
    return memory.adding("snapshots", Double(cycles.vectors) * vector)
  }

  /// The memory of a run that collects curvature, whose first step has these examples.
  package func memoryOfCurvature(step examples: [Int]) -> RunMemory { RunMemory(self, .curvature, examples: examples) }

  /// The memory of predictions.
  package var memoryOfPrediction: RunMemory {
    // However the set is cut into parts, one of them has the longest example.
    func rows(_ example: Int) -> Int { packing.rows[example + 1] - packing.rows[example] }
    let longest = (0..<data.count).max { rows($0) < rows($1) }
    return RunMemory(self, .prediction, examples: longest.map { [$0] } ?? [])
  }
}
