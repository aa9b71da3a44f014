// The values of a row that are many times larger than the others. The others would lose most of their digits beside
// them, so these few are multiplied in float32 (Dettmers et al. 2022, arXiv:2208.07339, section 3). There, whole columns
// of a batch are; here, values of single rows, so that no row depends on another.
import CVNNI

/// The outliers of up to `rows` rows, which are appended one after the other.
struct Int8Outliers {
  /// A value is an outlier if its magnitude is above this multiple of the row's root mean square. The other values then
  /// change by at most 3/127 of that root when they are rounded.
  static let multiple: Float = 6
  /// Rows below this threshold have no outliers: their squares might be 0 in float32. Neither have rows whose squares
  /// overflow.
  static let least: Float = 0x1p-50

  /// [outlier] The column in its row, and the value.
  private let places: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<Float>
  /// [row] The index after its last outlier.
  private let ends: UnsafeMutablePointer<Int32>
  private var (rows, count) = (0, 0)

  /// - Parameter inner: values of a row, of which at most one in `multiple` squared is an outlier.
  init(rows: Int, inner: Int, _ arena: Arena) {
    let most = rows * (inner / Int(Self.multiple * Self.multiple) + 1)
    places = UnsafeMutableRawPointer(arena.allocate(most)).assumingMemoryBound(to: Int32.self)
    values = arena.allocate(most)
    ends = UnsafeMutableRawPointer(arena.allocate(rows)).assumingMemoryBound(to: Int32.self)
  }

  /// Forgets all rows.
  mutating func removeAll() { (rows, count) = (0, 0) }

  /// Appends a row's outliers. A row that is not finite has none.
  ///
  /// - Returns: the largest absolute value of the others.
  mutating func take(from x: UnsafePointer<Float>, count inner: Int) -> Float {
    defer {
      ends[rows] = Int32(count)
      rows += 1
    }
    let threshold = Self.multiple * rootMeanSquare(x, count: inner)
    guard threshold > Self.least && threshold.isFinite else { return Int8Rows.absoluteMaximum(x, count: inner) }
    var largest: Float = 0
    for first in stride(from: 0, to: inner, by: 64) {
      let end = min(first + 64, inner)
      var block = Int8Rows.absoluteMaximum(x + first, count: end - first)
      if block > threshold {
        block = 0
        for index in first..<end {
          if x[index].magnitude > threshold {
            (places[count], values[count]) = (Int32(index), x[index])
            count += 1
          } else {
            block = max(block, x[index].magnitude)
          }
        }
      }
      largest = max(largest, block)
    }
    return largest
  }

  /// Sets the integers of the last row's outliers, which are multiplied here, to `zero`.
  func clear(_ bytes: UnsafeMutablePointer<UInt8>, zero: UInt8) {
    for index in (rows > 1 ? Int(ends[rows - 2]) : 0)..<count { bytes[Int(places[index])] = zero }
  }

  /// Adds the products of all rows' outliers by a panel to y (rows, columns), whose rows are `yRow` apart.
  func addProducts(by panel: vnni_panel, to y: UnsafeMutablePointer<Float>, yRow: Int, columns: Int) {
    var first = 0
    for row in 0..<rows {
      let range = first..<Int(ends[row])
      first = range.upperBound
      guard !range.isEmpty else { continue }
      let (low, high) = sums(of: range, by: panel.values)
      let (y, scales) = (y + row * yRow, panel.scales!)
      forEachLaneRange(columns) { at in
        store(load(y, at).addingProduct(at.offset == 0 ? low : high, load(scales, at)), y, at)
      }
    }
  }

  /// The products of the outliers of a range by the 32 columns of a panel, without the columns' scales.
  @inline(__always)
  private func sums(of range: Range<Int>, by panel: UnsafePointer<Int8>) -> (Lanes, Lanes) {
    var (low, high) = (Lanes(), Lanes())
    for index in range {
      let (group, byte) = Int(places[index]).quotientAndRemainder(dividingBy: 4)
      // The panel has four values of a column in one word, the first in its low byte.
      let words = UnsafeRawPointer(panel + group &* 4 &* Int(vnni_width))
      let (above, value) = (UInt32(24 - 8 * byte), Lanes(repeating: values[index]))
      low = low.addingProduct(value, topBytes(words.loadUnaligned(as: Bits.self) &<< Bits(repeating: above)))
      high = high.addingProduct(
        value, topBytes(words.loadUnaligned(fromByteOffset: 64, as: Bits.self) &<< Bits(repeating: above)))
    }
    return (low, high)
  }
}

/// The signed bytes at the top of each word.
@inline(__always)
private func topBytes(_ words: Bits) -> Lanes {
  floats(unsafeBitCast(words, to: SIMD16<Int32>.self) &>> SIMD16(repeating: 24))
}

private func rootMeanSquare(_ x: UnsafePointer<Float>, count: Int) -> Float {
  @inline(__always) func add(_ sum: inout Lanes, _ range: LaneRange) {
    let values = load(x, range)
    sum = sum.addingProduct(values, values)
  }
  return (sumOverLaneRanges(count, add) / Float(count)).squareRoot()
}

extension Reference {
  /// A row without its outliers, and these with their columns.
  package static func outliers(of x: [Float]) -> (rest: [Float], outliers: [(column: Int, value: Float)]) {
    let squares = x.reduce(0) { $0 + Double($1) * Double($1) }
    let threshold = Double(Int8Outliers.multiple) * (squares / Double(x.count)).squareRoot()
    guard Float(squares).isFinite && threshold > Double(Int8Outliers.least) else { return (x, []) }
    let outliers = x.enumerated().filter { Double($0.element.magnitude) > threshold }
    return (
      x.map { Double($0.magnitude) > threshold ? 0 : $0 }, outliers.map { (column: $0.offset, value: $0.element) }
    )
  }
}
