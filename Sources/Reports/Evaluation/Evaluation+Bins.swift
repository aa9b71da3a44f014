// The bins of the reliability diagrams, for those who draw their own.
import Calibration

extension Evaluation {
  /// One row for each method, with and without its temperature, and bin: the confidences from `lower` (exclusive) to
  /// `upper`, the number of questions, their mean confidence and the share of right answers. The last two are empty for
  /// an empty bin; bins count from 0. Numbers to predict have no such diagram, and so no rows.
  package var binsCSV: String {
    CSV.text(
      header: ["method", "bin", "lower", "upper", "count", "confidence", "accuracy"],
      rows: (isOfNumbers ? [] : rows).flatMap { row in
        ReliabilityDiagram(row.forecast.outcomes, bins: settings.bins).bins.enumerated().map { index, bin in
          [row.name, "\(index)", CSV.number(bin.lower), CSV.number(bin.upper), "\(bin.count)"]
            + [bin.confidence, bin.accuracy].map { $0.map(CSV.number) ?? "" }
        }
      })
  }
}
