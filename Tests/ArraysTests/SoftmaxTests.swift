import Arrays
import Testing

@Suite struct SoftmaxTests {
  @Test("Softmax agrees with the formula for any length and scale")
  func softmaxAgrees() {
    for count in lengths {
      for (scale, shift) in [(Float(1), Float(0)), (0.125, -7), (30, 16), (1, 300), (1, -300)] {
        let x = normals(count).map { $0 + shift }
        var p = x + [7]
        softmax(&p, count: count, scale: scale)
        // Each logit is rounded before the exponential.
        let tolerance = 1e-6 + Double(scale * abs(shift)) * 2e-7
        #expect(greatestError(Array(p.dropLast()), Reference.softmax(x, scale: scale)) < tolerance)
        #expect(p[count] == 7, "wrote past the end")
      }
    }
  }

  @Test("Softmax's backward pass agrees with the formula for any length")
  func backwardAgrees() {
    for count in lengths {
      let dp = normals(count, 1)
      let p = Reference.softmax(normals(count)).map { Float($0) }
      var dx = dp + [7]
      softmaxBackward(&dx, weights: p, count: count, scale: 0.125)
      #expect(greatestError(Array(dx.dropLast()), Reference.softmaxBackward(dp, weights: p, scale: 0.125)) < 1e-6)
      #expect(dx[count] == 7, "wrote past the end")
    }
  }

  @Test(
    "Large logits do not overflow, a masked position has no weight, a NaN shows in the result",
    arguments: [3, 16, 21, 64])
  func extremes(count: Int) {
    var p = [Float](repeating: 1e30, count: count)
    p[count - 1] = -.infinity
    softmax(&p, count: count)
    #expect(p[count - 1] == 0)
    #expect(abs(p[0] - 1 / Float(count - 1)) < 1e-6)
    for place in 0..<count {
      var row = normals(count)
      row[place] = .nan
      softmax(&row, count: count)
      #expect(row.allSatisfy { $0.isNaN }, "a NaN at \(place) of \(count)")
    }
  }

  @Test("The softmax of a row is repeated bit by bit, whatever its values")
  func repeated() {
    for count in lengths where count > 0 {
      for (scale, special) in [(Float(1), Float(0)), (0.125, -.infinity), (30, .nan), (0.5, 1e30), (2, .infinity)] {
        var scores = normals(count)
        scores[count / 2] = special
        var (first, second) = (scores, scores + [7])
        let normalization = softmax(&first, count: count, scale: scale)
        repeatSoftmax(&second, count: count, scale: scale, normalization)
        let agree = zip(first, second).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
        #expect(agree, "\(count) values, one of them \(special)")
        #expect(second[count] == 7, "wrote past the end")
      }
    }
  }

  @Test(
    "Loss and gradient agree with the formula for answers and for vocabularies", arguments: [1, 2, 4, 26, 64, 65, 3001])
  func crossEntropy(count: Int) {
    let x = normals(count)
    let label = count / 2
    var gradient = x
    let loss = crossEntropyGradient(&gradient, count: count, label: label, weight: 0.5)
    #expect(abs(loss + Reference.logSoftmax(x)[label]) < 1e-6)
    let expected = Reference.softmax(x).enumerated().map { 0.5 * ($1 - ($0 == label ? 1 : 0)) }
    #expect(greatestError(gradient, expected) < 1e-6)
    var logs = x
    logSoftmax(x, into: &logs, count: count)
    #expect(greatestError(logs, Reference.logSoftmax(x)) < 1e-6)
  }

  @Test("A loss far below a Float's resolution at 1 is not 0")
  func confidentLoss() {
    var logits: [Float] = [30, 0]
    let loss = crossEntropyGradient(&logits, count: 2, label: 0)
    #expect(abs(loss / 9.3576229688e-14 - 1) < 1e-6)
    var logs: [Float] = [30, 0]
    logSoftmax(logs, into: &logs, count: 2)
    #expect(abs(Double(logs[0]) / -9.3576229688e-14 - 1) < 1e-6)
  }
}
