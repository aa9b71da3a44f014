import Arrays
import Testing

@Suite struct RunningMomentsTests {
  @Test("Mean and population variance agree with the two-pass formula")
  func agrees() {
    let vectors = (0..<37).map { normals(50, UInt32($0)) }
    var moments = RunningMoments(size: 50)
    for vector in vectors { moments.add(vector) }
    #expect(moments.count == 37)
    for element in 0..<50 {
      let x = vectors.map { Double($0[element]) }
      let mean = x.reduce(0, +) / 37
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 37
      #expect(abs(moments.mean[element] - mean) < 1e-14)
      #expect(abs(moments.variance[element] - variance) < 1e-14)
    }
  }

  @Test("A variance does not cancel if the mean is a million standard deviations, and is never negative")
  func noCancellation() {
    var moments = RunningMoments(size: 3)
    // In Float, mean square minus squared mean is 0 or negative for all three.
    for step in 0..<1000 { moments.add([1000 + Float(step % 2) * 0x1p-10, 0.1, -1e20]) }
    #expect(abs(moments.variance[0] / 0x1p-22 - 1) < 1e-9)
    #expect(moments.variance[1] == 0 && moments.variance[2] == 0)
    var unruly = RunningMoments(size: 2000)
    for step in 0..<50 { unruly.add(normals(2000, UInt32(step)).map { $0 * 1e-7 + 1 }) }
    #expect(unruly.variance.allSatisfy { $0 >= 0 })
  }

  @Test("Saved and restored in the middle, the moments end with the same bits")
  func restored() {
    var unbroken = RunningMoments(size: 20)
    var first = unbroken
    for step in 0..<9 { first.add(normals(20, UInt32(step))) }
    var second = RunningMoments(count: first.count, mean: first.mean, squaredDeviations: first.squaredDeviations)
    for step in 9..<20 { second.add(normals(20, UInt32(step))) }
    for step in 0..<20 { unbroken.add(normals(20, UInt32(step))) }
    #expect(second == unbroken)
  }

  @Test("With no vector or one, the variance is zero")
  func few() {
    var moments = RunningMoments(size: 2)
    #expect(moments.variance == [0, 0] && moments.mean == [0, 0])
    moments.add([3, -4])
    #expect(moments.variance == [0, 0] && moments.mean == [3, -4])
  }
}
