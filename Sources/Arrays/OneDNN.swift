// oneDNN, opened on the first product, and its products cached by shape: creating one takes at least a tenth of a
// millisecond, executing it a tenth of that.
//
// If oneDNN has no kernel for a product, our own kernels compute it, with different last digits. If it has no memory
// for it, falling back would change the result silently, so the process ends instead.
import COneDNN
import Faults
import Synchronization

/// The library.
enum OneDNN {
  /// The library; nil if it is not installed, or if the program was built without its headers.
  nonisolated(unsafe) static let library: UnsafePointer<onednn>? = {
    let library = UnsafeMutablePointer<onednn>.allocate(capacity: 1)
    return isThere(onednn_open(library)) ? UnsafePointer(library) : nil
  }()

  /// Interprets oneDNN's return code: whether it could do what was asked. Ends the process if it ran out of memory.
  static func isThere(_ answer: Int32) -> Bool {
    if answer > 0 { Memory.ranOut("oneDNN ran out of memory for its library or a product") }
    return answer == 0
  }

  /// A product of that shape by a W of that layout, or of oneDNN's preferred layout; nil if it has no kernel for it.
  static func make(
    _ shape: onednn_shape, _ layout: UnsafePointer<onednn_layout>? = nil
  ) -> UnsafePointer<onednn_product>? {
    guard let library else { return nil }
    let made = UnsafeMutablePointer<onednn_product>.allocate(capacity: 1)
    guard isThere(onednn_make(library, shape, layout, made)) else {
      made.deallocate()
      return nil
    }
    return UnsafePointer(made)
  }
}

/// The products by matrices of one shape, for each number of rows that was used. They live as long as the program.
///
/// All threads look a product up before each use, without a lock once it is made. Unchecked for that reason: an entry is
/// made under the lock and published by an atomic store.
final class ProductTable: @unchecked Sendable {
  /// Rows of the largest product: enough for the kernel's full rate, few enough that its inputs and outputs stay in
  /// cache, and a bound on the number of products.
  static let largest = 256

  /// The memory layout of W.
  enum Layout: Hashable {
    /// oneDNN's preferred one.
    case packed
    /// Row-major as (inner, columns), or as (columns, inner) if `.transposed`.
    case plain(GEMM.Form)
  }

  /// The key of a table.
  private struct Key: Hashable {
    let (inner, columns): (Int, Int)
    let precision: Precision
    let layout: Layout
  }

  /// The tables so far; nil if oneDNN cannot do it.
  private static let tables = Mutex<[Key: ProductTable?]>([:])

  /// The table for W (inner, columns); nil if oneDNN is missing, has no kernel for this processor, or in float32 only
  /// one whose rows depend on each other.
  static func of(inner: Int, columns: Int, _ precision: Precision, _ layout: Layout) -> ProductTable? {
    tables.withLock { tables in
      let key = Key(inner: inner, columns: columns, precision: precision, layout: layout)
      if let known = tables[key] { return known }
      let made = ProductTable(key)
      tables[key] = .some(made)
      return made
    }
  }

  /// W's layout, the same for any number of rows.
  private let layout: UnsafePointer<onednn_layout>
  /// Bytes of W.
  let bytes: Int
  private let key: Key
  /// Indexed by [rows, bias, adding].
  private let products: UnsafeMutablePointer<Atomic<UnsafePointer<onednn_product>?>>
  private let making = Mutex(())
  /// Our kernel for few rows; nil where it does not give oneDNN's bits.
  private(set) var fewRows: FewRows?

  private init?(_ key: Key) {
    let shape = Self.shape(key, rows: Self.largest, bias: false, adding: false)
    guard let library = OneDNN.library else { return nil }
    let layout = UnsafeMutablePointer<onednn_layout>.allocate(capacity: 1)
    if case .plain(let form) = key.layout { Self.describe(key, key.precision, form, layout) }
    guard let product = OneDNN.make(shape, key.layout == .packed ? nil : layout),
      key.precision == .bfloat16 || product.pointee.rows_are_independent != 0
    else { return nil }
    var bytes = Int64(0)
    if key.layout == .packed { layout.initialize(to: onednn_layout_of(library, product, &bytes)) }
    (self.key, self.layout, self.bytes) = (key, UnsafePointer(layout), Int(bytes))
    let slots = 4 * (Self.largest + 1)
    products = .allocate(capacity: slots)
    for slot in 0..<slots { (products + slot).initialize(to: Atomic(nil)) }
    if key.layout == .packed && key.precision == .float32 { fewRows = findFewRows() }
  }

  /// Compares our kernel for few rows with oneDNN's.
  private func findFewRows() -> FewRows? {
    let rows = 4
    return FewRows.found(inner: key.inner, columns: key.columns, layout: layout, bytes: bytes, rows: rows) { x, w, y in
      let (placed, product) = (descriptors(w, bias: nil), product(rows: rows, bias: false, adding: false))
      defer { onednn_forget(OneDNN.library, placed.w) }
      withScratch(Int(product.pointee.scratch_bytes) / MemoryLayout<Float>.stride + 1) { scratch in
        let status = onednn_multiply(OneDNN.library, product, x, placed.w, placed.bias, y, scratch)
        if status != 0 { Memory.ranOut("oneDNN ran out of memory for a product") }
      }
    }
  }

  /// Copies W (inner, columns), stored row-major or, if `.transposed`, as its transpose, into the table's layout.
  func pack(_ values: StoredNumbers, _ form: GEMM.Form, into target: UnsafeMutableRawPointer) -> Bool {
    if case .int8 = values {
      return values.floats(count: key.inner * key.columns).withUnsafeBufferPointer {
        pack(.float32($0.baseAddress!), form, into: target)
      }
    }
    var plain = onednn_layout()
    Self.describe(key, values.precision, form, &plain)
    return OneDNN.isThere(onednn_copy(OneDNN.library, &plain, values.address, layout, target))
  }

  private static func describe(
    _ key: Key, _ precision: Precision, _ form: GEMM.Form, _ layout: UnsafeMutablePointer<onednn_layout>
  ) {
    let status = onednn_plain_layout(
      OneDNN.library, Int64(key.inner), Int64(key.columns), precision == .bfloat16 ? 1 : 0,
      form == .transposed ? 1 : 0, layout)
    precondition(status == 0, "oneDNN rejects a matrix (\(key.inner), \(key.columns))")
  }

  /// oneDNN's descriptors of W and a bias (columns).
  func descriptors(
    _ numbers: UnsafeRawPointer, bias: UnsafePointer<Float>?
  ) -> (w: onednn_numbers, bias: onednn_numbers) {
    var placed = (w: onednn_numbers(), bias: onednn_numbers())
    let product = product(rows: Self.largest, bias: bias != nil, adding: false)
    var descriptions = product.pointee
    var status = onednn_place(OneDNN.library, &descriptions.w, numbers, &placed.w)
    if let bias { status |= onednn_place(OneDNN.library, &descriptions.bias, bias, &placed.bias) }
    if status != 0 { Memory.ranOut("oneDNN ran out of memory for a matrix") }
    return placed
  }

  /// The product for `rows` rows.
  ///
  /// - Precondition: 1 to `largest` rows.
  func product(rows: Int, bias: Bool, adding: Bool) -> UnsafePointer<onednn_product> {
    precondition((1...Self.largest).contains(rows), "a product of \(rows) rows")
    let slot = products + 4 * rows + (bias ? 2 : 0) + (adding ? 1 : 0)
    if let known = slot.pointee.load(ordering: .acquiring) { return known }
    making.withLock { _ in
      guard slot.pointee.load(ordering: .acquiring) == nil else { return }
      slot.pointee.store(
        OneDNN.make(Self.shape(key, rows: rows, bias: bias, adding: adding), layout), ordering: .releasing)
    }
    guard let made = slot.pointee.load(ordering: .acquiring) else {
      preconditionFailure("oneDNN has a kernel for \(Self.largest) rows, and none for \(rows)")
    }
    return made
  }

  private static func shape(_ key: Key, rows: Int, bias: Bool, adding: Bool) -> onednn_shape {
    onednn_shape(
      rows: Int64(rows), inner: Int64(key.inner), columns: Int64(key.columns),
      bfloat16: key.precision == .bfloat16 ? 1 : 0, bias: bias ? 1 : 0, adding: adding ? 1 : 0)
  }
}
