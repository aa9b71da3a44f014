// The finding in two or three sentences. Which sentence is written is decided by rules that FindingTests pins down.
import Calibration
import Faults

extension Finding {
  /// The sentences: the comparison with the point estimate, the best method, the method to use.
  package var sentences: [String] {
    guard candidates[0].row[.nll].score.value != nil else {
      let reason = kind.example.words("no question has a label")
      return ["Nothing can be compared, because \(reason). Use \(recommended)\(reasonWithoutScores)."]
    }
    guard candidates.count > 1 else { return ["\(caution ?? "")\(recommended) is the only method. \(accuracy)"] }
    return [comparison, best, use].compactMap(\.self)
  }

  private var reasonWithoutScores: String {
    recommended == MethodRow.reference ? ", the usual choice" : ", the cheapest method"
  }

  /// Which methods are better or worse than the point estimate, and by how much.
  private var comparison: String? {
    guard let others = Optional(candidates.filter { !$0.isReference }), others.count < candidates.count else {
      return nil
    }
    let reference = MethodRow.reference
    let good = amount(better, of: others.count, verb: ("beats", "beat"), direction: "lower")
    let bad = amount(worse, of: others.count, verb: ("is worse than", "are worse than"), direction: "higher")
    // The ticks of the table compare with the point estimate without a temperature.
    let no = isScaled ? Self.scaled + "no" : "No"
    switch (good, bad) {
    case (nil, nil): return "\(no) method differs from \(reference) in NLL by more than chance on \(questions)."
    case (let good?, nil): return "\(isScaled ? Self.scaled : "")\(good)."
    case (nil, let bad?): return "\(no) method beats \(reference). \(bad)."
    case (let good?, let bad?): return "\(isScaled ? Self.scaled : "")\(good). \(bad)."
    }
  }

  /// Whether methods are compared with their temperatures.
  private var isScaled: Bool { candidates.contains { !$0.row.isRaw } }
  private static let scaled = "After temperature scaling, "

  /// `multiswag and ensemble beat point: NLL lower by 0.20 [0.11, 0.30] and 0.14 [0.05, 0.22]`, or only the count and the
  /// first of `methods` if there are many; nil if there are none.
  private func amount(
    _ methods: [Candidate], of count: Int, verb: (one: String, many: String), direction: String
  ) -> String? {
    guard let first = methods.first else { return nil }
    if methods.count > Self.mostNames {
      return """
        \(methods.count) of \(count) methods \(verb.many) \(MethodRow.reference), \(first.method) by most: NLL \(direction) \
        by \(Self.size(first.minusReference))
        """
    }
    let names = Self.list(methods.map(\.method))
    let sizes = Self.list(methods.map { Self.size($0.minusReference) })
    let subject = "\(names) \(methods.count == 1 ? verb.one : verb.many) \(MethodRow.reference)"
    return "\(subject): NLL \(direction) by \(sizes)"
  }

  /// The best method, and those that are as good as far as the questions can tell.
  private var best: String {
    let (best, others) = (candidates[0], asGood.dropFirst())
    let value = best.row[.nll].valueText(.decimal)
    let rest =
      others.isEmpty
      ? "every other method is worse"
      : others.count == candidates.count - 1 && others.count > 1
        ? "no other method can be told apart from it on \(questions)"
        : others.count > Self.mostNames
          ? "\(others.count) others cannot be told apart from it on \(questions)"
          : "\(Self.list(others.map(\.method))) cannot be told apart from it on \(questions)"
    let isFirst = isScaled && !candidates.contains(where: \.isReference)
    return "\(isFirst ? Self.scaled : "")\(best.method) has the lowest NLL, \(value); \(rest)."
  }

  /// The method to use, why, and how often it is right.
  private var use: String {
    guard let chosen = asGood.first(where: { $0.method == recommended }), !candidates[0].isForeign || chosen.isForeign
    else {
      let other = candidates[0].method
      return "Use \(recommended), the best to use on new texts: \(other) is another program's. \(accuracy)"
    }
    let (passes, others) = (self.passes(recommended), asGood.filter { $0.method != recommended })
    let reason =
      others.isEmpty
      ? ""
      : recommended == candidates[0].method
        ? ", which is also the cheapest of them"
        : ", the cheapest of them: \(passes == 1 ? "1 pass" : "\(passes) passes") over each text, "
          + "\(candidates[0].method) takes \(self.passes(candidates[0].method))"
    let verb = caution == nil ? "Use" : "If you need one, use"
    return "\(caution ?? "")\(verb) \(recommended)\(reason). \(accuracy)"
  }

  /// What must be known before the recommended method is used: that it is no better than guessing; nil if it is better.
  private var caution: String? {
    guard let guess = candidates.first(where: { $0.method == recommended })?.row.guessThatIsAsGood else { return nil }
    let rest = kind.words("right in \(NumberFormat.percent.text(guess)) % of the questions: do not rely on it yet. ")
    return "\(recommended) is no better than guessing, which is \(rest)"
  }

  private func passes(_ method: String) -> Int { candidates.first { $0.method == method }?.costs[0] ?? 0 }

  /// How often the recommended method is right or, with numbers, how far off it is.
  private var accuracy: String {
    guard let row = candidates.first(where: { $0.method == recommended })?.row else { return "" }
    if row.forecast.numbers != nil {
      let (error, ends) = (row[.medianError], row[.medianError].intervalText(.significant, coarse: true))
      return
        "The medians of its predictions are off by \(error.valueText(.significant))\(ends.isEmpty ? "" : " \(ends)") on average."
    }
    let interval = row[.accuracy].intervalText(.percent, coarse: true)
    return kind.words(
      "It is right in \(row[.accuracy].valueText(.percent)) %\(interval.isEmpty ? "" : " \(interval)") of the questions."
    )
  }

  private var questions: String {
    let count = candidates[0].row.forecast.count
    return kind.words(plural(count, "question"))
  }

  /// If a sentence would have more names than this, it counts the methods instead.
  private static let mostNames = 3

  /// `0.141 [0.05, 0.22]`: the size of a difference, without its sign.
  private static func size(_ difference: Estimate?) -> String {
    guard let difference, let value = difference.score.value else { return "" }
    let ends = [difference.interval?.lowerBound, difference.interval?.upperBound].compactMap { $0.map(abs) }.sorted()
    let format = NumberFormat.decimal
    let interval =
      ends.count == 2 ? " [\(format.text(ends[0], coarse: true)), \(format.text(ends[1], coarse: true))]" : ""
    return format.text(abs(value)) + interval
  }

  /// `a`, `a and b`, or `a, b and c`.
  private static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) and \(words[words.count - 1])"
  }
}
