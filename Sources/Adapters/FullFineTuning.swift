// Full fine-tuning, the baseline of the papers: every tensor of the base is trained, starting from its pretrained values.
// For small bases only: the vector, its gradients and AdamW's moments each take as much memory as the base.
import Arrays
import Artifacts
import Transformers

/// The base's tensors as the trained vector.
struct FullFineTuning: Parametrisation {
  let layout: LowRankLayout
  /// [tensor] Its offset in the vector, and its values in the base.
  private let tensors: [(offset: Int, count: Int, pretrained: StoredNumbers)]

  /// - Throws: what `frozen` throws.
  init(_ layout: LowRankLayout, frozen: (String) throws -> StoredNumbers) rethrows {
    self.layout = layout
    tensors = try layout.parameters.entries.filter { layout.trained[$0.name] != nil }.map {
      ($0.offset, $0.count, try frozen($0.name))
    }
  }

  var parameters: ParameterTable { layout.parameters }

  /// The base's values; the head starts as in LoRA.
  func initialValues(seed: Int) -> [Float] {
    var values = layout.initialValues(seed: seed)
    values.withUnsafeMutableBufferPointer { values in
      for tensor in tensors {
        tensor.pretrained.copy(from: 0, count: tensor.count, into: values.baseAddress! + tensor.offset)
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
