// Indices of blocks, as users write them.
import ArgumentParser

/// The indices in a list of indices and ranges in ascending order, separated by commas: 0,2-5.
///
/// - Throws: `ValidationError` where the text is not such a list.
func blocks(_ text: String) throws -> [Int] {
  var numbers: [Int] = []
  for part in text.split(separator: ",", omittingEmptySubsequences: false) {
    let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
      numbers.last.map({ $0 < first }) ?? true, last < 1 << 16
    else {
      throw ValidationError("must be indices of blocks in ascending order, such as 4,5 or 2-5")
    }
    numbers += first...last
  }
  return numbers
}
