// The inputs of a posterior: a method's files, and how to draw from it.
import Artifacts
import Faults

/// How samples are drawn.
package struct Drawing {
  /// Number of draws from each member; methods without randomness take one.
  package var samples: Int
  /// The seed of the draws.
  package var seed: Int
  /// The dependence between the draws of a Gaussian posterior.
  package var draws: DrawRule
  /// The factor on the covariance of SWAG and TFB; nil for the method's default.
  package var scale: Double?
  /// The dropout probability of MC dropout; nil for the one used in training.
  package var dropout: Double?

  package init(
    samples: Int, seed: Int, draws: DrawRule = .independent, scale: Double? = nil, dropout: Double? = nil
  ) {
    (self.samples, self.seed, self.draws, self.scale, self.dropout) = (samples, seed, draws, scale, dropout)
  }

  /// The options that differ from their defaults and that only some methods accept.
  var options: Set<DrawingOption> {
    var options: Set<DrawingOption> = []
    if draws != .independent { options.insert(.draws) }
    if scale != nil { options.insert(.scale) }
    if dropout != nil { options.insert(.dropout) }
    return options
  }
}

/// A part of `Drawing` that only some methods accept; its raw value is the setting's name.
package enum DrawingOption: String, CaseIterable, Sendable {
  case draws, scale, dropout

  /// Why other methods reject it.
  var reasonToReject: String {
    switch self {
    case .draws: "does not draw Gaussian parameter vectors"
    case .scale: "has no covariance to scale"
    case .dropout: "uses no dropout in prediction"
    }
  }
}

/// The inputs of one posterior.
package struct PosteriorRequest {
  /// The method's name, for messages.
  package let method: String
  /// The posterior files.
  package let files: PosteriorFiles
  /// How to draw.
  package let drawing: Drawing
  /// Length of the trained vector.
  package let parameterCount: Int

  package init(_ method: String, _ files: PosteriorFiles, _ drawing: Drawing, parameterCount: Int) {
    (self.method, self.files, self.drawing, self.parameterCount) = (method, files, drawing, parameterCount)
  }

  /// The only file, of the kind that the method reads.
  ///
  /// - Throws: `Fault` of kind `.usage` unless there is exactly one.
  func single<File: PosteriorFile>(_ kind: File.Type) throws -> (path: String, file: File) {
    guard files.all.count == 1, let file = files.all[0].file as? File else { throw wrongFiles("one \(kind.kind.one)") }
    return (files.all[0].path, file)
  }

  /// Rejects files of another kind of fit than the method's.
  ///
  /// - Parameters:
  ///   - otherwise: what they are then, such as `it was not fitted by SGHMC`.
  ///   - settings: what gives a fit that kind.
  /// - Throws: `Fault` of kind `.configuration` about the first file.
  func requireFit(_ isRight: Bool, _ otherwise: String, hint settings: String) throws {
    guard isRight else {
      throw Fault(
        .configuration, files.all.first?.path ?? "posterior", otherwise, hint: "fit it with \(settings)")
    }
  }

  /// One or more files of the kind that the method reads. The method checks what they must have in common.
  ///
  /// - Throws: `Fault` of kind `.usage` without them, or with other files.
  func oneOrMore<File: PosteriorFile>(_ kind: File.Type) throws -> [(path: String, file: File)] {
    let found = files.all.compactMap { path, file in (file as? File).map { (path: path, file: $0) } }
    guard !found.isEmpty, found.count == files.all.count else { throw wrongFiles("one or more \(kind.kind.many)") }
    return found
  }

  /// The files of ensemble members, which must differ only in their seeds.
  ///
  /// - Throws: What `oneOrMore` throws; `Fault` of kind `.configuration` for a file that differs in more than its seed,
  ///   or has the same seed as another.
  func members<File: PosteriorFile>(_ kind: File.Type) throws -> [(path: String, file: File)] {
    let members = try oneOrMore(kind)
    var pathOfSeed: [Int: String] = [:]
    for (path, file) in members {
      if let other = pathOfSeed.updateValue(path, forKey: file.seed) {
        throw Fault(
          .configuration, path, "it has the same seed, \(file.seed), as \(other)",
          hint: "fit every member with another seed")
      }
      guard (file.settings, file.tokensDigest) == (members[0].file.settings, members[0].file.tokensDigest) else {
        throw Fault(
          .configuration, path, "its settings or tokens differ from those of \(members[0].path)",
          hint: "members of an ensemble must differ only in their seeds")
      }
    }
    return members
  }

  /// Throws if there are files.
  ///
  /// - Throws: `Fault` of kind `.usage` if there is one.
  func noFiles() throws {
    guard files.all.isEmpty else { throw wrongFiles("no file") }
  }

  private func wrongFiles(_ expected: String) -> Fault {
    let kinds = Dictionary(grouping: files.all.map { type(of: $0.file).kind }, by: \.many)
    let found = kinds.values.map { "\($0.count) \($0.count == 1 ? $0[0].one : $0[0].many)" }.sorted()
    return Fault(
      .usage, setting: "posterior",
      "method \(method) takes \(expected), found \(found.isEmpty ? "none" : found.joined(separator: " and "))")
  }
}
