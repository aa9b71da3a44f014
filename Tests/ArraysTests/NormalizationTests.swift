import Arrays
import Testing

@Suite struct NormalizationTests {
  private let rows = 3

  @Test(
    "Layer norm and its gradients agree with the formula and with finite differences", arguments: lengths.dropLast())
  func layerNormAgrees(width: Int) {
    let count = rows * width
    var x = normals(count).map { $0 * 3 + 5 }
    let (dy, residual) = (normals(count, 1), normals(count, 4))
    let whole = zip(x, residual).map { $0 + $1 }
    let (scale, shift) = (normals(width, 2), normals(width, 3))
    var (y, dx) = ([Float](repeating: 7, count: count + 1), [Float](repeating: 7, count: count + 1))
    var statistics = [Float](repeating: 0, count: 2 * rows)
    var (dScale, dShift) = ([Float](repeating: 1, count: width + 1), [Float](repeating: 2, count: width + 1))
    layerNorm(
      &x, adding: residual, scale: scale, shift: shift, into: &y, statistics: &statistics, rows: rows, width: width,
      epsilon: 0.1)
    #expect(x == whole, "x must keep the sum")
    layerNormBackward(
      dy, x: x, scale: scale, statistics: statistics, into: &dx, scaleGradient: &dScale, shiftGradient: &dShift,
      rows: rows, width: width)
    #expect(y[count] == 7 && dx[count] == 7 && dScale[width] == 1 && dShift[width] == 2, "wrote past the end")
    func norm(_ x: [Double], _ scale: [Double], _ shift: [Double]) -> [Double] {
      stride(from: 0, to: count, by: width).flatMap {
        Reference.layerNorm(Array(x[$0..<$0 + width]), scale: scale, shift: shift, epsilon: 0.1)
      }
    }
    let (x64, dy64) = (x.map { Double($0) }, dy.map { Double($0) })
    let (scale64, shift64) = (scale.map { Double($0) }, shift.map { Double($0) })
    #expect(greatestError(Array(y.dropLast()), norm(x64, scale64, shift64)) < 3e-6)
    let expected = differences(x64) { dotProduct(norm($0, scale64, shift64), dy64) }
    #expect(greatestError(Array(dx.dropLast()), expected) < 1e-5)
    let expectedScale = differences(scale64) { dotProduct(norm(x64, $0, shift64), dy64) }
    #expect(greatestError(Array(dScale.dropLast()), expectedScale.map { $0 + 1 }) < 1e-5)
    let expectedShift = differences(shift64) { dotProduct(norm(x64, scale64, $0), dy64) }
    #expect(greatestError(Array(dShift.dropLast()), expectedShift.map { $0 + 2 }) < 1e-5)
  }

  @Test("Layer norm without a scale is that with a scale of 1, and without a shift that with a shift of 0")
  func layerNormWithoutParameters() {
    let width = 21
    let (dy, scale) = (normals(rows * width, 1), normals(width, 2))
    let (ones, zeros) = ([Float](repeating: 1, count: width), [Float](repeating: 0, count: width))
    func run(_ scale: [Float]?, _ shift: [Float]?) -> [Float] {
      var x = normals(rows * width)
      var (y, dx, statistics) = (x, dy, [Float](repeating: 0, count: 2 * rows))
      func call(_ scale: UnsafePointer<Float>?, _ shift: UnsafePointer<Float>?) {
        layerNorm(
          &x, scale: scale, shift: shift, into: &y, statistics: &statistics, rows: rows, width: width, epsilon: 0.1)
        layerNormBackward(dy, x: x, scale: scale, statistics: statistics, into: &dx, rows: rows, width: width)
      }
      (scale ?? []).withUnsafeBufferPointer { scaleValues in
        (shift ?? []).withUnsafeBufferPointer { shiftValues in
          call(scale.map { _ in scaleValues.baseAddress! }, shift.map { _ in shiftValues.baseAddress! })
        }
      }
      return y + dx
    }
    #expect(run(nil, nil) == run(ones, zeros))
    #expect(run(scale, nil) == run(scale, zeros))
    #expect(run(scale, nil) != run(ones, zeros))
  }

  @Test("RMS norm and its gradients agree with the formula and with finite differences", arguments: lengths.dropLast())
  func rmsNormAgrees(width: Int) {
    let count = rows * width
    let (x, dy, scale) = (normals(count), normals(count, 1), normals(width, 2))
    var (y, dx) = ([Float](repeating: 7, count: count + 1), [Float](repeating: 7, count: count + 1))
    var statistics = [Float](repeating: 0, count: rows)
    var dScale = [Float](repeating: 1, count: width + 1)
    rmsNorm(x, scale: scale, into: &y, statistics: &statistics, rows: rows, width: width, epsilon: 0.1)
    rmsNormBackward(
      dy, x: x, scale: scale, statistics: statistics, into: &dx, scaleGradient: &dScale, rows: rows, width: width)
    #expect(y[count] == 7 && dx[count] == 7 && dScale[width] == 1, "wrote past the end")
    func norm(_ x: [Double], _ scale: [Double]) -> [Double] {
      stride(from: 0, to: count, by: width).flatMap {
        Reference.rmsNorm(Array(x[$0..<$0 + width]), scale: scale, epsilon: 0.1)
      }
    }
    let (x64, dy64, scale64) = (x.map { Double($0) }, dy.map { Double($0) }, scale.map { Double($0) })
    #expect(greatestError(Array(y.dropLast()), norm(x64, scale64)) < 1e-6)
    #expect(greatestError(Array(dx.dropLast()), differences(x64) { dotProduct(norm($0, scale64), dy64) }) < 1e-5)
    let expectedScale = differences(scale64) { dotProduct(norm(x64, $0), dy64) }
    #expect(greatestError(Array(dScale.dropLast()), expectedScale.map { $0 + 1 }) < 1e-5)
  }

  @Test("A variance that is small beside the mean keeps its precision")
  func smallVariance() {
    var x = (0..<384).map { 1000 + Float($0 % 2) / 8 }
    let ones = [Float](repeating: 1, count: 384)
    var y = x
    var statistics: [Float] = [0, 0]
    layerNorm(&x, scale: ones, shift: nil, into: &y, statistics: &statistics, rows: 1, width: 384, epsilon: 0)
    #expect(greatestError(y, (0..<384).map { $0 % 2 == 0 ? -1.0 : 1.0 }) < 1e-5)
    #expect(abs(statistics[0] - 1000.0625) < 1e-3 && abs(statistics[1] - 16) < 1e-3)
  }

  @Test("The results may overwrite the inputs")
  func inPlace() {
    let (dy, scale) = (normals(2 * 21, 1), normals(21, 2))
    var x = normals(2 * 21)
    var (y, dx, statistics) = (x, dy, [Float](repeating: 0, count: 4))
    layerNorm(&x, scale: scale, shift: scale, into: &y, statistics: &statistics, rows: 2, width: 21, epsilon: 0.1)
    layerNormBackward(dy, x: x, scale: scale, statistics: statistics, into: &dx, rows: 2, width: 21)
    var (yInPlace, dxInPlace) = (x, dy)
    yInPlace.withUnsafeMutableBufferPointer {
      layerNorm(
        $0.baseAddress!, scale: scale, shift: scale, into: $0.baseAddress!, statistics: &statistics, rows: 2, width: 21,
        epsilon: 0.1)
    }
    dxInPlace.withUnsafeMutableBufferPointer {
      layerNormBackward(
        $0.baseAddress!, x: x, scale: scale, statistics: statistics, into: $0.baseAddress!, rows: 2, width: 21)
    }
    #expect(y == yInPlace && dx == dxInPlace)
  }
}
