// An encoder's adapter for one of transformers' classes for sequence classification, so that the class and PEFT compute
// the same probabilities from the folder unaided.
import Artifacts
import Transformers

/// Where a head begins for which the class has a dense layer, but the adapter has none.
private enum Identity {
  /// The dense layer becomes this times the identity, and the output layer is divided by it. tanh(z) is z (1 - z² / 3 + …),
  /// so hidden states of 20 change by less than 1e-7 of their size. A power of two is exact.
  static let scale: Float = 0x1p-16
}

extension PEFTAdapter {
  /// Whether `inClass` can put an adapter into the class: its pooling must be the class's, and where it has no dense layer,
  /// one that changes nothing must be possible.
  package static func fits(_ head: ClassificationHead, pooling: PooledHead.Pooling, hasDense: Bool) -> Bool {
    pooling == head.pooling && (hasDense || head.activation == .tanh && head.norm == nil)
  }

  /// This adapter under the names of the class with `head`.
  ///
  /// - Parameters:
  ///   - dense: the names of the trained dense layer's weight and bias in this adapter; nil where it has none.
  ///   - output: the names of the output layer's weight and bias.
  ///   - usesDenseOfBase: whether the class's own dense layer stands before the output layer.
  package func inClass(
    _ head: ClassificationHead, dense: (weight: String, bias: String)?, output: (weight: String, bias: String),
    usesDenseOfBase: Bool
  ) -> PEFTAdapter {
    var (table, values) = (ParameterTable(), [Float]())
    func append(_ name: String, _ shape: [Int], _ own: [Float]) {
      table.append(name, shape: shape)
      values += own
    }
    for entry in parameters.entries where entry.role.isAdapter {
      let path = path(of: entry)
      table.append(Self.prefix + head.path(of: path), entry.role, shape: entry.shape)
      values += self.values(of: entry)
    }
    let addsIdentity = dense == nil && !usesDenseOfBase
    let factor = addsIdentity ? 1 / Identity.scale : 1
    for (name, new, factor) in [
      (dense?.weight, head.dense + ".weight", 1), (dense?.bias, head.dense + ".bias", 1),
      (output.weight, head.output + ".weight", factor), (output.bias, head.output + ".bias", 1),
    ] {
      guard let entry = name.flatMap({ parameters[$0] }) else { continue }
      append(new, entry.shape, self.values(of: entry).map { $0 * factor })
    }
    if addsIdentity, let width = parameters[output.weight]?.shape[1] {
      let diagonal = (0..<width * width).map { $0 % (width + 1) == 0 ? Identity.scale : 0 }
      append(head.dense + ".weight", [width, width], diagonal)
      append(head.dense + ".bias", [width], [Float](repeating: 0, count: width))
    }
    if dense != nil, let norm = head.norm, let width = parameters[output.weight]?.shape[1] {
      append(norm + ".weight", [width], [Float](repeating: 1, count: width))
    }
    var settings = settings
    settings.modulesToSave = head.savedModules(withDense: table[head.dense + ".weight"] != nil)
    settings.targets = PEFTTargets(.names(modulePaths.map(head.path(of:))))
    return PEFTAdapter(settings: settings, parameters: table, values: values)
  }
}

extension ClassificationHead {
  /// The path inside the class of the network's module called `name`.
  fileprivate func path(of name: String) -> String { name.hasPrefix(prefix) ? name : prefix + name }
}
