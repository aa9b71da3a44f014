// A fit that goes on from an adapter: which settings it takes over from that adapter, and which other adapters mean the
// same by their vectors.
import Faults
import JSON

extension AdapterSettings {
  /// What becomes of AdamW's moments where a fit goes on from an adapter.
  package enum Moments: String, Codable, Sendable, CaseIterable {
    /// They are those of the adapter.
    case keep
    /// They are zeros, as at the start of a fit.
    case reset
  }

  /// A setting that a fit takes over from the adapter that it goes on from.
  private struct Kept {
    let name: String
    let areEqual: (AdapterSettings, AdapterSettings) -> Bool
    let text: (AdapterSettings) -> String
    let copy: (_ from: AdapterSettings, _ to: inout AdapterSettings) -> Void

    init<Value: Equatable & Encodable>(_ name: String, _ path: WritableKeyPath<AdapterSettings, Value>) {
      self.name = name
      // The number of examples is a fit's, and not its shape's.
      areEqual = { $0.onExamples(nil)[keyPath: path] == $1.onExamples(nil)[keyPath: path] }
      text = {
        (try? $0.onExamples(nil)[keyPath: path].canonicalJSON).map { $0 == "null" ? "none" : $0 } ?? "unreadable"
      }
      copy = { $1[keyPath: path] = $0[keyPath: path] }
    }
  }

  /// The settings by which a vector of given tensors means one network and not another.
  private static var meaning: [Kept] {
    [
      Kept("rank", \.rank), Kept("alpha", \.alpha), Kept("rs-lora", \.rankStabilized), Kept("ranks", \.ranks),
      Kept("alphas", \.alphas), Kept("parametrisation", \.parametrisation), Kept("variational", \.variational),
      Kept("precision", \.precision), Kept("pooling", \.pooling), Kept("head", \.dense), Kept("members", \.members),
    ]
  }

  /// The first setting by which a vector of `other` means another network than one of these settings; nil for none.
  package func difference(inMeaningFrom other: AdapterSettings) -> String? {
    Self.meaning.first { !$0.areEqual(self, other) }
      .map { "its `\($0.name)` is \($0.text(other)), expected \($0.text(self))" }
  }

  /// These settings for a fit that goes on from an adapter: its shape and where it once began are those of the adapter.
  ///
  /// - Parameters:
  ///   - start: the settings of the adapter's fit.
  ///   - seed: the seed of that fit.
  ///   - path: the adapter's file, for messages.
  /// - Throws: `Fault` of kind `.usage` for one of these settings that is neither the default nor the adapter's.
  package func goingOn(from start: AdapterSettings, seed: Int, path: String) throws -> AdapterSettings {
    var (settings, start) = (self, start)
    start.initializationSeed = start.initializationSeed ?? seed
    let others = [
      Kept("targets", \.targets), Kept("layers", \.layers), Kept("class-weights", \.classWeights),
      Kept("initialization-seed", \.initializationSeed), Kept("initialization-gain", \.initializationGain),
      Kept("imported", \.isImported), Kept("imported-start", \.importedStart), Kept("optimizer", \.optimizer),
      Kept("cycles", \.cycles), Kept("coupling", \.coupling),
    ]
    for kept in Self.meaning + others {
      guard kept.areEqual(self, AdapterSettings()) || kept.areEqual(self, start) else {
        throw Fault(
          .usage, setting: kept.name, "found \(kept.text(self)), but \(path) has \(kept.text(start))",
          hint: "omit it: a fit that goes on keeps the adapter's shape")
      }
      kept.copy(start, &settings)
    }
    return settings
  }
}
