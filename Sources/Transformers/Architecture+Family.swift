// What a family of networks computes, said by values: which kind of block, norm, feed-forward network and positions, and
// what the tensors are called. Nothing else in the project asks which family it has before it.

extension Architecture {
  /// A family of networks: all that its members have in common, so everything but sizes.
  package struct Family: Sendable {
    /// Where the norms stand.
    package enum Placement: Sendable {
      /// In front of each part: x + f(N(x)).
      case preNorm
      /// Behind each residual connection: N(x + f(x)).
      case postNorm
    }

    /// What every norm computes.
    package enum NormKind: Sendable {
      /// Layer norm with scale and shift (Ba et al. 2016, arXiv:1607.06450).
      case layer
      /// RMS norm with a scale (Zhang and Sennrich 2019, arXiv:1910.07467).
      case rms
    }

    /// What stands between the two widths of the feed-forward network.
    package enum FeedForwardKind: Sendable {
      /// The exact GELU.
      case gelu
      /// The SiLU of a gate, times the values (SwiGLU).
      case gatedSilu
    }

    /// How the network knows a token's position.
    package enum Positions: Sendable {
      /// By a row of a table that is added to the embedding.
      case learned
      /// By a rotation of queries and keys.
      case rotary
    }

    /// The name in `base.h5`; never changed, since files hold it.
    package var name: String
    /// Whether a token sees only itself and the tokens before it, and an output layer predicts the next token.
    package var isDecoder: Bool
    package var placement: Placement
    package var norm: NormKind
    package var feedForward: FeedForwardKind
    package var positions: Positions
    /// The linear modules that always have a bias; `attentionBias` of an architecture gives q, k and v one as well.
    package var biases: Set<Module>
    /// The modules that LoRA adapts unless others are named, as in PEFT.
    package var defaultTargets: [String]
    /// What the tensors are called.
    package var names: TensorNames

    package init(
      name: String, isDecoder: Bool, placement: Placement, norm: NormKind, feedForward: FeedForwardKind,
      positions: Positions, biases: Set<Module>, defaultTargets: [String], names: TensorNames
    ) {
      (self.name, self.isDecoder, self.placement, self.norm) = (name, isDecoder, placement, norm)
      (self.feedForward, self.positions, self.biases) = (feedForward, positions, biases)
      (self.defaultTargets, self.names) = (defaultTargets, names)
    }
  }

  /// A linear module of a block.
  package enum Module: Sendable, CaseIterable {
    case query, key, value, output, gate, up, down
  }
}

extension Architecture.Family: Equatable {
  /// Families are values of one list: two with the same name are the same.
  package static func == (first: Self, second: Self) -> Bool { first.name == second.name }
}

extension Architecture.Family {
  /// The families of all model types, each once.
  package static var all: [Self] {
    ModelType.all.map(\.family).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The linear modules of a block, in the order in which they are computed.
  var modules: [Architecture.Module] {
    Architecture.Module.allCases.filter { $0 != .gate || feedForward == .gatedSilu }
  }
}
