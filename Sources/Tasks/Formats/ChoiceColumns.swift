// The columns of a user's table that hold one choice each. A choice skipped because of its column's name would go
// unnoticed, so the names must be consecutive.
import Faults

/// Choice columns that follow one naming scheme: `A`, `B`, ... or `choice1`, `choice2`, ...
struct ChoiceColumns {
  /// [choice] The columns' positions in the header.
  let positions: [Int]
  /// Whether their names number the choices from 1, as in `option1`, `option2`.
  let countFromOne: Bool

  private static let prefixes = ["", "choice", "option", "ending"]

  /// The choice columns in `header`; nil if there are none.
  ///
  /// - Throws: `Fault.data` if the names follow two schemes, or have a gap.
  init?(in header: [String], at location: String) throws {
    let sets = Self.sets(in: header)
    guard let set = sets.first else { return nil }
    if let other = sets.dropFirst().first {
      throw Fault(
        .data, location,
        "both \(header[set[0].position]) and \(header[other[0].position]) could be the first choice",
        hint: "name all choice columns in the same way")
    }
    for (before, column) in zip(set, set.dropFirst()) where column.number != before.number + 1 {
      if column.number == before.number {
        throw Fault(
          .data, location, "\(header[before.position]) and \(header[column.position]) are the same choice",
          hint: "keep one of the two")
      }
      let names = set.map { header[$0.position] }.joined(separator: ", ")
      throw Fault(
        .data, location, "found the choice columns \(names): there is a gap before \(header[column.position])",
        hint: "name the choice columns in order, or rename the column if it is not a choice")
    }
    positions = set.map(\.position)
    countFromOne = set[0].number == 1 && header[set[0].position].last == "1"
  }

  /// Whether `header` has choice columns.
  static func areNamed(in header: [String]) -> Bool { !sets(in: header).isEmpty }

  /// The sets of at least two columns that begin with the first letter, or with 0 or 1, each in the order of its names.
  private static func sets(in header: [String]) -> [[(number: Int, position: Int)]] {
    prefixes.flatMap { prefix in
      [true, false].map { byLetter in
        header.indices.compactMap { position in
          number(header[position], behind: prefix, byLetter: byLetter).map { (number: $0, position: position) }
        }.sorted { $0.number < $1.number }
      }
    }.filter { $0.count > 1 && $0[0].number <= 1 }
  }

  /// The number in a name: a letter's position in the alphabet, from 1, or the number as written.
  private static func number(_ name: String, behind prefix: String, byLetter: Bool) -> Int? {
    guard OwnField(named: name) == nil else { return nil }
    let name = OwnField.plain(name)
    guard name.hasPrefix(prefix) else { return nil }
    let rest = String(name.dropFirst(prefix.count))
    if byLetter { return letters.firstIndex(of: rest.uppercased()).map { $0 + 1 } }
    return prefix.isEmpty ? nil : Int(rest)
  }
}
