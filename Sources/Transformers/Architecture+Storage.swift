// How a checkpoint stores a tensor, where that is not as the network reads it. The base is laid out as the network reads
// it, so that no layer needs to know.

extension Architecture.Tensor {
  /// How a checkpoint stores a tensor.
  package enum Storage: Equatable, Sendable {
    /// As the network reads it.
    case same
    /// With rows in front that no token reads.
    case rows(from: Int)
    /// Minus a number: Gemma's norms multiply by 1 + w.
    case minus(Float)
    /// As (inputs, outputs).
    case transposed
  }

  /// The shape in a checkpoint.
  package var storedShape: [Int] {
    switch storage {
    case .same, .minus: shape
    case .rows(let first): [shape[0] + first] + shape.dropFirst()
    case .transposed: shape.reversed()
    }
  }

  /// The values as the network reads them, row-major, of those in a checkpoint.
  package func values<Value>(fromStored stored: [Value]) -> [Value] {
    switch storage {
    case .same, .minus: return stored
    case .rows(let first): return Array(stored.dropFirst(first * shape.dropFirst().reduce(1, *)))
    case .transposed:
      let (rows, columns) = (shape[0], shape[1])
      return (0..<rows * columns).map { stored[$0 % columns * rows + $0 / columns] }
    }
  }

  /// What is added to every stored value.
  package var addend: Float { if case .minus(let offset) = storage { offset } else { 0 } }
}
