// The file layout of the table of trained tensors: names, and shapes padded with zeros to the largest number of axes.

extension ParameterTable {
  mutating func exchange(with archive: some Archive) throws {
    var names = entries.map(\.name)
    try archive.texts("parameter_names", &names, Axis("tensor"), "PEFT names of the tensors, in the vector's order")
    let rank = entries.map(\.shape.count).max() ?? 0
    var shapes = entries.flatMap { $0.shape + Array(repeating: 0, count: rank - $0.shape.count) }
    try archive.numbers(
      "parameter_shapes", &shapes, [Axis("tensor", names.count), Axis("axis", entries.isEmpty ? nil : rank)],
      "row-major shapes of the tensors, 0 where a tensor has fewer axes")
    self = try ParameterTable(names: names, shapes: shapes)
  }

  private init(names: [String], shapes: [Int]) throws {
    self.init()
    let rank = names.isEmpty ? 0 : shapes.count / names.count
    for (index, name) in names.enumerated() {
      let shape = Array(shapes[index * rank..<(index + 1) * rank].prefix { $0 != 0 })
      try require(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "the tensor \(name) has the shape \(shape)")
      // Rejected here because no machine can hold 2^40 parameters, and the sum of sizes would overflow before anything
      // else noticed.
      try require(
        Double(count) + shape.reduce(1.0) { $0 * Double($1) } < 0x1p40, "the tensor \(name) has the shape \(shape)")
      append(name, shape: shape)
    }
  }

  func validate() throws {
    try require(Set(entries.map(\.name)).count == entries.count, "two tensors have the same name")
  }
}
