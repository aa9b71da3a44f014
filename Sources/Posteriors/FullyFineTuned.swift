// Fully fine-tuned models, one or several: what the papers on adapters compare with.
import Adapters
import Artifacts
import Faults

/// Whole models in the place of adapters.
public struct FullyFineTuned: Posterior {
  let members: Ensemble

  /// From one file.
  ///
  /// - Throws: `Fault` of kind `.configuration` for an adapter; what `Ensemble` throws.
  public init(_ request: PosteriorRequest, _ fit: AdapterSettings, name: String) throws {
    _ = try request.singleAdapter(name)
    self = try Self.ensemble(request, fit)
  }

  /// From one file a member.
  ///
  /// - Throws: as above.
  public static func ensemble(_ request: PosteriorRequest, _ fit: AdapterSettings) throws -> FullyFineTuned {
    let members = try Ensemble(request)
    guard fit.parametrisation == .full else {
      throw Fault(
        .configuration, request.adapters[0].path, "it holds adapters and no whole model",
        hint: "fit it with --parametrisation full")
    }
    return FullyFineTuned(members: members)
  }

  private init(members: Ensemble) { self.members = members }

  /// The models.
  public var groups: Int { members.groups }
  /// One sample of each: itself.
  public var samples: Int { 1 }
  /// Those of all models.
  public var storedParameters: Int { members.storedParameters }
  /// The model.
  public func draw(group: Int, sample: Int) -> Draw { members.draw(group: group, sample: sample) }
}
