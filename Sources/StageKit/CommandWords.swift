// A second look at a command line that the parser rejects. The parser stops at the first required option that is missing,
// which hides a misspelt flag, and it takes a negative number for a flag.
import Faults

/// The flags of a stage, as its help lists them.
struct CommandWords {
  /// Every flag, and whether it takes a value.
  private let flags: [String: Bool]

  /// Reads the flags from the text of `--help`, in which no line may be broken between a flag and its value.
  init(help: String) {
    var flags: [String: Bool] = [:]
    for line in help.split(separator: "\n") where line.hasPrefix("  -") {
      // Two blanks separate the flag from its description.
      let head = line.dropFirst(2).prefix(upTo: line.dropFirst(2).firstRange(of: "  ")?.lowerBound ?? line.endIndex)
      for name in head.matches(of: /--?[A-Za-z][-A-Za-z0-9]*/).map(\.output) {
        flags[String(name)] = head.contains("<")
      }
    }
    self.flags = flags
  }

  /// The message about the first word that looks like a flag but is not one of the stage's; nil if there is none.
  func unknownFlag(in words: [String]) -> String? {
    for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && word != "-" && !isNegative(word) {
      let name = String(word.prefix { $0 != "=" })
      guard flags[name] == nil else { continue }
      return "unknown option '\(name)'" + (meant(by: name).map { "; did you mean '\($0)'?" } ?? "")
    }
    return nil
  }

  /// The shortest flag that begins with this word, otherwise the closest one; nil for a single letter.
  private func meant(by name: String) -> String? {
    guard name.count > 2 else { return nil }
    let names = flags.keys.sorted { ($0.count, $0) < ($1.count, $1) }
    return names.first { $0.hasPrefix(name.lowercased()) } ?? closest(to: name, among: names)
  }

  /// The words with each negative number joined to the flag before it, as in `--scale=-1`.
  func joiningNegativeNumbers(_ words: [String]) -> [String] {
    var joined: [String] = []
    for word in words {
      if isNegative(word), let last = joined.last, flags[last] == true {
        joined[joined.count - 1] = "\(last)=\(word)"
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  private func isNegative(_ word: String) -> Bool { word.hasPrefix("-") && Double(word) != nil }
}
