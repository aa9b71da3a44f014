// Names and shapes of the trained numbers. Every posterior sees them as one flat vector; this table is what gives the
// vector its meaning, in the file and in the network.

/// The tensors that a flat vector of trained numbers consists of, in order.
package struct ParameterTable: Equatable, Sendable {
  /// One tensor of the vector.
  package struct Entry: Equatable, Sendable {
    /// The PEFT name: `base_model.model.<module>.lora_A.weight`; a head's tensors keep their module's name.
    package var name: String
    /// Row-major shape, as in PEFT: A is (rank, inputs), B is (outputs, rank).
    package var shape: [Int]
    /// Where the tensor begins in the vector.
    package var offset: Int
    /// How many numbers it has.
    package var count: Int { shape.reduce(1, *) }
  }

  /// The tensors in the vector's order.
  package private(set) var entries: [Entry] = []
  /// How many numbers the vector has.
  package private(set) var count = 0

  /// An empty table.
  package init() {}

  /// Adds a tensor at the vector's end and returns where it begins.
  @discardableResult
  package mutating func append(_ name: String, shape: [Int]) -> Int {
    let entry = Entry(name: name, shape: shape, offset: count)
    entries.append(entry)
    count += entry.count
    return entry.offset
  }

  /// The tensor of that name, or nil.
  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }
}
