// Why an undamaged file is rejected all the same: checks that name what they found, and their conversion into a fault.
import Faults

/// Values that contradict each other, or that no result can have.
struct Inconsistency: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }

  /// Returns what `body`, which reads the file at `path`, returns; turns an inconsistency into a fault about that file.
  static func reported<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try FileInHand.with(path, body)
    } catch let inconsistency as Inconsistency {
      throw Fault(.data, path, inconsistency.reason, hint: Seal.remake)
    }
  }
}

/// Throws `reason` as an inconsistency unless `condition` holds.
func require(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
  if !condition { throw Inconsistency(reason()) }
}

/// Throws if `values` does not have `count` elements, or if one is not finite.
func requireFinite(_ values: [Float], _ name: String, count: Int) throws {
  try require(values.count == count, "\(name) has \(values.count) values, expected \(count)")
  if let index = values.firstIndex(where: { !$0.isFinite }) {
    throw Inconsistency("\(name) is \(values[index]) at index \(index)")
  }
}

/// Throws if two examples of one split have the same id. Ids are compared byte by byte, not by Unicode equivalence.
func requireUnique(_ rowIDs: [String], _ splits: [TokenizedSet.Split]) throws {
  for split in TokenizedSet.Split.allCases {
    var seen = Set<[UInt8]>()
    for (id, other) in zip(rowIDs, splits) where other == split {
      try require(seen.insert(Array(id.utf8)).inserted, "two examples of one split have the id \(id)")
    }
  }
}
