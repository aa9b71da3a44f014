// One description of a file's layout serves reading, writing and the digest: an artifact hands its values and their
// names to an archive in a fixed order, and the archive either stores the values or fills them in.
import Faults
import HDF5

/// Stores the values of an artifact (writing), or fills them in (reading), one after the other.
protocol Archive: AnyObject {
  /// The version of the file's layout: the current one when writing, that of the file when reading.
  var version: Int { get }
  /// A text attribute of the file.
  func text(_ name: String, _ value: inout String) throws
  /// An integer attribute of the file.
  func integer(_ name: String, _ value: inout Int) throws
  /// A real attribute of the file.
  func real(_ name: String, _ value: inout Double) throws
  /// An array of numbers; `units` is empty where they have none.
  func numbers<Number: Element>(
    _ name: String, _ values: inout [Number], _ axes: [Axis], _ longName: String, units: String, storage: Storage
  ) throws
  /// A list of texts.
  func texts(_ name: String, _ values: inout [String], _ axis: Axis, _ longName: String) throws
  /// Whether the values or the attribute called `name` are in the file: `isPresent` when writing. Files of versions that did not know
  /// them lack them.
  func has(_ name: String, _ isPresent: Bool) throws -> Bool
  /// A group for the values that follow, whose names start with `name/`.
  func group(_ name: String) throws
  /// A measurement that differs from run to run: not part of the content, and not in reproducible files.
  func measurement(_ name: String, _ value: inout Double?) throws
  /// A measurement that differs from run to run: not part of the content, and not in reproducible files.
  func measurement(_ name: String, _ value: inout Int?) throws
}

/// One axis of an array.
struct Axis {
  /// Such as `example`.
  var name: String
  /// The required length; nil if the array itself decides.
  var size: Int?

  init(_ name: String, _ size: Int? = nil) { (self.name, self.size) = (name, size) }
}

extension Archive {
  /// What predictions and written answers say first: which method made them of which data set, on which base, by which
  /// settings.
  func origin(
    _ method: inout String, _ dataset: inout String, _ corruption: inout TokenizedSet.Corruption, base: inout String,
    tokens: inout String, settings: inout String
  ) throws {
    try text("method", &method)
    try text("dataset", &dataset)
    try text("corruption", &corruption.name)
    try integer("severity", &corruption.severity)
    try text("base_digest", &base)
    try text("tokens_digest", &tokens)
    try text("settings", &settings)
  }

  /// An array of real numbers, which do not compress.
  func numbers(
    _ name: String, _ values: inout [Float], _ axes: [Axis], _ longName: String, units: String = ""
  ) throws { try numbers(name, &values, axes, longName, units: units, storage: .checked) }

  /// An array of real numbers, which do not compress.
  func numbers(
    _ name: String, _ values: inout [Double], _ axes: [Axis], _ longName: String, units: String = ""
  ) throws { try numbers(name, &values, axes, longName, units: units, storage: .checked) }

  /// An array of integers.
  func numbers<Number: Element & FixedWidthInteger>(
    _ name: String, _ values: inout [Number], _ axes: [Axis], _ longName: String
  ) throws { try numbers(name, &values, axes, longName, units: "", storage: .compressed) }

  /// An array of integers, stored as int64.
  func numbers(_ name: String, _ values: inout [Int], _ axes: [Axis], _ longName: String) throws {
    var stored = values.map(Int64.init)
    try numbers(name, &stored, axes, longName)
    values = stored.map(Int.init)
  }

  /// A case of an enumeration, by its name.
  func named<Case: RawRepresentable<String>>(_ name: String, _ value: inout Case) throws {
    var stored = value.rawValue
    try text(name, &stored)
    guard let known = Case(rawValue: stored) else { throw Inconsistency("\(name) is \(stored), which is unknown") }
    value = known
  }

  /// A list of cases of an enumeration, by their codes.
  func coded<Case: RawRepresentable<UInt8>>(
    _ name: String, _ values: inout [Case], _ axes: [Axis], _ longName: String
  ) throws {
    var stored = values.map(\.rawValue)
    try numbers(name, &stored, axes, longName)
    values = try stored.map {
      guard let known = Case(rawValue: $0) else { throw Inconsistency("\(name) contains \($0), which is unknown") }
      return known
    }
  }
}
