// The user's choice of class weights, and the weights that follow from it for a data set.
import Adapters
import Artifacts
import Faults

/// How the classes of a data set are weighted in the loss.
package enum ClassWeighting: Equatable, Sendable {
  /// In inverse proportion to their numbers of training examples.
  case balanced
  /// By name; classes that are not named have the weight 1.
  case named([String: Double])

  private static let setting = "class-weights"

  /// `balanced`, or pairs of a class and its weight: `spam:5,other:1`. A name may contain colons, but no commas.
  ///
  /// - Throws: `Fault` of kind `.usage` for any other text.
  package init(_ text: String) throws {
    guard text != "balanced" else {
      self = .balanced
      return
    }
    var weights: [String: Double] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let colon = part.lastIndex(of: ":"), let weight = Double(part[part.index(after: colon)...]),
        weight > 0 && weight.isFinite
      else {
        throw Fault(
          .usage, setting: Self.setting, "found \"\(part)\", expected a class, a colon and a weight above 0",
          hint: "for example spam:5,other:1; or balanced")
      }
      let name = String(part[..<colon])
      guard weights.updateValue(weight, forKey: name) == nil else {
        throw Fault(.usage, setting: Self.setting, "it names the class \(name) twice")
      }
    }
    self = .named(weights)
  }

  /// [name] The weights of all classes of `set`. Their mean over the training examples of `settings` is 1, so that the
  /// learning rate keeps its meaning.
  ///
  /// - Throws: `Fault` of kind `.configuration` for a set without classes or with numbers, and for `balanced` if a class
  ///   has no training examples; of kind `.usage` for an unknown class; what `DataOrder` throws.
  package func weights(of set: TokenizedSet, _ settings: AdapterSettings) throws -> [String: Double] {
    guard set.scoring == .classes else {
      throw Fault(
        .configuration, setting: Self.setting, "\(set.dataset) has scoring \(set.scoring.rawValue), expected classes",
        hint: "omit it, or tokenize with `scoring classes`")
    }
    guard set.numbers == nil else {
      throw Fault(
        .configuration, setting: Self.setting, "\(set.dataset) has numbers to predict, whose bins have no weights",
        hint: "omit it")
    }
    let examples = try DataOrder(training: set, settings, seed: 0).examples
    let counts = examples.reduce(into: [Double](repeating: 0, count: set.classNames.count)) {
      $0[Int(set.labels[$1])] += 1
    }
    let weights = try unscaled(set.classNames, counts)
    let mean = zip(weights, counts).reduce(0) { $0 + $1.0 * $1.1 } / Double(examples.count)
    return Dictionary(uniqueKeysWithValues: zip(set.classNames, weights.map { $0 / mean }))
  }

  /// [class] The weights before scaling.
  private func unscaled(_ names: [String], _ counts: [Double]) throws -> [Double] {
    switch self {
    case .balanced:
      if let rare = counts.firstIndex(of: 0) {
        throw Fault(
          .configuration, setting: Self.setting,
          "found balanced, but the class \(names[rare]) has no training examples",
          hint: "give weights by name, such as \(names[rare]):5")
      }
      return counts.map { 1 / $0 }
    case .named(let weights):
      for name in weights.keys.sorted() where !names.contains(name) {
        throw Fault(
          .usage, setting: Self.setting, "there is no class \(name)\(suggestion(for: name, among: names))",
          hint: "the classes are \(names.prefix(20).joined(separator: ", "))")
      }
      return names.map { weights[$0] ?? 1 }
    }
  }
}
