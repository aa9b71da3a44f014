// The classes of a user's own texts: the labels that occur in the training files. Files of other splits and of new texts
// are read against them.
import Faults

/// The classes, in the order of their indices.
package struct TextClasses: Equatable, Sendable {
  /// Their names: in numeric order if all are numbers, else in alphabetical order.
  package let names: [String]
  private let indices: [String: Int]

  /// The largest number of classes.
  package static let most = 2000

  /// The largest number of classes that are numbers with a fraction, such as grades.
  private static let mostFractions = 50

  /// The classes called `names`, in this order: those of a set that was tokenized before.
  package init(names: [String]) {
    self.names = names
    indices = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The classes of the training labels.
  /// - Throws: `Fault.data` about `subject` if there are fewer than two classes, more than 2,000, more than 50 numbers with
  ///   fractions, or so many for so few rows that the column must be something else.
  init(of labels: [String], at subject: String) throws {
    let distinct = Set(labels)
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

  /// The index of the class called `label`; nil if there is none.
  package func index(of label: String) -> Int? { indices[label] }

  /// A label as a class is called: without the space around it, and numbers without needless zeros, so that `1.0` and `1`
  /// are one class. Nil if nothing is left.
  package static func label(_ written: String) -> String? {
    let text = trimmed(written)
    if text.isEmpty { return nil }
    // Only digits: 1e3, nan and 0x1 are words.
    guard let match = text.wholeMatch(of: #/(-?[0-9]+)\.([0-9]*?)0*/#) else { return text }
    let (whole, fraction) = (match.output.1, match.output.2)
    return String(fraction.isEmpty ? whole : "\(whole).\(fraction)")
  }

  /// What a user should know about the labels of training, each in one line: classes with a single example, and classes
  /// that differ in case alone.
  func doubts(about labels: [String]) -> [String] {
    let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    let single = names.filter { counts[$0] == 1 }
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
    return doubts
  }
}
