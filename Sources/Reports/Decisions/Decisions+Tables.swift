// The tables beside answers.csv: the share of each class among the new texts, or the mean of their numbers, and the texts
// that are most worth a label.
import Calibration

extension Decisions {
  /// The share of each class, from the labelled test rows and the forecasts; nil where there is no label, or where the
  /// texts have choices of their own.
  var poweredShares: PoweredShares? {
    guard let test = plainTest, test.count > 0, totals.count > 0 else { return nil }
    return PoweredShares(test, new: totals.moments)
  }

  /// The mean of the new texts' numbers, from the labelled test rows and the forecasts; nil where classes are predicted, or
  /// where there are too few labels for an interval.
  var poweredMean: PoweredMean? {
    guard let numbers = rule.numbers, totals.count > 0 else { return nil }
    return PoweredMean(
      numbers.test.numbers, forecasts: numbers.test.distributions.map(\.mean), new: totals.moments)
  }

  /// The share of each class or, where numbers are predicted, their mean; with its interval and how many more labelled rows
  /// would halve it, as CSV. Without labels, there is the header alone.
  package var sharesCSV: String {
    let basis = ["low", "high", "basis", "effective_rows", "rows_to_halve"]
    guard rule.numbers == nil else {
      return CSV.text(header: ["mean"] + basis, rows: poweredMean.map { [Self.cells($0)] } ?? [])
    }
    let shares = poweredShares?.shares ?? []
    return CSV.text(
      header: ["class", "share"] + basis, rows: zip(header.classNames, shares).map { [$0] + Self.cells($1) })
  }

  private static func cells(_ mean: PoweredMean) -> [String] {
    [mean.value, mean.interval.lowerBound, mean.interval.upperBound].map(CSV.number)
      + [mean.basis.rawValue, CSV.number(mean.effectiveRows), "\(mean.rowsToHalve)"]
  }

  /// The texts whose labels would teach the method most, best first, as CSV.
  package var labelNextCSV: String {
    let measure = rule.hasSpread ? "mutual_information" : "entropy"
    let ours = ["answer", measure].map { columns.contains($0) ? "credence_\($0)" : $0 }
    return CSV.text(
      header: columns + ours,
      rows: totals.next.rows.map { row in
        let text = totals.nextTexts[row.index]!
        return text.fields + [text.answer, CSV.single(row.value)]
      })
  }
}
