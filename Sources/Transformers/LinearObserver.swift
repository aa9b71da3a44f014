// What a linear module's backward pass passes to an observer: the two factors of every gradient. Kronecker-factored
// curvature (Martens and Grosse 2015, arXiv:1503.05671) is computed from them. Training has no observer.
import Arrays

/// One module in one backward pass. The pointers are valid until the observer returns.
package struct LinearObservation {
  /// The module's index in `Architecture.linearModules`, or `head` or `dense`.
  package let number: Int
  /// The head's number.
  package static let head = Int(UInt32.max)
  /// The number of a linear layer that observers are not told of.
  static let unobserved = head - 1
  /// The number of a head's dense layer, where it is trained.
  package static let dense = head - 2
  /// [text] Which rows of everything below are those of a text's windows: of a head's dense layer one row for each
  /// window, of its output layer one row.
  package let rows: [Range<Int>]
  /// x (rows, inputs).
  package let x: UnsafePointer<Float>
  /// The gradient of the module's output (rows, outputs).
  package let dy: UnsafePointer<Float>
  /// The values within the adapter, where there is one.
  package let adapter: Adapter?

  /// With y = ... + s B u and u = A x.
  package struct Adapter {
    /// u = A x (rows, rank).
    package let u: UnsafePointer<Float>
    /// The gradient of u: s dy B (rows, rank).
    package let du: UnsafePointer<Float>
    /// s.
    package let scale: Float
  }
}

extension Linear {
  /// Passes the module's values to the observer, if there is one.
  func show(
    _ pass: Pass, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, adapter: LinearObservation.Adapter? = nil
  ) {
    guard let observer = pass.observer, number != LinearObservation.unobserved else { return }
    let starts = pass.selection.starts
    let rows = pass.batch.textWindows.enumerated().map { text, windows in
      switch number {
      case LinearObservation.head: text..<text + 1
      case LinearObservation.dense: windows
      default: starts[windows.lowerBound]..<starts[windows.upperBound]
      }
    }
    observer(LinearObservation(number: number, rows: rows, x: x, dy: dy, adapter: adapter))
  }
}

/// Called for each trained module in the backward pass, from the last to the first.
package typealias LinearObserver = (LinearObservation) -> Void
