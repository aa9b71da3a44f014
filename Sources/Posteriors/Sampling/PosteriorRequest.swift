// What a posterior is made from: a method's files, and how to draw from it.
import Artifacts
import Faults

/// How samples are drawn.
package struct Drawing {
  /// Draws from each member; methods without randomness take one.
  package var samples: Int
  /// The seed of the draws.
  package var seed: Int
  /// How the draws of a Gaussian posterior go together.
  package var draws: DrawRule
  /// The factor on the covariance of SWAG and TFB; nil for the method's default.
  package var scale: Double?
  /// The dropout probability of MC dropout; nil for that of training.
  package var dropout: Double?

  package init(
    samples: Int, seed: Int, draws: DrawRule = .independent, scale: Double? = nil, dropout: Double? = nil
  ) {
    (self.samples, self.seed, self.draws, self.scale, self.dropout) = (samples, seed, draws, scale, dropout)
  }

  /// What is asked for beyond the defaults, of what only some methods know.
  var options: Set<DrawingOption> {
    var options: Set<DrawingOption> = []
    if draws != .independent { options.insert(.draws) }
    if scale != nil { options.insert(.scale) }
    if dropout != nil { options.insert(.dropout) }
    return options
  }
}

/// A part of `Drawing` that only some methods know; its raw value is the setting's name.
package enum DrawingOption: String, CaseIterable, Sendable {
  case draws, scale, dropout

  /// Why another method refuses it.
  var reasonToRefuse: String {
    switch self {
    case .draws: "draws no Gaussian vectors that could go together"
    case .scale: "has no covariance that could be scaled"
    case .dropout: "drops nothing in prediction"
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

  /// One or more files of the kind that the method reads. What they must have in common is the method's to check.
  ///
  /// - Throws: `Fault` of kind `.usage` without them, or with other files.
  func oneOrMore<File: PosteriorFile>(_ kind: File.Type) throws -> [(path: String, file: File)] {
    let found = files.all.compactMap { path, file in (file as? File).map { (path: path, file: $0) } }
    guard !found.isEmpty, found.count == files.all.count else { throw wrongFiles("one or more \(kind.kind.many)") }
    return found
  }

  /// The files of ensemble members: alike in all but their seed.
  ///
  /// - Throws: what `oneOrMore` throws; `Fault` of kind `.configuration` naming the file that differs in more than its
  ///   seed, or not even in that.
  func members<File: PosteriorFile>(_ kind: File.Type) throws -> [(path: String, file: File)] {
    let members = try oneOrMore(kind)
    var pathOfSeed: [Int: String] = [:]
    for (path, file) in members {
      if let other = pathOfSeed.updateValue(path, forKey: file.seed) {
        throw Fault(
          .configuration, path, "it has the seed \(file.seed) of \(other)", hint: "give every member a seed of its own")
      }
      guard (file.settings, file.tokensDigest) == (members[0].file.settings, members[0].file.tokensDigest) else {
        throw Fault(
          .configuration, path, "its settings or tokens differ from those of \(members[0].path)",
          hint: "members of one ensemble differ in their seed alone")
      }
    }
    return members
  }

  /// Refuses all files.
  ///
  /// - Throws: `Fault` of kind `.usage` where there is one.
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
