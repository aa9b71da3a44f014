// A shift test as a flat table.
import Artifacts
import Calibration
import JSON

extension ShiftTest {
  /// Every metric and difference of every set, the detection of the shifted ones, and the corruptions: the scores at
  /// each severity, and their mean changes (`nll_degradation`, ...).
  package func table() throws -> ResultTable {
    var table = ResultTable()
    (table.kind, table.settings) = (.shift, try settings.canonicalJSON)
    table.rows = sets.flatMap(results) + (corruption?.results(inDistribution.dataset) ?? [])
    return table
  }

  private func results(_ scores: Scores) -> [ResultTable.Row] {
    scores.rows.enumerated().flatMap { index, row -> [ResultTable.Row] in
      row.results(scores.dataset)
        + scores.detectionMetrics(of: index).map { ResultTable.Row(row.name, scores.dataset, $0.name, $0.estimate) }
    }
  }
}

extension ShiftTest.Scores {
  /// How well the uncertainty score that tables show detects the set, for the row at `index`; nil where nothing is
  /// detected.
  func mainDetection(of index: Int) -> Estimate? {
    detection.isEmpty ? nil : detection[index]["auroc_\(rows[index].forecast.mainDetectionScore.rawValue)"]
  }

  /// How well the uncertainty scores of the row at `index` detect the set, in their order: `auroc_entropy`, ...
  func detectionMetrics(of index: Int) -> [(name: String, estimate: Estimate)] {
    guard !detection.isEmpty else { return [] }
    return rows[index].forecast.detectionScores.flatMap { score in
      DetectionScore.summaries.compactMap { summary in
        let name = "\(summary.name)_\(score.rawValue)"
        return detection[index][name].map { (name, $0) }
      }
    }
  }
}

extension CorruptionScores {
  fileprivate func results(_ dataset: String) -> [ResultTable.Row] {
    curves.flatMap { curve in
      metrics.flatMap { metric -> [ResultTable.Row] in
        let steps = zip(curve.severities, curve.values[metric] ?? []).dropFirst().map { severity, estimate in
          ResultTable.Row(curve.name, "\(dataset) (\(curve.corruption) \(severity))", metric.name, estimate)
        }
        let area = curve.degradation[metric].map {
          ResultTable.Row(curve.name, "\(dataset) (\(curve.corruption))", "\(metric.name)_degradation", $0)
        }
        return steps + [area].compactMap { $0 }
      }
    }
  }
}
