import Arrays
import Testing

@Suite struct ElementwiseTests {
  @Test("Sums and multiples of vectors are those of their elements, for any length", arguments: lengths)
  func vectors(count: Int) {
    let x = normals(count)
    let y = normals(count, 1) + [7]
    var result = y
    add(x, to: &result, count: count)
    #expect(result == zip(x, y).map { $1 + $0 } + [7])
    result = y
    addScaled(x, by: 0.3, to: &result, count: count)
    #expect(result == zip(x, y).map { $1.addingProduct($0, 0.3) } + [7])
    result = y
    multiply(&result, by: 0.3, count: count)
    #expect(result == y.dropLast().map { $0 * 0.3 } + [7])
  }

  @Test("Rows are added to and summed, for any width", arguments: lengths)
  func rows(width: Int) {
    let (x, row) = (normals(4 * width), normals(width, 1))
    var y = x + [7]
    addRow(row, to: &y, rows: 4, width: width)
    #expect(y == x.indices.map { x[$0] + row[$0 % width] } + [7])
    var sums = row + [7]
    addColumnSums(of: x, to: &sums, rows: 4, width: width)
    #expect(sums == row.indices.map { c in (0..<4).reduce(row[c]) { $0 + x[$1 * width + c] } } + [7])
  }

  @Test("Sums over long vectors are those of Double, for any length", arguments: lengths + [100_003])
  func reductions(count: Int) {
    let (x, y) = (normals(count).map { $0 + 100 }, normals(count, 1))
    let (x64, y64) = (x.map { Double($0) }, y.map { Double($0) })
    #expect(abs(dot(x, y, count: count) - dotProduct(x64, y64)) < 1e-9 * dotProduct(x64, x64).squareRoot())
    #expect(abs(squaredNorm(x, count: count) / dotProduct(x64, x64) - 1) < 1e-13)
    #expect(abs(sum(x, count: count) / x64.reduce(0, +) - 1) < 1e-13)
  }

  @Test("Empty vectors are allowed")
  func empty() {
    var y: [Float] = [7]
    add([1], to: &y, count: 0)
    Activation.gelu.apply([1], into: &y, count: 0)
    softmaxBackward(&y, weights: [1], count: 0)
    addRow([1], to: &y, rows: 0, width: 1)
    #expect(y == [7])
    #expect(dot([1], [1], count: 0) == 0)
  }
}
