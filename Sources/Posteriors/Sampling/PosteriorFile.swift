// The files that posteriors are made from, written by several stages, and the checks that they match the base and each
// other.
import Adapters
import Artifacts
import Faults
import JSON

/// The common interface of all files of fitted parameters.
package protocol PosteriorFile: Artifact, Sendable {
  /// Its name in messages, singular and plural.
  static var kind: (one: String, many: String) { get }
  /// The seed of the fit.
  var seed: Int { get }
  /// All settings as canonical JSON.
  var settings: String { get }
  /// The content digest of the base.
  var baseDigest: String { get }
  /// The content digest of the training tokens.
  var tokensDigest: String { get }
  /// Names and shapes of the trained parameters.
  var parameters: ParameterTable { get }
  /// The cost of making the file.
  var cost: Cost { get }
  /// The settings of its adapter's fit; `path` is for messages.
  ///
  /// - Throws: `Fault` of kind `.data` if the settings cannot be read.
  func fit(_ path: String) throws -> AdapterSettings
}

extension Adapter: PosteriorFile {
  package static var kind: (one: String, many: String) { ("adapter file", "adapter files") }
  package func fit(_ path: String) throws -> AdapterSettings {
    try AdapterSettings(canonicalJSON: settings, subject: path)
  }
}

extension SwagMoments: PosteriorFile {
  package static var kind: (one: String, many: String) { ("file of collect-swag", "files of collect-swag") }
  package func fit(_ path: String) throws -> AdapterSettings {
    try SwagRun.Settings(canonicalJSON: settings, subject: path).fit
  }
}

extension Curvature: PosteriorFile {
  package static var kind: (one: String, many: String) { ("file of collect-curvature", "files of collect-curvature") }
  package func fit(_ path: String) throws -> AdapterSettings {
    try CurvatureRun.Settings(canonicalJSON: settings, subject: path).fit
  }
}

extension Chain: PosteriorFile {
  package static var kind: (one: String, many: String) { ("file of collect-chain", "files of collect-chain") }
  package func fit(_ path: String) throws -> AdapterSettings {
    try ChainRun.Settings(canonicalJSON: settings, subject: path).fit
  }
}

extension AdapterLibrary: PosteriorFile {
  package static var kind: (one: String, many: String) { ("file of index-adapters", "files of index-adapters") }
  package var seed: Int { 0 }
  /// Those of its first adapter: all have the same shape and scales.
  package var settings: String { fits[0] }
  package func fit(_ path: String) throws -> AdapterSettings {
    try AdapterSettings(canonicalJSON: settings, subject: path)
  }
}

/// The files of one posterior.
package struct PosteriorFiles {
  /// The files and their paths, in the user's order.
  package let all: [(path: String, file: any PosteriorFile)]
  /// The settings of the adapters' fit.
  package let fit: AdapterSettings
  /// The parameters that all files share; nil if there is no file.
  package let parameters: ParameterTable?

  /// Reads the files; the untouched base has none.
  ///
  /// - Throws: what `read` and `init(_:on:)` throw.
  package init(reading paths: [String], base: BaseModel) throws {
    try self.init(paths.map { ($0, try Self.read(ArtifactFile($0))) }, on: base)
  }

  /// Files that were already read; the untouched base has none.
  ///
  /// - Throws: `Fault` of kind `.configuration` for one of another base, or whose parameters differ from those of the
  ///   first; of kind `.data` for settings that cannot be read.
  package init(_ files: [(path: String, file: any PosteriorFile)], on base: BaseModel) throws {
    for (path, file) in files where file.baseDigest != base.digest {
      throw Fault(
        .configuration, path, "it was made for another base", hint: "give the `base` that it was fitted on")
    }
    var fit = AdapterSettings()
    // Without a file the adapters are zeros, so that any shape will do.
    (fit.rank, fit.alpha) = (1, 1)
    try self.init(files, fit: files.first.map { try $0.file.fit($0.path) } ?? fit)
  }

  /// Files that were already read, of adapters that were fitted with `fit`.
  ///
  /// - Throws: `Fault` of kind `.configuration` for one whose parameters differ from those of the first.
  package init(_ files: [(path: String, file: any PosteriorFile)], fit: AdapterSettings) throws {
    (all, self.fit, parameters) = (files, fit, files.first?.file.parameters)
    for (path, file) in files where file.parameters != parameters {
      throw Fault(
        .configuration, path, "its tensors differ from those of \(files[0].path): other rank, targets or head")
    }
  }

  /// Reads a file of fitted parameters of any kind.
  ///
  /// - Throws: `Fault` for a damaged file, and for one that is not an adapter, SWAG moments, a curvature, a chain or a
  ///   library.
  package static func read(_ file: ArtifactFile) throws -> any PosteriorFile {
    switch file.schema {
    case SwagMoments.schema: return try SwagMoments.read(file)
    case Curvature.schema: return try Curvature.read(file)
    case Chain.schema: return try Chain.read(file)
    case AdapterLibrary.schema: return try AdapterLibrary.read(file)
    default:
      var adapter = try Adapter.read(file)
      // The moments take twice the memory of the adapter, and only training needs them, except for IVON's second one.
      let isIVON = (try? adapter.fit(file.path))?.ivon != nil
      adapter.optimizer = .init(
        step: adapter.optimizer.step, firstMoment: [], secondMoment: isIVON ? adapter.optimizer.secondMoment : [])
      return adapter
    }
  }

  /// The cost of making all files: sums of parameters and seconds, and the largest memory.
  package var cost: Cost {
    all.reduce(into: Cost()) { sum, entry in
      let cost = entry.file.cost
      sum.trainableParameters += cost.trainableParameters
      sum.trainingSteps += cost.trainingSteps
      sum.trainingTokens += cost.trainingTokens
      if let seconds = cost.trainingSeconds { sum.trainingSeconds = (sum.trainingSeconds ?? 0) + seconds }
      sum.peakMemory = [sum.peakMemory, cost.peakMemory].compactMap(\.self).max()
    }
  }

  /// Rejects a data set that does not fit the posterior's head.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  package func check(_ parameters: ParameterTable, dataset: String) throws {
    guard let fitted = self.parameters else {
      guard parameters[LowRankLayout.headWeight] == nil else {
        throw Fault(
          .configuration, dataset, "it needs a trained head, which the untouched base does not have",
          hint: "use a decoder with scoring letters or continuations")
      }
      return
    }
    guard parameters.repeated(fit.vectors) == fitted else {
      throw Fault(
        .configuration, dataset, "it needs another head than the posterior has",
        hint: "predict data sets with the scoring and the number of classes of the data set that it was fitted on")
    }
  }
}
