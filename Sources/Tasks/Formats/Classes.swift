// The classes of the classification data sets, in the order of the published label numbers: each label as the files
// write it, and the words that the model reads for it.
import Faults

/// The classes shared by all questions of a format.
package struct Classes: Equatable, Sendable {
  /// Each class as the files write it.
  package let labels: [String]
  /// Each class in words: the choices of every question.
  package let names: [String]

  /// SST-2 and the product reviews.
  static let sentiment = Classes(labels: ["0", "1"], names: ["negative", "positive"])
  /// CoLA.
  static let acceptability = Classes(labels: ["0", "1"], names: ["unacceptable", "acceptable"])
  /// MRPC.
  static let paraphrase = Classes(labels: ["0", "1"], names: ["different", "equivalent"])
  /// RTE.
  static let entailment = Classes(
    labels: ["entailment", "not_entailment"], names: ["entailment", "not entailment"])
  /// CB and the other inference sets with three classes.
  static let entailmentWithNeutral = Classes(
    labels: ["entailment", "contradiction", "neutral"], names: ["entailment", "contradiction", "neutral"])
  /// TREC's coarse labels.
  static let answerType = Classes(
    labels: ["ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"],
    names: ["abbreviation", "entity", "description", "human", "location", "number"])

  /// The index of the class that a file writes as `label`.
  func index(of label: String, at location: String) throws -> Int {
    try indexOfLabel(label, among: labels, at: location)
  }
}

/// The index of `label` in `labels`, compared byte by byte.
/// - Throws: `Fault.data` listing the labels.
func indexOfLabel(_ label: String, among labels: [String], at location: String) throws -> Int {
  if let index = labels.firstIndex(where: { $0.utf8.elementsEqual(label.utf8) }) { return index }
  throw Fault(.data, location, "label \(label.debugDescription) is not one of \(labels.joined(separator: ", "))")
}
