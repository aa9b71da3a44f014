// The map from the trained vector to the low-rank adapters that the network reads. Optimizers, posteriors and files use
// the trained vector theta; the network uses phi, the factors A and B of every module and the head. For LoRA both are the
// same.
import Artifacts
import Arrays
import Transformers

/// A differentiable map from the trained vector theta to the network's vector phi.
package protocol Parametrisation: Sendable {
  /// Names and shapes of theta.
  var parameters: ParameterTable { get }

  /// theta at the start of training: a function of the seed.
  func initialValues(seed: Int) -> [Float]

  /// phi for the theta `values`. It is the same, bit for bit, for any number of threads.
  func expand(_ values: [Float], threads: Int) -> [Float]

  /// Sets `gradient`, with respect to theta, to Jᵀ `networkGradient`, where J is the Jacobian of phi at the theta `values`.
  ///
  /// - Parameter networkGradient: the gradient with respect to phi; undefined afterwards, since its memory may be reused.
  func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int)

  /// The map with the noise of a training step, which is a function of `seed`; the map itself if no tensor is random.
  func perturbed(by seed: UInt64) -> any Parametrisation
}

extension Parametrisation {
  package func perturbed(by seed: UInt64) -> any Parametrisation { self }
}

/// LoRA itself (Hu et al. 2021, arXiv:2106.09685): theta is phi.
struct IdentityParametrisation: Parametrisation {
  let layout: LowRankLayout
  var parameters: ParameterTable { layout.parameters }
  func initialValues(seed: Int) -> [Float] { layout.initialValues(seed: seed) }
  func expand(_ values: [Float], threads: Int) -> [Float] { values }

  func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    swap(&networkGradient, &gradient)
  }
}

/// A parametrisation that computes A and B of each module from parameters of that module alone. The head is the last part
/// of both vectors, and is trained directly.
protocol ModuleParametrisation: Parametrisation {
  /// phi's layout.
  var layout: LowRankLayout { get }

  /// Writes the initial parameters of module `index` (of `layout.modules`) into theta, which holds zeros.
  func initialize(_ index: Int, seed: UInt64, _ theta: UnsafeMutablePointer<Float>)

  /// Writes A and B of module `index` into phi, which holds zeros.
  func expand(_ index: Int, _ theta: UnsafePointer<Float>, into phi: UnsafeMutablePointer<Float>)

  /// Writes the gradient with respect to the parameters of module `index` into `dtheta`, which holds zeros. `dphi` is the
  /// gradient with respect to phi.
  func pullback(
    _ index: Int, _ dphi: UnsafePointer<Float>, at theta: UnsafePointer<Float>,
    into dtheta: UnsafeMutablePointer<Float>)
}

extension ModuleParametrisation {
  func initialValues(seed: Int) -> [Float] {
    var values = [Float](repeating: 0, count: parameters.count)
    values.withUnsafeMutableBufferPointer { values in
      for index in layout.modules.indices {
        initialize(index, seed: UInt64(bitPattern: Int64(seed)), values.baseAddress!)
      }
    }
    copyHead(from: layout.initialValues(seed: seed), to: &values)
    return values
  }

  func expand(_ values: [Float], threads: Int) -> [Float] {
    var result = [Float](repeating: 0, count: layout.parameters.count)
    copyHead(from: values, to: &result)
    result.withUnsafeMutableBufferPointer { result in
      values.withUnsafeBufferPointer { values in
        nonisolated(unsafe) let (phi, theta) = (result.baseAddress!, values.baseAddress!)
        parallel(parts: layout.modules.count, threads: threads) { index, _ in self.expand(index, theta, into: phi) }
      }
    }
    return result
  }

  func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    for index in gradient.indices { gradient[index] = 0 }
    copyHead(from: networkGradient, to: &gradient)
    gradient.withUnsafeMutableBufferPointer { gradient in
      networkGradient.withUnsafeBufferPointer { networkGradient in
        values.withUnsafeBufferPointer { values in
          nonisolated(unsafe) let (dtheta, dphi, theta) = (
            gradient.baseAddress!, networkGradient.baseAddress!, values.baseAddress!
          )
          parallel(parts: layout.modules.count, threads: threads) { index, _ in
            self.pullback(index, dphi, at: theta, into: dtheta)
          }
        }
      }
    }
  }

  /// Copies the head, the last part of both vectors.
  private func copyHead(from source: [Float], to target: inout [Float]) {
    let count = layout.parameters.count - layout.headOffset
    for i in 0..<count { target[target.count - count + i] = source[source.count - count + i] }
  }
}
