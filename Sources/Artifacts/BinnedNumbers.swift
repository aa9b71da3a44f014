// Numbers to be predicted, in tokens and predictions: the classes are then bins of numbers, and the exact number of each
// example is kept for scoring.

/// The bins of a set, and the right number of each of its examples.
package struct BinnedNumbers: Equatable, Sendable {
  /// [class + 1] The edges of the bins in ascending order; class i is the bin between edges i and i + 1.
  package var edges: [Double]
  /// [example] The right numbers, which may lie outside the bins; 0 for an example without a label.
  package var values: [Double]

  /// Numbers with these bins.
  package init(edges: [Double], values: [Double]) { (self.edges, self.values) = (edges, values) }

  /// The numbers of the examples at `indices`, in that order.
  package func selecting(_ indices: [Int]) -> BinnedNumbers {
    BinnedNumbers(edges: edges, values: indices.map { values[$0] })
  }

  /// Throws unless there is an edge more than there are `classes`, and a number for each of the examples.
  func validate(classes: Int, examples: Int) throws {
    try require(edges.count == classes + 1, "it has \(edges.count) edges for \(classes) bins")
    try require(
      edges.allSatisfy(\.isFinite) && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "the edges of its bins do not ascend")
    try require(
      values.count == examples && values.allSatisfy(\.isFinite), "it has no finite number for each example")
  }
}

extension Archive {
  /// Stores `numbers`, or fills them in where the file has some.
  func exchange(_ numbers: inout BinnedNumbers?, classes: Int, _ example: Axis) throws {
    guard try has("bin_edges", numbers != nil) else { return }
    var stored = numbers ?? BinnedNumbers(edges: [], values: [])
    try self.numbers(
      "bin_edges", &stored.edges, [Axis("class + 1", classes + 1)], "edges of the bins that the classes are")
    try self.numbers("right_numbers", &stored.values, [example], "the right number, 0 where unknown")
    numbers = stored
  }
}
