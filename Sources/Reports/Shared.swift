// A value that is computed once, and only if it is asked for.
import Synchronization

/// A value that is computed when it is first asked for, and that all copies of what holds it share.
package final class Shared<Value: Sendable>: Sendable {
  private let computed = Mutex<Value?>(nil)

  /// Nothing is computed yet.
  package init() {}

  /// The value, by `compute` if nobody has asked for it yet.
  package func value(_ compute: () -> Value) -> Value {
    computed.withLock { computed in
      let value = computed ?? compute()
      computed = value
      return value
    }
  }
}
