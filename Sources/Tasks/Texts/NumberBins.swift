// Bins for numbers that are to be predicted. A method then predicts a distribution over classes as for any text, learnt
// from soft labels: the histogram loss (Imani and White 2018, arXiv:1806.04613) with Gaussians (HL-Gauss; Farebrother et
// al. 2024, arXiv:2403.03950).
import Faults
import Foundation

/// Equally wide bins, which are the classes.
package struct NumberBins: Equatable, Sendable {
  /// [bin + 1] The edges, ascending.
  package let edges: [Double]

  /// The number of bins by default.
  package static let usualCount = 20
  /// The possible numbers of bins.
  package static let counts = 6...1000
  /// How many bins are added beyond the smallest and the largest training number, so that their Gaussians are not cut off:
  /// 2 bins are 2.7 deviations.
  private static let margin = 2
  /// The standard deviation of the Gaussian around a number, in bins (the value that Farebrother et al. recommend).
  private static let deviation = 0.75

  /// `count` bins for the training numbers.
  ///
  /// - Throws: `Fault.data` about `subject` if all numbers are equal, or so close or so far apart that bins between them
  ///   cannot be told apart; `Fault.usage` for another count than one of `counts`.
  init(of numbers: [Double], count: Int, at subject: String) throws {
    try Fault.check(count, of: "number-bins", in: Self.counts)
    let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 0)
    guard low < high else {
      throw Fault(
        .data, subject, "all \(numbers.count) labels are the number \(low.shortest), expected different numbers",
        hint: "if another column holds the labels, name it with `label-column`")
    }
    let width = (high - low) / Double(count - 2 * Self.margin)
    edges = (0...count).map { low + Double($0 - Self.margin) * width }
    guard edges.allSatisfy(\.isFinite), zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw Fault(
        .data, subject,
        "the labels go from \(low.shortest) to \(high.shortest), where \(count) bins cannot be told apart",
        hint: "write the numbers in another unit")
    }
  }

  /// The names of the bins: their centres, with two significant digits of their width.
  var names: [String] {
    let decimals = max(0, 1 - Int(log10(edges[1] - edges[0]).rounded(.down)))
    return zip(edges, edges.dropFirst()).map { String(format: "%.\(decimals)f", $0 / 2 + $1 / 2) }
  }

  /// Whether `number` is inside a bin.
  func contains(_ number: Double) -> Bool { edges[0] <= number && number <= edges[edges.count - 1] }

  /// [bin] The soft label of `number`: a Gaussian around it, integrated over each bin. A number outside the bins counts as
  /// the edge that is nearest to it.
  func shares(of number: Double) -> [Double] {
    let inside = min(max(number, edges[0]), edges[edges.count - 1])
    let scale = Self.deviation * (edges[1] - edges[0]) * 2.0.squareRoot()
    let cumulative = edges.map { erf(($0 - inside) / scale) }
    let total = cumulative[cumulative.count - 1] - cumulative[0]
    return zip(cumulative, cumulative.dropFirst()).map { ($1 - $0) / total }
  }
}

extension QuestionFile {
  /// Files of numbers with their bins, which are made of the training numbers.
  ///
  /// - Parameters:
  ///   - sources: the files whose numbers decide on the bins.
  ///   - options: how the files were read; they have the number of bins.
  /// - Returns: The files, and one line for each doubt about the numbers.
  /// - Throws: `Fault.data` at a label that is not a finite number, and if the numbers have no usable range; what
  ///   `NumberBins` throws.
  static func binned(
    _ training: [QuestionFile], _ testing: [QuestionFile], sources: [QuestionFile], _ options: Options
  ) throws -> (train: [QuestionFile], test: [QuestionFile], doubts: [String]) {
    guard let first = sources.first(where: { $0.format.targets == .numbers }) else {
      throw Fault(
        .data, testing.first?.path ?? "numbers", "is a file of numbers, but no training file has numbers",
        hint: "name the training files with `train`, or with `classes` for a file that is only tested on")
    }
    let numbers = try sources.flatMap { try $0.numbers() }.compactMap(\.self)
    guard !numbers.isEmpty else { throw first.faultOfMissingLabels(options.texts.label) }
    let bins = try NumberBins(of: numbers, count: options.numberBins, at: first.path)
    let trained = try training.map { try $0.binned(bins) }
    let tested = try testing.map { try $0.binned(bins) }
    let doubts = [training.isEmpty ? nil : bins.doubt(about: numbers)] + tested.map { $0.doubtAboutRange(of: bins) }
    return (trained, tested, doubts.compactMap(\.self))
  }

  /// [question] The numbers that the labels are; nil without a label.
  private func numbers() throws -> [Double?] {
    try zip(labels, questions).map { label, question in
      try label.map { written in
        if let number = Double(written), number.isFinite { return number }
        throw Fault(
          .data, question.location,
          "found the label \(written.debugDescription), expected a finite number such as 3.72",
          hint: "write digits and a decimal point, without a unit; an empty label is unknown")
      }
    }
  }

  /// This file with `bins` as the choices of every question. The label is the bin that the number is in.
  private func binned(_ bins: NumberBins) throws -> QuestionFile {
    guard format.targets == .numbers else { return self }
    var copy = self
    copy.bins = bins
    let names = bins.names
    for (index, number) in try numbers().enumerated() {
      copy.questions[index].choices = names
      guard let number else { continue }
      let shares = bins.shares(of: number)
      copy.questions[index].number = number
      copy.questions[index].targets = shares
      copy.questions[index].label = shares.firstIndex(of: shares.max()!)
    }
    return copy
  }

  /// Numbers beyond the bins: what they are scored by.
  private func doubtAboutRange(of bins: NumberBins) -> String? {
    let beyond = questions.filter { $0.number.map { !bins.contains($0) } ?? false }
    guard let first = beyond.first else { return nil }
    let (low, high) = (bins.edges[0].significant, bins.edges[bins.edges.count - 1].significant)
    let which = beyond.count == 1 ? "1 number is" : "\(beyond.count) numbers are"
    return "\(first.location): \(which) outside the bins, which go from \(low) to \(high): scored like the others, but "
      + "with the density of the outermost bin"
  }
}

extension NumberBins {
  /// A doubt about training numbers most of which are in one bin.
  fileprivate func doubt(about numbers: [Double]) -> String? {
    let counts = zip(edges, edges.dropFirst()).map { left, right in numbers.count { left <= $0 && $0 < right } }
    guard let most = counts.max(), most > numbers.count / 2, let bin = counts.firstIndex(of: most) else { return nil }
    return "\(most) of \(numbers.count) training numbers are in one of the \(counts.count) bins, from "
      + "\(edges[bin].significant) to \(edges[bin + 1].significant): they are told apart with more bins, or as logarithms"
  }
}
