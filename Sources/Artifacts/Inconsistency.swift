// Why a file is refused although it is whole: checks that name what they found, and their way into a fault.
import Faults

/// Values that contradict each other, or that no result can have.
struct Inconsistency: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }

  /// What `body`, which reads the file at `path`, gives; an inconsistency that it meets becomes a fault of that file.
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

/// Throws where `values` has another count than `count`, or a number that is not finite.
func requireFinite(_ values: [Float], _ name: String, count: Int) throws {
  try require(values.count == count, "\(name) has \(values.count) numbers, expected \(count)")
  if let place = values.firstIndex(where: { !$0.isFinite }) {
    throw Inconsistency("\(name) is \(values[place]) at place \(place)")
  }
}

/// Throws where one split has two examples of one id. Ids are compared by their bytes, not as Unicode equals them.
func requireUnique(_ rowIDs: [String], _ splits: [TokenizedSet.Split]) throws {
  for split in TokenizedSet.Split.allCases {
    var seen = Set<[UInt8]>()
    for (id, other) in zip(rowIDs, splits) where other == split {
      try require(seen.insert(Array(id.utf8)).inserted, "two examples of one split have the id \(id)")
    }
  }
}
