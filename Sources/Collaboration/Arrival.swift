// The adapters that reach a client in one round, and which of them it takes in. An adapter may come late or not at all, and
// it may be damaged or made to do harm, so it is compared with the client's own in everything that can be compared.
import Adapters
import Artifacts
import Faults
import JSON

/// The adapter of one client, as it has arrived or not.
package struct Arrival {
  /// The client.
  package let client: String
  /// Its adapter; nil where it was left out.
  package private(set) var adapter: Adapter?
  /// Why it was left out; empty where it was not.
  package private(set) var reason = ""

  /// The adapter that `read` returns; left out where it throws a fault.
  package init(_ client: String, reading read: () throws -> Adapter) throws {
    self.client = client
    do { adapter = try read() } catch let fault as Fault { leaveOut(fault.description) }
  }

  /// One that is left out from the start.
  package init(_ client: String, leftOut reason: String) { (self.client, self.reason) = (client, reason) }

  /// Leaves the adapter out.
  package mutating func leaveOut(_ reason: String) { (adapter, self.reason) = (nil, reason) }
}

/// A client's own adapter, with which the others are compared.
package struct OwnAdapter {
  /// The adapter.
  package let adapter: Adapter
  /// The settings of its fit.
  package let fit: AdapterSettings
  /// The space of its shape.
  package let geometry: AdapterGeometry
  private let length: Double
  private let classNames: [String]

  /// - Parameter classNames: the classes of the client's tokens; empty where they have none.
  package init(_ adapter: Adapter, _ fit: AdapterSettings, classNames: [String]) {
    (self.adapter, self.fit, self.classNames) = (adapter, fit, classNames)
    geometry = AdapterGeometry(adapter.parameters, fit)
    length = geometry.norm(adapter.values)
  }

  /// Why `other` cannot be averaged with this adapter; nil where it can.
  ///
  /// - Parameter largestRatio: of the lengths of two adapters.
  package func reason(against other: Adapter, largestRatio: Double) -> String? {
    guard other.baseDigest == adapter.baseDigest else { return "it was fitted on another base" }
    guard other.parameters == adapter.parameters else {
      return "its tensors have other names or shapes (\(other.values.count) values, expected \(adapter.values.count))"
    }
    guard other.classNames == classNames else {
      let names = [other.classNames, classNames].map { $0.joined(separator: ", ") }
      return "its classes are \(names[0]), expected \(names[1])"
    }
    guard let theirs = try? AdapterSettings(canonicalJSON: other.settings, subject: "") else {
      return "its settings cannot be read"
    }
    if let difference = fit.difference(inMeaningFrom: theirs) { return difference }
    guard sharesStart(with: other, theirs) || LowRankPair.all(in: adapter.parameters) != nil else {
      return "it began at other values (`initialization-seed`), and has no factors whose products can be averaged"
    }
    let theirLength = geometry.norm(other.values)
    guard theirLength.isFinite else { return "its length is not finite" }
    guard length == 0 || (theirLength <= length * largestRatio && theirLength >= length / largestRatio) else {
      return "its length is \(theirLength.formatted(3)), more than \(largestRatio.shortest) times away from the own "
        + length.formatted(3)
    }
    return nil
  }

  /// Whether both began at the same values, so that their parameters can be averaged and not only their products.
  func sharesStart(with other: Adapter, _ settings: AdapterSettings) -> Bool {
    fit.sharesStart(seed: adapter.seed, with: settings, seed: other.seed)
  }
}
