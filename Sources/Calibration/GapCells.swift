// The cells of a calibration error and the examples in them: what its interval, its null band and the comparison of two
// methods are computed from.

/// The cells of a calibration error that have examples: bins, or the bins of each choice.
package struct GapCells: Sendable {
  /// The part of an example in a cell.
  struct Part: Sendable {
    let example: Int
    /// The share of the example that is in this cell, or its weight.
    let share: Double
    /// The share times (correct - confidence).
    let residual: Double
  }

  /// A cell.
  struct Cell: Sendable {
    var sums = CalibrationError.Sums()
    var parts: [Part] = []
  }

  let cells: [Cell]
  let norm: CalibrationError.Norm
  /// The number of examples, or of pairs of example and choice.
  let population: Double
  /// Whether two methods are compared by them; not by those of every choice, of which there may be too many.
  let areCompared: Bool

  /// Those of `cells` that have examples; the others as the properties.
  init(_ cells: [Cell], norm: CalibrationError.Norm, population: Int, areCompared: Bool) {
    self.cells = cells.filter { $0.sums.count > 0 }
    (self.norm, self.population, self.areCompared) = (norm, Double(population), areCompared)
  }
}

/// The noise of the cells under multipliers of the examples: sums of multiplier times residual, in units of their
/// standard deviation. Cells with the same examples have noise that is as correlated as their residuals are (the multiplier
/// bootstrap; van der Vaart and Wellner 1996, sec. 2.9).
struct GapNoise {
  let cells: GapCells
  /// [part] Of all cells, one after the other: the cluster of the example, and the residual in units of the cell's
  /// standard deviation.
  private var clusters: [Int32] = []
  private var residuals: [Float] = []
  /// [cell + 1]
  private var starts = [0]
  /// By what factor the variance is larger than if no two examples belonged together: at least 1 (Kish 1965).
  private let designEffect: Double
  /// [draw, cell]
  private var normals: [Float] = []

  /// - Parameter clusters: [example] the index of the cluster that it is resampled with.
  init(_ cells: GapCells, clusters ofExample: [Int]) {
    self.cells = cells
    var (together, apart) = (0.0, 0.0)
    for cell in cells.cells {
      var sums: [Int: Double] = [:]
      for part in cell.parts {
        sums[ofExample[part.example], default: 0] += part.residual
        apart += part.residual * part.residual
      }
      let variance = sums.keys.sorted().reduce(0) { $0 + sums[$1]! * sums[$1]! }
      together += variance
      let scale = variance > 0 ? 1 / variance.squareRoot() : 0
      clusters += cell.parts.map { Int32(ofExample[$0.example]) }
      residuals += cell.parts.map { Float($0.residual * scale) }
      starts.append(clusters.count)
    }
    designEffect = apart > 0 ? max(together / apart, 1) : 1
  }

  /// Adds the noise of one draw; `multipliers` are standard normal values, one for each cluster.
  mutating func add(_ multipliers: [Float]) {
    for (start, end) in zip(starts, starts.dropFirst()) {
      var sum: Float = 0
      for part in start..<end { sum += multipliers[Int(clusters[part])] * residuals[part] }
      normals.append(sum)
    }
  }

  /// The family with this noise.
  var family: GapFamily { GapFamily(cells, independent: cells.population / designEffect, normals: normals) }
}
