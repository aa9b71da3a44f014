// Reading posterior files whichever stage wrote them, and making sure that they belong to the base and to each other.
import Adapters
import Artifacts
import Faults

/// The posterior files of one request.
public struct PosteriorFiles {
  /// The request that they make up.
  public var request: PosteriorRequest
  /// How their adapters were fitted.
  public let fit: AdapterSettings
  /// The layout that all of them share; nil where there are none.
  public let parameters: ParameterTable?
  /// What training cost, summed over the files.
  public let cost: Cost

  /// Reads the files and adds them to `request`.
  ///
  /// - Throws: `Fault` for a file that is no adapter, collection or curvature, of another base, or of another shape than
  ///   the first.
  public init(reading paths: [String], into request: PosteriorRequest, base: BaseModel) throws {
    var (request, cost) = (request, Cost())
    var shared: (fit: AdapterSettings, parameters: ParameterTable)?
    for path in paths {
      let (fit, parameters, digest, ownCost): (AdapterSettings, ParameterTable, String, Cost)
      if try schema(ofArtifact: path) == SwagMoments.schema {
        let moments = try SwagMoments.read(path)
        request.moments.append((path, moments))
        (fit, parameters, digest, ownCost) = (
          try SwagRun.Settings(canonicalJSON: moments.settings, subject: path).fit, moments.parameters,
          moments.baseDigest, moments.cost
        )
      } else if try schema(ofArtifact: path) == Curvature.schema {
        let curvature = try Curvature.read(path)
        request.curvatures.append((path, curvature))
        (fit, parameters, digest, ownCost) = (
          try CurvatureRun.Settings(canonicalJSON: curvature.settings, subject: path).fit, curvature.parameters,
          curvature.baseDigest, curvature.cost
        )
      } else {
        var adapter = try Adapter.read(path)
        // Twice the numbers again, which only training goes on from.
        adapter.optimizer = .init(step: adapter.optimizer.step, firstMoment: [], secondMoment: [])
        request.adapters.append((path, adapter))
        fit = try AdapterSettings(canonicalJSON: adapter.settings, subject: path)
        (parameters, digest, ownCost) = (adapter.parameters, adapter.baseDigest, adapter.cost)
      }
      guard digest == base.digest else {
        throw Fault(.configuration, path, "it was made for another base", hint: "give the --base that it was fitted on")
      }
      if let shared, shared.parameters != parameters {
        throw Fault(.configuration, path, "its tensors differ from those of \(paths[0]): other rank, targets or head")
      }
      shared = shared ?? (fit, parameters)
      cost.trainableParameters += ownCost.trainableParameters
      if let seconds = ownCost.trainingSeconds { cost.trainingSeconds = (cost.trainingSeconds ?? 0) + seconds }
      cost.peakMemory = [cost.peakMemory, ownCost.peakMemory].compactMap(\.self).max()
    }
    guard let shared else { throw Fault(.usage, "--posterior", "no file given") }
    self.init(request: request, fit: shared.fit, parameters: shared.parameters, cost: cost)
  }

  init(request: PosteriorRequest, fit: AdapterSettings, parameters: ParameterTable?, cost: Cost) {
    (self.request, self.cost, self.fit, self.parameters) = (request, cost, fit, parameters)
  }
}

extension PosteriorFiles {
  /// Refuses a data set that the posterior's head does not fit.
  ///
  /// - Throws: `Fault` of kind `.configuration`.
  public func check(_ parameters: ParameterTable, dataset: String) throws {
    guard let own = self.parameters else {
      guard parameters[LowRankLayout.headWeight] == nil else {
        throw Fault(
          .configuration, dataset, "it needs a trained head, which the untouched base has not",
          hint: "ask a decoder for letters or continuations")
      }
      return
    }
    guard parameters.repeated(fit.members) == own else {
      throw Fault(
        .configuration, dataset, "the posterior has another head than this data set needs",
        hint: "predict data sets of the same scoring and number of classes as the one it was fitted on")
    }
  }
}
