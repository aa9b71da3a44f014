// The values of a row that are many times larger than the others. The others would lose most of their digits beside
// them, so these few are multiplied in float32 (Dettmers et al. 2022, arXiv:2208.07339, section 3). There, whole columns
// of a batch are; here, values of single rows, so that no row depends on another.
import CVNNI

/// The outliers of up to `rows` rows, which are appended one after the other.
struct Int8Outliers {
  /// A value is an outlier if it is above this multiple of the row's mean absolute value.
  static let multiple: Float = 8

  /// [outlier] The column in its row, and the value.
  private let places: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<Float>
  /// [row] The index after its last outlier.
  private let ends: UnsafeMutablePointer<Int32>
  /// [column of a panel]
  private let sums: UnsafeMutablePointer<Float>
  private var (rows, count) = (0, 0)

  /// - Parameter inner: values of a row, of which at most one in `multiple` is an outlier.
  init(rows: Int, inner: Int, _ arena: Arena) {
    let most = rows * (inner / Int(Self.multiple) + 1)
    places = UnsafeMutableRawPointer(arena.allocate(most)).assumingMemoryBound(to: Int32.self)
    values = arena.allocate(most)
    ends = UnsafeMutableRawPointer(arena.allocate(rows)).assumingMemoryBound(to: Int32.self)
    sums = arena.allocate(Int(vnni_width))
  }

  /// Forgets all rows.
  mutating func removeAll() { (rows, count) = (0, 0) }

  /// Appends a row's outliers.
  ///
  /// - Parameter copy: memory for a row.
  /// - Returns: the row without them: x if it has none or is not finite, else `copy`.
  mutating func take(
    from x: UnsafePointer<Float>, count inner: Int, copy: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    defer {
      ends[rows] = Int32(count)
      rows += 1
    }
    let threshold = Self.multiple * meanMagnitude(x, count: inner)
    guard Int8Rows.absoluteMaximum(x, count: inner) > threshold else { return x }
    copy.update(from: x, count: inner)
    for first in stride(from: 0, to: inner, by: 64) {
      let end = min(first + 64, inner)
      guard Int8Rows.absoluteMaximum(x + first, count: end - first) > threshold else { continue }
      for index in first..<end where x[index].magnitude > threshold {
        (places[count], values[count]) = (Int32(index), x[index])
        copy[index] = 0
        count += 1
      }
    }
    return UnsafePointer(copy)
  }

  /// Adds the products of all rows' outliers by a panel to y (rows, columns), whose rows are `yRow` apart.
  func addProducts(by panel: vnni_panel, to y: UnsafeMutablePointer<Float>, yRow: Int, columns: Int) {
    let width = Int(vnni_width)
    var first = 0
    for row in 0..<rows {
      let range = first..<Int(ends[row])
      first = range.upperBound
      guard !range.isEmpty else { continue }
      sums.update(repeating: 0, count: width)
      for index in range {
        let (group, byte) = Int(places[index]).quotientAndRemainder(dividingBy: 4)
        // The panel has four values of a column in one word, the first in its low byte.
        let (words, above) = (UnsafeRawPointer(panel.values + group * width * 4), Int32(24 - 8 * byte))
        let value = values[index]
        for column in 0..<width {
          let word = Int32(littleEndian: words.load(fromByteOffset: 4 &* column, as: Int32.self))
          sums[column] = sums[column].addingProduct(Float((word &<< above) &>> 24), value)
        }
      }
      let y = y + row * yRow
      for column in 0..<columns { y[column] = y[column].addingProduct(sums[column], panel.scales[column]) }
    }
  }
}

/// The mean absolute value.
private func meanMagnitude(_ x: UnsafePointer<Float>, count: Int) -> Float {
  @inline(__always) func add(_ sum: inout Lanes, _ range: LaneRange) {
    sum += numbers(bits(load(x, range)) & Bits(repeating: 0x7FFF_FFFF))
  }
  return sumOverLaneRanges(count, add) / Float(count)
}

extension Reference {
  /// A row without its outliers, and these with their columns.
  package static func outliers(of x: [Float]) -> (rest: [Float], outliers: [(column: Int, value: Float)]) {
    let mean = x.reduce(0) { $0 + Double($1.magnitude) } / Double(x.count)
    let threshold = Double(Int8Outliers.multiple) * mean
    guard threshold.isFinite else { return (x, []) }
    let outliers = x.enumerated().filter { Double($0.element.magnitude) > threshold }
    return (
      x.map { Double($0.magnitude) > threshold ? 0 : $0 }, outliers.map { (column: $0.offset, value: $0.element) }
    )
  }
}
