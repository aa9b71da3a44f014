// A softmax regression of two factors, with which TFB is compared with an independent implementation.
import Artifacts
import Foundation
import Posteriors

/// The inputs and the results of Reference/tfb.py.
struct TFBToy: Decodable {
  struct Search: Decodable {
    let tolerance: Double
    let low: Double
    let betas: [Double]
    let changes: [Double]
    let accepted: [Bool]
    let beta: Double
  }
  let x: [[Double]]
  let w0: [[Double]]
  let a: [[Float]]
  let b: [[Float]]
  let noise: [[Float]]
  let turnedA: [[Double]]
  let turnedB: [[Double]]
  let high: Double
  let nll: Search
  let flips: Search

  var values: [Float] { (a + b).flatMap { $0 } }
  var parameters: ParameterTable {
    var table = ParameterTable()
    table.append("base_model.model.x.lora_A.weight", shape: [2, 5])
    table.append("base_model.model.x.lora_B.weight", shape: [3, 2])
    return table
  }

  /// [anchor][class] Log-probabilities with the weights W0 + B A.
  func logProbabilities(_ values: [Float]) -> [[Double]] {
    func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0.0) { $0 + $1.0 * $1.1 } }
    let numbers = values.map { Double($0) }
    return x.map { x -> [Double] in
      let inner = [dot(Array(numbers[0..<5]), x), dot(Array(numbers[5..<10]), x)]
      let logits = (0..<3).map { row -> Double in
        dot(w0[row], x) + dot(Array(numbers[10 + row * 2..<12 + row * 2]), inner)
      }
      let normalizer = log(logits.map { exp($0) }.reduce(0, +))
      return logits.map { $0 - normalizer }
    }
  }

  /// The mean probabilities over the noise of the file.
  func probabilities(_ factors: TFBFactors, beta: Double) -> [[Double]] {
    let draws = noise.map { noise -> [[Double]] in
      let values = factors.values(beta: beta) { Array(noise[$0]) }
      return logProbabilities(values).map { row in row.map { exp($0) } }
    }
    return x.indices.map { anchor -> [Double] in
      (0..<3).map { choice -> Double in
        let sum = draws.reduce(0.0) { $0 + $1[anchor][choice] }
        return sum / Double(draws.count)
      }
    }
  }
}
