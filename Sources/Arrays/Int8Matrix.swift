// The product by a constant matrix of 8-bit integers. Rows of x are rounded to integers when they are multiplied. Sums of
// integers are exact, so a result has the same bits on every processor and whatever rows stand beside it.
//
// W lies in panels of 32 columns. Within a panel, the four values of a column that one instruction multiplies lie
// together. x is stored plus 128, because that instruction takes unsigned bytes on one side; the sums start at -128 times
// the column's sum, which takes it out again.
import CVNNI

/// A matrix W (inner, columns) of integers in panels, and a bias (columns).
///
/// W is rounded by its rows as they are stored. If it is stored transposed, the scales are those of columns and multiply
/// the sums. Otherwise x is a gradient and is multiplied by them before it is rounded: the integers of W are the same in
/// both cases.
/// Unchecked, because it holds pointers; all is filled in `init` and only read afterwards.
final class Int8Matrix: @unchecked Sendable {
  private static let width = Int(vnni_width)
  /// The byte of x that stands for 0.
  private static let zero: UInt8 = 128
  /// Rows of x that are processed together: their integers stay in the second-level cache.
  private static let rowsTogether = 256
  /// Sums of more products of 127 by 127 might not fit 32 bits.
  static let greatestInner = Int(Int32.max) / (127 * 127)

  private let kernel: PackedMatrix.Kernel
  private let columns: Int
  private let shape: Int8Panels
  /// W in the mapped file; nil if it is packed.
  private let source: StoredInt8?
  /// [panel] Nil if W is not packed.
  private let panels: UnsafeMutablePointer<Int8>?
  /// [column] Start of the sums, scale and bias, up to the last panel's end.
  private let start: UnsafeMutablePointer<Int32>
  private let scales: UnsafeMutablePointer<Float>
  private let bias: UnsafeMutablePointer<Float>
  /// [inner] What x is multiplied by before it is rounded; nil for 1.
  private let factors: UnsafeMutablePointer<Float>?

  /// Takes W at `values`, in one of the two forms. W is copied unless it is stored as integers and `copying` is false.
  ///
  /// - Parameter kernel: one of those for int8. All give the same bits.
  /// - Precondition: `inner` is at most `greatestInner`.
  init(
    _ values: StoredNumbers, inner: Int, columns: Int, form: GEMM.Form, bias: UnsafePointer<Float>?, copying: Bool,
    kernel: PackedMatrix.Kernel
  ) {
    precondition(inner <= Self.greatestInner, "sums of \(inner) products may overflow")
    let stored = Int8Copy(values, rows: form == .plain ? inner : columns, width: form == .plain ? columns : inner)
    defer { stored.free() }
    let shape = Int8Panels(inner: inner, columns: columns, form: form)
    (self.kernel, self.columns, self.shape) = (kernel, columns, shape)
    let padded = shape.count * Self.width
    (start, scales, self.bias) = (.zeros(padded), .zeros(padded), .zeros(padded))
    if let bias { self.bias.update(from: bias, count: columns) }
    if form == .transposed {
      scales.update(from: stored.numbers.scales, count: columns)
      factors = nil
    } else {
      scales.update(repeating: 1, count: columns)
      let factors = UnsafeMutablePointer<Float>.zeros(inner)
      factors.update(from: stored.numbers.scales, count: inner)
      self.factors = factors
    }
    let isCopied = copying || !stored.isBorrowed
    source = isCopied ? nil : stored.numbers
    panels = isCopied ? .zeros(shape.count * shape.panelBytes) : nil
    let arena = Arena(chunkBytes: 1 << 16)
    for index in 0..<shape.count {
      let panel = panels.map { $0 + index * shape.panelBytes } ?? shape.room(arena)
      shape.pack(stored.numbers, index, into: panel, arena)
      shape.sums(of: panel, into: start + index * Self.width)
      arena.reset()
    }
  }

  deinit {
    panels?.deallocate()
    start.deallocate()
    scales.deallocate()
    bias.deallocate()
    factors?.deallocate()
  }

  /// y (rows, columns) = x (rows, inner) W, plus the bias to each row, plus y if `adding`. A row of x with a value that is
  /// not finite gives NaNs.
  func multiply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, adding: Bool, arena: Arena
  ) {
    let most = min(rows, Self.rowsTogether)
    let bytes = arena.bytes(most * shape.paddedInner)
    let (rowScales, scaled) = (arena.allocate(most), arena.allocate(shape.inner))
    var outliers = Int8Outliers(rows: most, inner: shape.inner, arena)
    for first in stride(from: 0, to: rows, by: Self.rowsTogether) {
      let count = min(Self.rowsTogether, rows - first)
      outliers.removeAll()
      for row in 0..<count {
        rowScales[row] = round(
          x + (first + row) * shape.inner, into: bytes + row * shape.paddedInner, scaled, &outliers)
      }
      multiply(
        vnni_rows(
          rows: Int64(count), steps: Int64(shape.paddedInner / 4), stride: Int64(shape.paddedInner), x: bytes,
          scales: rowScales, y: y + first * columns, y_row: Int64(columns), adding: adding),
        outliers, arena)
    }
  }

  /// Rounds a row of x; returns its scale. Gradients gain nothing from being rounded without outliers.
  ///
  /// - Parameter scaled: memory for a row.
  private func round(
    _ x: UnsafePointer<Float>, into bytes: UnsafeMutablePointer<UInt8>, _ scaled: UnsafeMutablePointer<Float>,
    _ outliers: inout Int8Outliers
  ) -> Float {
    let (inner, zero) = (shape.inner, Self.zero)
    for index in inner..<shape.paddedInner { bytes[index] = zero }
    if let factors {
      for index in 0..<inner { scaled[index] = x[index] * factors[index] }
      return Int8Rows.round(scaled, count: inner, into: bytes, zero: zero)
    }
    let largest = outliers.take(from: x, count: inner)
    let scale = Int8Rows.round(x, count: inner, into: bytes, zero: zero, absoluteMaximum: largest)
    outliers.clear(bytes, zero: zero)
    return scale
  }

  /// The product of rounded rows by all panels.
  private func multiply(_ rows: vnni_rows, _ outliers: Int8Outliers, _ arena: Arena) {
    let mark = arena.mark()
    defer { arena.reset(to: mark) }
    let room = source.map { _ in shape.room(arena) }
    for index in 0..<shape.count {
      let first = index * Self.width
      var rows = rows
      rows.y += first
      if let source, let room { shape.pack(source, index, into: room, arena) }
      let panel = vnni_panel(
        values: room ?? panels! + index * shape.panelBytes, start: start + first, scales: scales + first,
        bias: bias + first)
      let used = min(Self.width, columns - first)
      if used == Self.width { multiply(rows, panel) } else { multiply(rows, panel, used: used, arena) }
      outliers.addProducts(by: panel, to: rows.y, yRow: columns, columns: used)
    }
  }

  /// The product by a panel of which only the first `used` columns exist, by way of memory that has all.
  private func multiply(_ rows: vnni_rows, _ panel: vnni_panel, used: Int, _ arena: Arena) {
    let (y, yRow, count) = (rows.y!, Int(rows.y_row), Int(rows.rows))
    let whole = arena.allocate(count * Self.width)
    whole.update(repeating: 0, count: count * Self.width)
    if rows.adding { for row in 0..<count { (whole + row * Self.width).update(from: y + row * yRow, count: used) } }
    var rows = rows
    (rows.y, rows.y_row) = (whole, Int64(Self.width))
    multiply(rows, panel)
    for row in 0..<count { (y + row * yRow).update(from: whole + row * Self.width, count: used) }
  }

  private func multiply(_ rows: vnni_rows, _ panel: vnni_panel) {
    switch kernel {
    case .int8WithAVX512: vnni_multiply_avx512(rows, panel)
    case .int8WithAVX: vnni_multiply_avx(rows, panel)
    default: multiplyIntegers(rows, panel)
    }
  }
}

/// The product by a panel, for processors without an instruction for it; see `vnni_rows` for what is computed.
private func multiplyIntegers(_ rows: vnni_rows, _ panel: vnni_panel) {
  let width = Int(vnni_width)
  for row in 0..<Int(rows.rows) {
    let (x, y) = (rows.x + row * Int(rows.stride), rows.y + row * Int(rows.y_row))
    for column in 0..<width {
      var sum = panel.start[column]
      for step in 0..<Int(rows.steps) {
        let w = panel.values + (step * width + column) * 4
        for index in 0..<4 { sum &+= Int32(x[4 * step + index]) &* Int32(w[index]) }
      }
      let base = rows.adding ? panel.bias[column] + y[column] : panel.bias[column]
      y[column] = base.addingProduct(Float(sum) * panel.scales[column], rows.scales[row])
    }
  }
}

extension Reference {
  /// The product in int8, element by element: y (rows, columns) = x (rows, inner) W + bias, plus `before` if it is given.
  package static func multiplyInt8(
    _ x: [Float], _ w: [Float], _ form: GEMM.Form, inner: Int, columns: Int, bias: [Float], addingTo before: [Float]?
  ) -> [Float] {
    func rows(_ values: [Float], _ width: Int) -> [[Float]] {
      stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    let stored = rows(w, form == .plain ? columns : inner).map { roundToInt8($0) }
    return rows(x, inner).enumerated().flatMap { row, values in
      let scaled = form == .plain ? zip(values, stored).map { $0 * $1.scale } : values
      let (rest, outliers) = form == .plain ? (scaled, []) : Reference.outliers(of: values)
      let rounded = roundToInt8(rest)
      return (0..<columns).map { column in
        let sum = (0..<inner).reduce(0) {
          $0 + rounded.integers[$1] * (form == .plain ? stored[$1].integers[column] : stored[column].integers[$1])
        }
        let scale = form == .plain ? 1 : stored[column].scale
        let base = before.map { bias[column] + $0[row * columns + column] } ?? bias[column]
        let y = base.addingProduct(Float(sum) * scale, rounded.scale)
        guard !outliers.isEmpty else { return y }
        let besides = outliers.reduce(Float(0)) {
          $0.addingProduct(Float(stored[column].integers[$1.column]), $1.value)
        }
        return y.addingProduct(besides, scale)
      }
    }
  }
}
