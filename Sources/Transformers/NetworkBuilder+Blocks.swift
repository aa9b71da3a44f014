// Assembles a block from its parts.
import Arrays

extension NetworkBuilder {
  /// The blocks `layers`.
  ///
  /// - Parameter positions: the length of the longest sequence.
  func blocks(_ layers: Range<Int>, positions: Int) throws -> [any Block] {
    let rotary = architecture.rotary.map { rotaryPositions($0, positions) }
    let windowRotary = architecture.windowRotary.map { rotaryPositions($0, positions) } ?? rotary
    // Blocks that are all the same share their packed matrices.
    let shared = architecture.sharesBlocks && !layers.isEmpty ? try linears(layer: 0) : nil
    return try layers.map { layer in
      let linears = shared.map { $0.mapValues { $0.inBlock(layer, of: architecture.modules.count) } }
      let turned =
        architecture.windows.indices.contains(layer) && architecture.windows[layer] != nil
        ? windowRotary : rotary
      return try block(
        layer, try linears ?? self.linears(layer: layer),
        rotary: architecture.blocksWithoutRotary.contains(layer) ? nil : turned)
    }
  }

  private func block(
    _ layer: Int, _ linears: [Architecture.Module: Linear], rotary: RotaryPositions?
  ) throws -> any Block {
    let names = architecture.names
    func own(_ part: String?, width: Int? = nil) throws -> Norm? {
      try part.map { try norm(names.name(of: $0, layer: layer), width: width) }
    }
    let attention = AttentionPart(
      layer: layer, projections: projections(linears),
      queryNorm: try own(names.queryNorm, width: architecture.queryKeyNormWidth(heads: architecture.heads)),
      keyNorm: try own(names.keyNorm, width: architecture.queryKeyNormWidth(heads: architecture.keyValueHeads)),
      rotary: rotary,
      attention: try attention(layer), distances: try distances(),
      output: linears[.output]!)
    let feedForward = FeedForward(
      activation: architecture.feedForward.activation, entrance: entrance(linears), down: linears[.down]!)
    let attentionNorm = try own(architecture.attentionNorm(layer: layer))
    let feedForwardNorm = try own(names.feedForwardNorm)
    switch architecture.placement {
    case .post:
      return PostNormBlock(
        attention: attention, attentionNorm: attentionNorm!, feedForward: feedForward,
        feedForwardNorm: feedForwardNorm!)
    case .parallel:
      return ParallelBlock(
        attention: attention, feedForward: feedForward, attentionNorm: attentionNorm!,
        feedForwardNorm: feedForwardNorm)
    case .pre, .sandwich, .inner:
      return PreNormBlock(
        width: architecture.hiddenSize, attention: attention, feedForward: feedForward,
        attentionNorm: attentionNorm, feedForwardNorm: feedForwardNorm,
        attentionOutputNorm: try own(names.attentionOutputNorm),
        feedForwardOutputNorm: try own(names.feedForwardOutputNorm),
        residualScale: Float(architecture.residualScale))
    }
  }

  private func rotaryPositions(_ rotary: Architecture.Rotary, _ positions: Int) -> RotaryPositions {
    RotaryPositions(rotary, headSize: architecture.headSize, positions: positions)
  }

  private func attention(_ layer: Int) throws -> Attention {
    let kind = architecture.attention
    var attention = Attention(
      heads: architecture.heads, keyValueHeads: architecture.keyValueHeads, headSize: architecture.headSize,
      causal: architecture.isDecoder,
      scale: kind.scale.map { Float($0) } ?? 1 / Float(architecture.headSize).squareRoot(),
      cap: kind.scoreCap.map { Float($0) },
      window: architecture.windows.indices.contains(layer) ? architecture.windows[layer] : nil)
    switch architecture.positionBias {
    case .alibi(let isScaled):
      attention.bias = .alibi(heads: architecture.heads, scale: isScaled ? attention.scale : 1)
    case .buckets(let count, let maximumDistance):
      attention.bias = .buckets(
        table: try table(architecture.names.distances!, entries: count),
        DistanceBuckets(count: count, maximumDistance: maximumDistance))
    case .disentangled(let span, let maximumDistance, _, _):
      attention.disentangled = DisentangledScores(
        distances: RelativeDistances(span: span, maximumDistance: maximumDistance))
    case nil: break
    }
    return attention
  }

  private func distances() throws -> DistanceTable? {
    guard case .disentangled(let span, let maximumDistance, let keys, let queries) = architecture.positionBias else {
      return nil
    }
    return DistanceTable(
      distances: RelativeDistances(span: span, maximumDistance: maximumDistance),
      table: try table(architecture.names.distances!, entries: 2 * span), width: architecture.hiddenSize,
      norm: try architecture.names.distanceNorm.map { try norm($0) }, contentToPosition: keys,
      positionToContent: queries)
  }

  private func entrance(_ linears: [Architecture.Module: Linear]) -> FeedForward.Entrance {
    if let gateUp = linears[.gateUp] { return .fused(gateUp: gateUp) }
    guard let gate = linears[.gate] else { return .plain(up: linears[.up]!) }
    return .gated(gate: gate, up: linears[.up]!)
  }

  private func projections(_ linears: [Architecture.Module: Linear]) -> Projections {
    guard let fusion = architecture.attention.fusion else {
      return .apart(query: linears[.query]!, key: linears[.key]!, value: linears[.value]!)
    }
    return .fused(
      linears[.queryKeyValue]!,
      FusedColumns(
        fusion: fusion, heads: architecture.heads, keyValueHeads: architecture.keyValueHeads,
        headSize: architecture.headSize))
  }

  private func linears(layer: Int) throws -> [Architecture.Module: Linear] {
    let modules = architecture.linearModules(layer: layer)
    let linears = try modules.enumerated().map { index, module in
      var linear = try linear(
        "\(module.name).weight", bias: module.bias ? "\(module.name).bias" : nil, inputs: module.inputs,
        outputs: module.outputs)
      linear.adapter = adapters[module.name]
      linear.number = module.layer * modules.count + index
      linear.stream = UInt32(layer * modules.count + index)
      return (module.module, linear)
    }
    return Dictionary(uniqueKeysWithValues: linears)
  }
}

extension Linear {
  /// The same module in another block, with dropout masks of its own.
  ///
  /// - Precondition: this is its copy of block 0.
  fileprivate func inBlock(_ layer: Int, of modules: Int) -> Linear {
    var linear = self
    linear.stream += UInt32(layer * modules)
    return linear
  }
}
