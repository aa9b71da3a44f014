// Inner products of adapters, compared with those of their products written out.
import Adapters
import Artifacts
import Collaboration
import Testing

@Suite struct AdapterGeometryTests {
  private let rank = 2
  private let inputs = 5
  private let outputs = 3

  private var parameters: ParameterTable {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [rank, inputs])
    table.append("base_model.model.x.lora_B.weight", shape: [outputs, rank])
    table.append("base_model.model.score.bias", shape: [2])
    return table
  }

  private var geometry: AdapterGeometry {
    var settings = AdapterSettings()
    (settings.rank, settings.alpha) = (rank, 6)
    return AdapterGeometry(parameters, settings)
  }

  private func vector(_ seed: Int) -> [Float] {
    (0..<parameters.count).map { Float(($0 * 7 + seed * 5) % 11) / 4 - 1.25 }
  }

  /// 3 B A, and the bias.
  private func writtenOut(_ values: [Float]) -> [Double] {
    let product = (0..<outputs * inputs).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: inputs)
      return (0..<rank).reduce(0.0) {
        $0 + 3 * Double(values[rank * inputs + row * rank + $1]) * Double(values[$1 * inputs + column])
      }
    }
    return product + values.suffix(2).map(Double.init)
  }

  @Test func theInnerProductIsThatOfTheProductsWrittenOut() {
    let (x, y) = (vector(1), vector(2))
    let expected = zip(writtenOut(x), writtenOut(y)).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(geometry.inner(x, y) - expected) < 1e-12 * abs(expected))
    #expect(abs(geometry.cosine(x, x) - 1) < 1e-12)
  }

  /// B M⁻¹ and M A, with M = [[2, 1], [1, 1]], are the same product.
  @Test func theCosineDoesNotSeeHowAProductIsDividedAndThatOfRowsDoes() {
    let x = vector(1)
    var same = x
    for column in 0..<inputs {
      let (first, second) = (x[column], x[inputs + column])
      (same[column], same[inputs + column]) = (2 * first + second, first + second)
    }
    for row in 0..<outputs {
      let place = rank * inputs + row * rank
      (same[place], same[place + 1]) = (x[place] - x[place + 1], 2 * x[place + 1] - x[place])
    }
    #expect(abs(geometry.cosine(x, same) - 1) < 1e-6)
    #expect(geometry.cosineOfRows(x, same) < 0.9)
  }

  @Test func theCosineOfRowsIsTheirMean() {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [1, 2])
    table.append("base_model.model.x.lora_B.weight", shape: [2, 1])
    let geometry = AdapterGeometry(table, AdapterSettings())
    // cos([3, 4], [4, 3]) = 24 / 25, cos([2], [-1]) = -1, and a row of zeros.
    #expect(abs(geometry.cosineOfRows([3, 4, 2, 0], [4, 3, -1, 5]) - (0.96 - 1) / 3) < 1e-12)
  }

  @Test func anAdapterThatChangesNothingIsSimilarToNone() {
    #expect(geometry.cosine([Float](repeating: 0, count: parameters.count), vector(1)) == 0)
  }
}
