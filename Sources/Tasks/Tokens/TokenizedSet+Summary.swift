// The summary that `tokenize` prints.
import Artifacts
import Faults

extension TokenizedSet {
  /// A few lines: examples of each split, labels, sequences and tokens.
  package var summary: [String] {
    let sizes = Split.allCases.map { split in "\(examples(of: split).count) \(split)" }
    let lengths = (0..<max(0, tokenOffsets.count - 1)).map { tokenRange($0).count }
    let mean = lengths.isEmpty ? 0 : (Double(tokens.count) / Double(lengths.count) * 10).rounded() / 10
    let share = truncatedSequences == 0 ? "" : " (\(percentageTruncated) %)"
    let unlabelled = labels.count { $0 < 0 }
    var lines = [
      "\(dataset): \(sizes.joined(separator: ", "))" + (unlabelled > 0 ? ", \(unlabelled) of them unlabelled" : ""),
      "scoring \(scoring), template \(template): \(lengths.count) sequences, \(tokens.count) tokens, "
        + "mean length \(mean), longest \(lengths.max() ?? 0); \(truncatedSequences)\(share) truncated to \(longestText)",
    ]
    if longTexts.cut == .windows {
      let windows = (0..<count).map { sequences(of: $0).count }
      lines.append("\(windows.count { $0 > 1 }) texts have several windows, at most \(windows.max() ?? 0)")
    }
    if scoring == .answers {
      let answered = (0..<count).filter { !answer(of: $0).isEmpty }
      let (tokens, bytes) = (answered.map { answer(of: $0).count }, answered.map(answerBytes))
      func average(_ sizes: [Int]) -> String { (Double(sizes.reduce(0, +)) / Double(max(1, sizes.count))).formatted(1) }
      lines.append(
        "answers: \(answered.count), mean length \(average(tokens)) tokens with the end, longest \(tokens.max() ?? 0); "
          + "\(average(bytes)) bytes")
    }
    if let numbers {
      let known = zip(numbers.values, labels).filter { $1 >= 0 }.map(\.0)
      let range = known.min().flatMap { low in known.max().map { "\(low.significant) to \($0.significant)" } } ?? "none"
      let (low, high) = (numbers.edges[0].significant, numbers.edges[numbers.edges.count - 1].significant)
      lines.append("numbers: \(range), in \(classNames.count) bins from \(low) to \(high)")
    } else if !classNames.isEmpty {
      let counts = classNames.indices.map { index in
        let examples =
          scoring == .labels
          ? stride(from: index, to: targets.count, by: classNames.count).count { targets[$0] == 1 }
          : labels.count { Int($0) == index }
        return "\(classNames[index]) \(examples)"
      }
      lines.append("\(scoring.rawValue): \(counts.joined(separator: ", "))")
    }
    return lines
  }
}
