// The classes of a user's own texts: the labels that occur in the training files. Files of other splits and of new texts
// are read against them.
import Faults

/// The classes, in the order of their indices.
package struct TextClasses: Equatable, Sendable {
  /// Their names: in numeric order if all are numbers, else in alphabetical order.
  package let names: [String]
  private let indices: [String: Int]
  /// [number] The class that is this number; empty unless all classes are numbers.
  private let numbers: [Double: Int]

  /// The largest number of classes.
  package static let most = 2000

  /// The largest number of classes that are numbers with a fraction, such as grades.
  private static let mostFractions = 50

  /// The classes called `names`, in this order: those of a set that was tokenized before.
  package init(names: [String]) {
    self.names = names
    indices = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let numbers = names.compactMap(Self.number)
    self.numbers =
      numbers.count < names.count
      ? [:] : Dictionary(numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The classes of the training labels.
  /// - Throws: `Fault.data` about `subject` if there are fewer than two classes, more than 2,000, more than 50 numbers with
  ///   fractions, or so many for so few rows that the column must be something else.
  init(of labels: [String], at subject: String) throws {
    let distinct = Self.merged(Set(labels))
    if let only = distinct.first, distinct.count == 1 {
      throw Fault(
        .data, subject, "all \(labels.count) labels are \(only.debugDescription), expected at least two classes",
        hint: "if another column holds the labels, name it with `label-column`")
    }
    let numbers = distinct.compactMap { Double($0) }
    let areNumbers = numbers.count == distinct.count
    let areMeasured =
      areNumbers && distinct.count > Self.mostFractions && numbers.contains { $0 != $0.rounded(.down) }
    if areMeasured || labels.count >= 20 && distinct.count > labels.count / 2 || distinct.count > Self.most {
      let limit = distinct.count > Self.most ? "; at most \(Self.most) classes are possible" : ""
      throw Fault(
        .data, subject,
        "found \(distinct.count) different labels in \(labels.count) rows: this looks like "
          + "\(areNumbers ? "numbers to predict" : "free text"), not classes\(limit)",
        hint: areNumbers
          ? "predict numbers with `format numbers`; `ordinal` is for grades, which are few different numbers"
          : "if another column holds the labels, name it with `label-column`")
    }
    self.init(names: Self.ordered(distinct))
  }

  /// Names in numeric order if all are numbers, else in alphabetical order.
  static func ordered(_ names: Set<String>) -> [String] {
    let numbers = names.compactMap { name in Double(name).map { (name: name, number: $0) } }
    guard numbers.count == names.count else { return names.sorted() }
    return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }

  /// The index of the class called `label`, or of the same number; nil if there is none.
  package func index(of label: String) -> Int? { indices[label] ?? Self.number(label).flatMap { numbers[$0] } }

  /// The labels as classes are called: where all are numbers, equal ones have the shortest name of them, `1` of `01`, `1` and
  /// `1e0`.
  private static func merged(_ labels: Set<String>) -> Set<String> {
    let numbers = labels.compactMap { label in number(label).map { (label: label, number: $0) } }
    guard numbers.count == labels.count else { return labels }
    let groups = Dictionary(grouping: numbers, by: \.number).values
    return Set(groups.map { $0.map(\.label).min { ($0.count, $0) < ($1.count, $1) }! })
  }

  /// The number that a label is; nil for a word, and for a number with so many digits that another one could equal it.
  private static func number(_ label: String) -> Double? {
    guard label.wholeMatch(of: #/[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/#) != nil,
      let number = Double(label), number.magnitude < 0x1p53
    else { return nil }
    return number
  }

  /// A label without the space around it, and a decimal without needless zeros, so that no `1.0` is left where all labels
  /// are integers. Nil if nothing is left.
  package static func label(_ written: String) -> String? {
    let text = trimmed(written)
    if text.isEmpty { return nil }
    // Only digits and a point: whether 1e3 is a number is known when all labels are read.
    guard let match = text.wholeMatch(of: #/(-?[0-9]+)\.([0-9]*?)0*/#) else { return text }
    let (whole, fraction) = (match.output.1, match.output.2)
    return String(fraction.isEmpty ? whole : "\(whole).\(fraction)")
  }

  /// What a user should know about the labels of training, each in one line: classes with a single example, classes that
  /// differ in case alone, and names that look like a mistake.
  func doubts(about labels: [String]) -> [String] {
    let counts = labels.reduce(into: [:]) { $0[index(of: $1), default: 0] += 1 }
    let single = names.indices.filter { counts[$0] == 1 }.map { names[$0] }
    var doubts: [String] = []
    if !single.isEmpty {
      let (shown, more) = (single.prefix(5).joined(separator: ", "), single.count > 5 ? ", ..." : "")
      doubts.append(
        "\(single.count == 1 ? "the class \(shown) has" : "\(single.count) classes have") a single example"
          + (single.count == 1 ? "" : " each (\(shown)\(more))") + ": it is either learnt or tested, not both")
    }
    let alike = Dictionary(grouping: names) { $0.lowercased() }.values.filter { $0.count > 1 }
    for group in alike.sorted(by: { $0[0] < $1[0] }) {
      doubts.append("the classes \(group.joined(separator: " and ")) differ in case alone: are they one?")
    }
    return doubts + names.compactMap(Self.doubt)
  }

  /// What programs write for a missing value, in lower case.
  private static let missingValues: Set = ["nan", "na", "n/a", "<na>", "#n/a", "none", "null"]
  /// Characters that nobody sees: zero-width spaces and joiners, the byte order mark, the soft hyphen.
  private static let invisible: Set<Unicode.Scalar> = ["\u{200B}", "\u{2060}", "\u{FEFF}", "\u{AD}"]

  private static func doubt(about name: String) -> String? {
    if missingValues.contains(name.lowercased()) {
      return "the class \(name) looks like a missing value: if it is one, remove these rows"
    }
    let hidden = Set(name.unicodeScalars.filter(invisible.contains)).map(\.value).sorted()
    if hidden.isEmpty { return nil }
    let codes = hidden.map { "U+" + String($0 + 0x10000, radix: 16, uppercase: true).suffix(4) }
      .joined(separator: ", ")
    return "the class \(name.debugDescription) has characters that cannot be seen (\(codes)): is it a class of its own?"
  }
}
