// Which rows are most worth a label: those whose label is unknown to the members because they disagree, and not because
// the text is ambiguous (BALD: Houlsby et al. 2011, arXiv:1112.5745). Rows come in blocks; only the best are kept.

/// The rows with the largest values among those added so far.
package struct NextLabels: Equatable, Sendable {
  /// A row and its value.
  package struct Row: Equatable, Sendable {
    /// Its index in the file.
    package let index: Int
    /// The mutual information of label and member, or the entropy where there is a single draw; nats.
    package let value: Double
  }

  /// The best rows, most worth a label first; equal ones by index.
  package private(set) var rows: [Row] = []
  private let limit: Int

  /// Keeps at most `limit` rows.
  package init(limit: Int = 50) {
    precondition(limit > 0, "limit \(limit)")
    self.limit = limit
  }

  /// Adds a row; complexity O(limit). The order in which rows are added changes nothing.
  package mutating func add(_ index: Int, value: Double) {
    func follows(_ other: Row) -> Bool { (other.value, index) > (value, other.index) }
    let position = rows.firstIndex { !follows($0) } ?? rows.count
    guard position < limit else { return }
    rows.insert(Row(index: index, value: value), at: position)
    if rows.count > limit { rows.removeLast() }
  }
}
