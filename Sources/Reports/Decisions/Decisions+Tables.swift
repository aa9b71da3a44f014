// The tables beside answers.csv: the share of each class among the new texts, and the texts that are most worth a label.
import Calibration

extension Decisions {
  /// The share of each class, from the labelled test rows and the forecasts; nil where there is no label, or where the
  /// texts have choices of their own.
  var poweredShares: PoweredShares? {
    guard let test = plainTest, test.count > 0, totals.count > 0 else { return nil }
    return PoweredShares(test, new: totals.moments)
  }

  /// The share of each class with its interval, and how many more labelled rows would halve it, as CSV. Without labels or
  /// with numbers, there is the header alone.
  package var sharesCSV: String {
    let shares = poweredShares?.shares ?? []
    return CSV.text(
      header: ["class", "share", "low", "high", "basis", "effective_rows", "rows_to_halve"],
      rows: zip(header.classNames, shares).map { name, share in
        [
          name, CSV.number(share.share), CSV.number(share.interval.lowerBound), CSV.number(share.interval.upperBound),
          share.basis.rawValue, CSV.number(share.effectiveRows), "\(share.rowsToHalve)",
        ]
      })
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
