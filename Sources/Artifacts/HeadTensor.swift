// What a base may hold of its model folder's head, beside the network: the layers behind the pooling.

/// A tensor of a kept head, by its name in `base.h5`.
package enum HeadTensor: String, Sendable, CaseIterable {
  /// The dense layer: (hidden, hidden) and (hidden).
  case denseWeight = "head.dense.weight"
  case denseBias = "head.dense.bias"
  /// The scale of the layer norm behind it: (hidden).
  case normScale = "head.norm.weight"
  /// The output layer: (outputs, hidden) and (outputs).
  case outputWeight = "head.output.weight"
  case outputBias = "head.output.bias"
}

extension BaseModel {
  /// The values of a tensor of the kept head; nil where there is none of `shape`.
  package func values(of tensor: HeadTensor, shape: [Int]) -> [Float]? {
    guard let (found, values) = self.tensor(tensor.rawValue), found == shape else { return nil }
    return values.floats(count: shape.reduce(1, *))
  }
}
