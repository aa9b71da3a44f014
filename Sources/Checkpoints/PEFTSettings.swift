// What adapter_config.json, PEFT's (huggingface.co/docs/peft) description of a LoRA adapter, says besides the tensors.
import Faults

/// The settings of a LoRA adapter in a PEFT folder.
package struct PEFTSettings: Equatable, Sendable {
  /// Rows of every A and columns of every B, where `ranks` gives no other number.
  package var rank: Int
  /// The numerator of the scaling, where `alphas` gives no other number.
  package var alpha: Double
  /// The probability of dropping an adapter's input in training.
  package var dropout: Double
  /// Whether the scaling divides by the root of the rank (Kalajdzievski 2023, arXiv:2312.03732).
  package var useRSLoRA: Bool
  /// The adapted modules.
  package var targets: PEFTTargets
  /// rank_pattern: the ranks of some modules.
  package var ranks: [ModuleValue<Int>] = []
  /// alpha_pattern: the numerators of some modules.
  package var alphas: [ModuleValue<Double>] = []
  /// modules_to_save: the modules that are trained in full, such as a head.
  package var modulesToSave: [String] = []
  /// Whether the adapted modules of the model store their weight as (inputs, outputs), as GPT-2's do. PEFT reads it when it
  /// merges an adapter; A and B have the same shapes either way.
  package var fanInFanOut = false
  /// PEFT's name of the task, such as `CAUSAL_LM`; nil leaves it unspecified.
  package var taskType: String?
  /// The base as users know it: a folder or a name; empty if unknown.
  package var baseModelName: String

  package init(
    rank: Int, alpha: Double, dropout: Double = 0, useRSLoRA: Bool = false, targetModules: [String],
    taskType: String? = nil, baseModelName: String = ""
  ) {
    (self.rank, self.alpha, self.dropout, self.useRSLoRA) = (rank, alpha, dropout, useRSLoRA)
    (targets, self.taskType, self.baseModelName) = (PEFTTargets(.names(targetModules)), taskType, baseModelName)
  }

  /// Whether the module at `path` is adapted: one that is trained in full, or lies in such a module, is not.
  package func adapts(_ path: String) -> Bool {
    let isSaved = modulesToSave.contains { ".\(path).".contains(".\($0).") }
    return !isSaved && targets.contains(path)
  }

  /// The rank of the module at `path`.
  package func rank(of path: String) -> Int { ranks.first { $0.pattern.matches(path) }?.value ?? rank }

  /// The numerator of the scaling of the module at `path`.
  package func alpha(of path: String) -> Double { alphas.first { $0.pattern.matches(path) }?.value ?? alpha }

  /// What the product B A of the module at `path` is multiplied by: alpha / rank, or alpha / sqrt(rank) with rsLoRA.
  package func scaling(of path: String) -> Double {
    let rank = Double(rank(of: path))
    return alpha(of: path) / (useRSLoRA ? rank.squareRoot() : rank)
  }
}

/// A number for the modules whose paths end, after a dot, in what a regular expression matches.
package struct ModuleValue<Value: Equatable & Sendable>: Equatable, Sendable {
  /// As written in the file.
  package let key: String
  /// For whole paths.
  package let pattern: ModulePattern
  package let value: Value

  /// - Parameter fault: makes the fault of a message about the key.
  package init(_ key: String, _ value: Value, fault: (String) -> Fault) throws(Fault) {
    (self.key, self.value) = (key, value)
    pattern = try ModulePattern(#"(.*\.)?(\#(key))"#, fault: fault)
  }
}
