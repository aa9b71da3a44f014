// An encoder's head: what it consists of, and where it starts when the base was laid out with the head of its folder.
import Adapters
import Artifacts
import Faults
import Transformers

extension LowRankLayout {
  /// The head that `settings` describe, on the last hidden states. What is frozen of it lies in the base.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the base has no dense layer that could be frozen.
  func pooledHead(
    _ settings: AdapterSettings, _ base: BaseModel, _ architecture: Architecture
  ) throws -> PooledHead {
    let (weight, bias) = (parameters[Self.headWeight]!, parameters[Self.headBias]!)
    return PooledHead(
      pooling: settings.pooling, dense: try settings.dense.map { try denseLayer($0, base, architecture) },
      hidden: architecture.hiddenSize, outputs: headOutputs, weightOffset: weight.offset, biasOffset: bias.offset)
  }

  /// A trained layer has no scale in its norm: it would be a factor of the output layer, which is trained too.
  private func denseLayer(
    _ dense: AdapterSettings.DenseSettings, _ base: BaseModel, _ architecture: Architecture
  ) throws -> DenseLayer {
    let (width, head) = (architecture.hiddenSize, architecture.classificationHead)
    func norm(_ scale: UnsafePointer<Float>?) -> DenseLayer.NormSettings? {
      head?.norm == nil ? nil : .init(epsilon: architecture.normEpsilon, scale: scale)
    }
    if dense.isTrained {
      return DenseLayer(
        dense.activation, width: width, weightOffset: parameters[Self.denseWeight]!.offset,
        biasOffset: parameters[Self.denseBias]?.offset, norm: norm(nil))
    }
    let (bias, scale) = (base.vector(.denseBias, count: width), base.vector(.normScale, count: width))
    guard let weight = base.tensor(HeadTensor.denseWeight.rawValue), weight.shape == [width, width],
      (bias != nil) == (head?.denseHasBias != false), (scale != nil) == (head?.norm != nil)
    else {
      throw Fault(
        .configuration, setting: "base", "the head has a frozen dense layer, which this base does not contain",
        hint: "lay the base out with `keep-head`")
    }
    return DenseLayer(dense.activation, width: width, weight: weight.values, bias: bias, norm: norm(scale))
  }
}

extension BaseModel {
  /// Where a vector of the kept head is mapped; nil where there is none of `count` values.
  fileprivate func vector(_ tensor: HeadTensor, count: Int) -> UnsafePointer<Float>? {
    guard let (shape, values) = self.tensor(tensor.rawValue), shape == [count], case .float32(let floats) = values
    else { return nil }
    return floats
  }
}

extension BaseModel {
  /// `values` with the head of this base's folder in place of a random one, as far as it was kept: the dense layer where it
  /// is trained, and the output layer where it has as many outputs as the data set needs. `values` where settings ask for a
  /// head without a dense layer.
  ///
  /// - Parameter parameters: names and shapes of `values`.
  /// - Throws: `Fault` of kind `.configuration` where the outputs have other labels than the classes of the data set.
  package func placingHead(
    in values: [Float], _ parameters: ParameterTable, _ settings: AdapterSettings, for data: TokenizedSet,
    hiddenSize width: Int
  ) throws -> [Float] {
    guard settings.dense != nil, let outputs = parameters[LowRankLayout.headWeight]?.shape[0] else { return values }
    var values = values
    func place(_ tensor: HeadTensor, _ shape: [Int], in name: String, order: [Int]? = nil) {
      guard let entry = parameters[name], let own = self.values(of: tensor, shape: shape) else { return }
      let row = shape.count == 2 ? shape[1] : 1
      let rows = order ?? Array(0..<shape[0])
      for (index, source) in rows.enumerated() {
        values.replaceSubrange(
          entry.offset + index * row..<entry.offset + (index + 1) * row, with: own[source * row..<(source + 1) * row])
      }
    }
    place(.denseWeight, [width, width], in: LowRankLayout.denseWeight)
    place(.denseBias, [width], in: LowRankLayout.denseBias)
    guard labels.count == outputs else { return values }
    let order = try outputOrder(for: data)
    place(.outputWeight, [outputs, width], in: LowRankLayout.headWeight, order: order)
    place(.outputBias, [outputs], in: LowRankLayout.headBias, order: order)
    return values
  }
}

extension Scorer {
  /// W and b of the base's own dense layer, one after the other; empty where it was not kept.
  package var denseOfBase: [Float] {
    let width = architecture.hiddenSize
    guard let weight = base.values(of: .denseWeight, shape: [width, width]),
      let bias = base.values(of: .denseBias, shape: [width])
    else { return [] }
    return weight + bias
  }
}

extension BaseModel {
  /// [class] The output of the kept head for each class of a data set with as many classes. Labels are compared without
  /// regard to case; transformers' own, `LABEL_0` and so on, mean the classes in their order.
  ///
  /// - Throws: `Fault` of kind `.configuration` where the labels are others.
  package func outputOrder(for data: TokenizedSet) throws(Fault) -> [Int] {
    let classes = data.classNames.map { $0.lowercased() }
    let labels = self.labels.map { $0.lowercased() }
    if classes.isEmpty || labels.enumerated().allSatisfy({ $1 == "label_\($0)" }) { return Array(labels.indices) }
    let order = classes.compactMap { labels.firstIndex(of: $0) }
    guard Set(order).count == labels.count else {
      throw Fault(
        .configuration, data.dataset,
        "its classes are \(data.classNames.joined(separator: ", ")), but the base's head has the labels "
          + self.labels.joined(separator: ", "),
        hint: "name the classes as the base does, or lay the base out without `keep-head`")
    }
    return order
  }
}
