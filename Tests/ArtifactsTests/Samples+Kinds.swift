// All kinds of files in one list, for laws that hold for every kind.
import Artifacts
import Files

extension Sample {
  /// One kind of file: how its sample is written and read back.
  struct Kind: CustomStringConvertible, Sendable {
    /// The kind of artifact: its schema.
    var description: String
    /// Writes the sample.
    var write: @Sendable (String, Provenance) throws -> Void
    /// Whether reading the file gives the sample. Throws if the file is rejected.
    var isSample: @Sendable (String) throws -> Bool

    init<Value: Artifact & Equatable & Sendable>(_ value: Value) {
      description = Value.schema
      write = { try value.write(to: $0, provenance: $1) }
      isSample = { try Value.read($0).withoutMeasurements == value.withoutMeasurements }
    }

    init(base: Void) {
      description = "base-model"
      write = { try BaseModelTests.write($0, provenance: $1) }
      isSample = { path in
        let base = try BaseModel(mapping: path)
        guard base.names == ["b.weight", "a.bias"], let weight = base.tensor("b.weight"),
          let bias = base.tensor("a.bias")
        else { return false }
        return withExtendedLifetime(base) {
          weight.values.floats(count: 15) == Sample.floats(15) && bias.values.floats(count: 7) == Sample.floats(7, 2)
        }
      }
    }
  }

  /// The sample of an artifact that is mapped rather than read.
  private static let prefix: Kind = {
    var kind = Kind(base: ())
    kind.description = "frozen-prefix"
    kind.write = {
      try FrozenPrefix.write(
        to: $0, baseDigest: "00aa", tokensDigest: "11bb", blocks: 2, precision: .bfloat16, width: 3,
        states: Sample.floats(15), provenance: $1)
    }
    kind.isSample = { path in
      let prefix = try FrozenPrefix(mapping: path)
      guard prefix.path == path, prefix.baseDigest == "00aa", prefix.tokensDigest == "11bb",
        (prefix.blocks, prefix.precision, prefix.rows, prefix.width) == (2, .bfloat16, 5, 3)
      else { return false }
      return withExtendedLifetime(prefix) { (0..<15).map { prefix.numbers[$0] } == Sample.floats(15) }
    }
    return kind
  }()

  /// The second of two shards: of five rows in blocks of two, it has the rows 2 and 3.
  static let forecastHeader: ForecastHeader = {
    var header = ForecastHeader()
    (header.method, header.dataset, header.baseDigest, header.tokensDigest) = ("swag", "own", "00aa", "11bb")
    (header.textsDigest, header.reading, header.settings) = ("22cc", #"{"text":"body"}"#, #"{"seed":3}"#)
    (header.groups, header.samples, header.rows, header.blockRows) = (2, 3, 5, 2)
    (header.shard, header.shards, header.choices, header.truncated) = (1, 2, 3, 1)
    header.classNames = ["no", "yes", "maybe"]
    return header
  }()
  static let forecastRows = ForecastRows(
    choices: 3, logProbabilities: [-1, -1.5, -0.875, -0.5, -1, -.infinity],
    uncertainty: [1.0, 0.75, 0.25, 0.5, 0.625, 0.5, 0.125, 0])

  /// The sample of forecasts, which are mapped too.
  private static let forecasts: Kind = {
    var kind = Kind(base: ())
    kind.description = "forecasts"
    kind.write = { path, provenance in
      try forecastRows.logProbabilities.withUnsafeBufferPointer { logProbabilities in
        try forecastRows.uncertainty.withUnsafeBufferPointer { uncertainty in
          try Forecasts.write(
            to: path, forecastHeader, logProbabilities: logProbabilities, uncertainty: uncertainty,
            provenance: provenance)
        }
      }
    }
    kind.isSample = { path in
      let forecasts = try Forecasts(mapping: path)
      return try forecasts.path == path && forecasts.header == forecastHeader
        && forecasts.rows(ofOwnBlock: 0) == forecastRows
    }
    return kind
  }()

  /// Two adapters of two values.
  static let library: AdapterLibrary = {
    var library = AdapterLibrary()
    (library.baseDigest, library.tokensDigest) = ("00aa", "11bb")
    (library.blocks, library.top, library.temperature) = (1, 2, 0.25)
    library.parameters.append("base_model.model.x.lora_A.weight", shape: [1, 2])
    (library.names, library.fits, library.seeds) = (["bones", "moons"], ["{}", #"{"rank":1}"#], [3, 4])
    (library.fitDigests, library.values) = (["22cc", "33dd"], [1, -2, 0.5, 4])
    library.embeddings = [0.6, 0.8, 0, 1]
    (library.router, library.routerSettings) = ([0.25, -4], #"{"seed":5}"#)
    library.cost.trainableParameters = 4
    return library
  }()

  static let kinds = [
    Kind(adapter), Kind(exchanged), Kind(moments), Kind(chain), Kind(curvature), Kind(tokens), Kind(predictions),
    Kind(checkpoint),
    Kind(results), Kind(base: ()), prefix, forecasts, Kind(library), Kind(answers),
    Kind(entailments),
  ]
}

extension Artifact {
  /// The artifact without the seconds and bytes that a reproducible file leaves out.
  fileprivate var withoutMeasurements: Self {
    func bare(_ cost: Cost) -> Cost {
      var cost = cost
      (cost.trainingSeconds, cost.predictionSeconds, cost.peakMemory) = (nil, nil, nil)
      return cost
    }
    switch self {
    case var copy as Adapter:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as SwagMoments:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as Chain:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as Curvature:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as AdapterLibrary:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as Predictions:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    case var copy as Answers:
      copy.cost = bare(copy.cost)
      return copy as? Self ?? self
    default: return self
    }
  }
}

/// Pseudorandom positions to damage: the same in every run.
struct Places {
  private var state: UInt64 = 1

  /// A number below `bound`.
  mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
