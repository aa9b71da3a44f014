// Full fine-tuning, the baseline of the papers: every tensor of the base is trained, from its own numbers. For small
// bases: the vector, its gradients and AdamW's moments are as large as the base, several times over.
import Arrays
import Artifacts
import Transformers

/// The base's tensors as the trained vector.
struct FullFineTuning: Parametrisation {
  let layout: LowRankLayout
  /// [tensor] Where a tensor begins in the vector, and its numbers in the base.
  private let tensors: [(offset: Int, count: Int, numbers: StoredNumbers)]

  /// - Throws: what `frozen` throws.
  init(_ layout: LowRankLayout, frozen: (String) throws -> StoredNumbers) rethrows {
    self.layout = layout
    tensors = try layout.parameters.entries.filter { layout.trained[$0.name] != nil }.map {
      ($0.offset, $0.count, try frozen($0.name))
    }
  }

  var parameters: ParameterTable { layout.parameters }

  /// The base's numbers, and a head as every adapter's.
  func initialValues(seed: Int) -> [Float] {
    var values = layout.initialValues(seed: seed)
    values.withUnsafeMutableBufferPointer { values in
      for tensor in tensors {
        tensor.numbers.copy(from: 0, count: tensor.count, into: values.baseAddress! + tensor.offset)
      }
    }
    return values
  }

  func expand(_ values: [Float], threads: Int) -> [Float] { values }

  func pullback(
    _ networkGradient: inout [Float], at values: [Float], into gradient: inout [Float], threads: Int
  ) {
    swap(&networkGradient, &gradient)
  }
}
