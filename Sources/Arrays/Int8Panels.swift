// The order in which the kernels of 8-bit integers read a matrix, and the way there from rows as they are stored.
import CVNNI

/// The panels of a matrix W (inner, columns): [panel][four values of inner][column of the panel][value].
struct Int8Panels: Sendable {
  private static let width = Int(vnni_width)

  let inner: Int
  private let columns: Int
  private let form: GEMM.Form

  /// - Parameter form: `.transposed` if W is stored as (columns, inner).
  init(inner: Int, columns: Int, form: GEMM.Form) { (self.inner, self.columns, self.form) = (inner, columns, form) }

  /// `inner` up to the next multiple of four.
  var paddedInner: Int { (inner + 3) & ~3 }
  /// The number of panels.
  var count: Int { (columns + Self.width - 1) / Self.width }
  /// The size of a panel.
  var panelBytes: Int { paddedInner * Self.width }

  /// Memory for a panel.
  func room(_ arena: Arena) -> UnsafeMutablePointer<Int8> {
    UnsafeMutableRawPointer(arena.bytes(panelBytes)).assumingMemoryBound(to: Int8.self)
  }

  /// Fills a panel; values beyond W are 0.
  func pack(_ source: StoredInt8, _ index: Int, into panel: UnsafeMutablePointer<Int8>, _ arena: Arena) {
    let mark = arena.mark()
    defer { arena.reset(to: mark) }
    let first = index * Self.width
    let used = min(Self.width, columns - first)
    if form == .transposed {
      packColumns(source, first..<first + used, into: panel, arena)
    } else {
      packRows(source, first..<first + used, into: panel, arena)
    }
  }

  /// From W as (columns, inner): four bytes at a time, it is a transposition, for which Floats serve as groups of four.
  private func packColumns(
    _ source: StoredInt8, _ columns: Range<Int>, into panel: UnsafeMutablePointer<Int8>, _ arena: Arena
  ) {
    let room = arena.bytes(panelBytes)
    room.update(repeating: 0, count: panelBytes)
    for (row, column) in columns.enumerated() {
      UnsafeMutableRawPointer(room + row * paddedInner).copyMemory(
        from: source.values + column * inner, byteCount: inner)
    }
    let groups = paddedInner / 4
    for row in [0, 16] {
      transpose(
        rows: 16, columns: groups, UnsafeRawPointer(room + row * paddedInner).assumingMemoryBound(to: Float.self),
        xRow: groups, into: UnsafeMutableRawPointer(panel).assumingMemoryBound(to: Float.self) + row, yRow: Self.width)
    }
  }

  /// From W as (inner, columns): four rows are interleaved.
  private func packRows(
    _ source: StoredInt8, _ columns: Range<Int>, into panel: UnsafeMutablePointer<Int8>, _ arena: Arena
  ) {
    let lines = arena.bytes(4 * Self.width)
    lines.update(repeating: 0, count: 4 * Self.width)
    let target = UnsafeMutableRawPointer(panel).assumingMemoryBound(to: UInt32.self)
    for group in 0..<paddedInner / 4 {
      for line in 0..<4 {
        let (row, target) = (4 * group + line, lines + line * Self.width)
        if row < inner {
          UnsafeMutableRawPointer(target).copyMemory(
            from: source.values + row * self.columns + columns.lowerBound, byteCount: columns.count)
        } else {
          target.update(repeating: 0, count: Self.width)
        }
      }
      for column in 0..<Self.width {
        let low = UInt32(lines[column]) | UInt32(lines[Self.width + column]) &<< 8
        let high = UInt32(lines[2 * Self.width + column]) | UInt32(lines[3 * Self.width + column]) &<< 8
        target[group * Self.width + column] = low | high &<< 16
      }
    }
  }

  /// [column] -128 times the sum of a panel's column.
  func sums(of panel: UnsafePointer<Int8>, into sums: UnsafeMutablePointer<Int32>) {
    for column in 0..<Self.width {
      var sum: Int32 = 0
      for group in 0..<paddedInner / 4 {
        for index in 0..<4 { sum += Int32(panel[(group * Self.width + column) * 4 + index]) }
      }
      sums[column] = -128 * sum
    }
  }
}

/// A matrix as integers: those that are stored, or values rounded by row, which `free` releases.
struct Int8Copy {
  let numbers: StoredInt8
  /// Whether the integers are those that are stored.
  let isBorrowed: Bool

  init(_ values: StoredNumbers, rows: Int, width: Int) {
    if case .int8(let stored) = values {
      precondition(stored.width == width, "rows of \(stored.width) values, not \(width)")
      (numbers, isBorrowed) = (stored, true)
      return
    }
    let (integers, scales) = (UnsafeMutablePointer<Int8>.zeros(rows * width), UnsafeMutablePointer<Float>.zeros(rows))
    let row = UnsafeMutablePointer<Float>.zeros(width)
    defer { row.deallocate() }
    for index in 0..<rows {
      values.copy(from: index * width, count: width, into: row)
      scales[index] = Int8Rows.round(
        row, count: width, into: UnsafeMutableRawPointer(integers + index * width).assumingMemoryBound(to: UInt8.self),
        zero: 0)
    }
    (numbers, isBorrowed) = (StoredInt8(values: integers, scales: scales, width: width), false)
  }

  func free() {
    guard !isBorrowed else { return }
    numbers.values.deallocate()
    numbers.scales.deallocate()
  }
}

extension Arena {
  /// Memory for `count` bytes.
  func bytes(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(allocate((count + 3) / 4)).assumingMemoryBound(to: UInt8.self)
  }
}

extension UnsafeMutablePointer where Pointee: Numeric {
  /// Zeros in new memory, aligned to a cache line.
  static func zeros(_ count: Int) -> Self {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Pointee>.stride, alignment: 64)
      .bindMemory(to: Pointee.self, capacity: count)
    memory.initialize(repeating: 0, count: count)
    return memory
  }
}
