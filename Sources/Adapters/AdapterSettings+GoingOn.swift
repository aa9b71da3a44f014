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
    let areEqual: (AdapterSettings, AdapterSettings) -> Bool
    let flags: (AdapterSettings) -> [FlagValue]
    let copy: (_ from: AdapterSettings, _ to: inout AdapterSettings) -> Void

    /// A setting that several flags say.
    init<Value: Equatable>(
      _ path: WritableKeyPath<AdapterSettings, Value>, _ flags: @escaping (AdapterSettings) -> [FlagValue]
    ) {
      // The number of examples is a fit's, and not its shape's.
      areEqual = { $0.onExamples(nil)[keyPath: path] == $1.onExamples(nil)[keyPath: path] }
      self.flags = flags
      copy = { $1[keyPath: path] = $0[keyPath: path] }
    }

    /// A setting that is one flag, whose value is as in JSON.
    init<Value: Equatable & Encodable>(_ name: String, _ path: WritableKeyPath<AdapterSettings, Value>) {
      self.init(path) {
        let text = (try? $0[keyPath: path].canonicalJSON) ?? "unreadable"
        return [FlagValue(name, text == "null" ? "none" : text.replacing("\"", with: ""))]
      }
    }
  }

  /// The settings by which a vector of given tensors means one network and not another.
  private static var meaning: [Kept] {
    [
      Kept("rank", \.rank), Kept("alpha", \.alpha), Kept("rs-lora", \.rankStabilized), Kept("ranks", \.ranks),
      Kept("alphas", \.alphas), Kept(\.variational, \.variationalFlags),
      Kept(\.parametrisation, \.parametrisationFlags), Kept("precision", \.precision), Kept("pooling", \.pooling),
      Kept(\.dense, \.headFlags), Kept("members", \.members),
    ]
  }

  /// The first setting by which a vector of `other` means another network than one of these settings; nil for none.
  package func difference(inMeaningFrom other: AdapterSettings) -> String? {
    Self.meaning.lazy.filter { !$0.areEqual(self, other) }
      .compactMap { FlagValue.difference($0.flags(other), $0.flags(self)) }
      .first.map { "its `\($0.name)` is \($0.first), expected \($0.second)" }
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
      Kept("imported", \.isImported), Kept("imported-start", \.importedStart), Kept(\.optimizer, \.optimizerFlags),
      Kept(\.cycles, \.cycleFlags), Kept(\.sparsity, \.sparsityFlags), Kept(\.coupling, \.couplingFlags),
    ]
    for kept in Self.meaning + others {
      if !kept.areEqual(self, AdapterSettings()), !kept.areEqual(self, start),
        let difference = FlagValue.difference(kept.flags(self), kept.flags(start))
      {
        throw Fault(
          .usage, setting: difference.name, "found \(difference.first), but \(path) has \(difference.second)",
          hint: "omit it: a fit that goes on keeps the adapter's shape")
      }
      kept.copy(start, &settings)
    }
    return settings
  }
}
