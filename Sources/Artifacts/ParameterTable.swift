// Names and shapes of the trainable parameters. Every posterior sees them as one flat vector; this table gives the
// vector its meaning, in the file and in the network.

/// The tensors that make up a flat vector of trainable parameters, in order.
package struct ParameterTable: Equatable, Sendable {
  /// One tensor of the vector.
  package struct Entry: Equatable, Sendable {
    /// The module that the tensor belongs to: `base_model.model.encoder.layer.0.attention.self.query`.
    package let module: String
    /// What the tensor is within its module.
    package let role: ParameterRole
    /// Row-major shape, as in PEFT: A is (rank, inputs), B is (outputs, rank).
    package let shape: [Int]
    /// Where the tensor begins in the vector.
    package let offset: Int
    /// How many values it has.
    package var count: Int { shape.reduce(1, *) }
    /// The name in files: `base_model.model.<module>.lora_A.weight`; a head's tensors keep their module's name.
    package var name: String { role.name(in: module) }
  }

  /// The tensors in the vector's order.
  package private(set) var entries: [Entry] = []
  /// The length of the vector.
  package private(set) var count = 0

  /// An empty table.
  package init() {}

  /// Appends a tensor and returns its offset.
  @discardableResult
  package mutating func append(_ module: String, _ role: ParameterRole, shape: [Int]) -> Int {
    let entry = Entry(module: module, role: role, shape: shape, offset: count)
    entries.append(entry)
    count += entry.count
    return entry.offset
  }

  /// Adds a tensor that is known by its name in a file and returns its offset.
  @discardableResult
  package mutating func append(_ name: String, shape: [Int]) -> Int {
    let (module, role) = ParameterRole.split(name)
    return append(module, role, shape: shape)
  }

  /// The factors A and B at the beginning of the vector, without the head behind them.
  package var factors: ParameterTable {
    var table = ParameterTable()
    for entry in entries.prefix(while: { $0.role.factor != nil }) {
      table.append(entry.module, entry.role, shape: entry.shape)
    }
    return table
  }

  /// The tensor of that name, or nil.
  package subscript(name: String) -> Entry? { entries.first { $0.name == name } }

  /// The tensor with that role in that module, or nil.
  package subscript(module: String, role: ParameterRole) -> Entry? {
    entries.first { $0.role == role && $0.module == module }
  }
}
