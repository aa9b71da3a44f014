// What a library is made of: adapters, each with the texts that it was fitted on, which must fit into one network.
import Adapters
import Artifacts
import Faults
import Transformers

/// An adapter, and the texts that it was fitted on.
package struct LibraryEntry {
  let path: String
  fileprivate(set) var adapter: Adapter
  let texts: TokenizedSet

  /// - Throws: `Fault` of kind `.configuration` if it was fitted on other tokens, or there are no texts to embed.
  package init(_ path: String, _ adapter: Adapter, texts: TokenizedSet, digest: String, textsPath: String) throws {
    guard adapter.tokensDigest == digest else {
      throw Fault(
        .configuration, path, "it was not fitted on \(textsPath)",
        hint: "give `examples` in the order of `adapters`: the tokens that each was fitted on")
    }
    guard !texts.examples(of: .train).isEmpty else {
      throw Fault(.configuration, textsPath, "it has no training rows to embed")
    }
    (self.path, self.adapter, self.texts) = (path, adapter, texts)
    // AdamW's moments take twice the memory of the adapter, and only training needs them.
    self.adapter.optimizer = .init(step: adapter.optimizer.step, firstMoment: [], secondMoment: [])
  }

  /// Refuses an adapter whose answers are no answers to `questions`.
  ///
  /// - Throws: `Fault` of kind `.configuration` naming the adapter.
  package func check(answering questions: TokenizedSet) throws {
    guard let difference = questions.difference(inAnswersOf: texts) else { return }
    throw Fault(
      .configuration, path, "\(difference) as in \(questions.dataset)",
      hint: "the adapters of a library were fitted with the labels of `tokens`, all of them in the same order")
  }
}

/// The entries of a library in one shape, before their texts are embedded.
package struct LibraryEntries {
  /// The adapters and their names, in the order of the names.
  let all: [(name: String, entry: LibraryEntry)]
  let architecture: Architecture
  /// The same adapters as files of a posterior.
  package var files: [(path: String, file: any PosteriorFile)] { all.map { ($0.entry.path, $0.entry.adapter) } }

  /// Adapters of one base. Where their ranks, scales or modules differ, they get those of `CommonShape`.
  ///
  /// - Throws: `Fault` of kind `.configuration` for adapters that a batch cannot mix.
  package init(_ entries: [LibraryEntry], _ architecture: Architecture) throws {
    if case .disentangled = architecture.positionBias {
      throw Fault(
        .configuration, entries[0].path,
        "its base has a table of distances, which several adapters in one batch cannot share",
        hint: "use a base of another type than DeBERTa")
    }
    var entries = entries
    let fits = try Self.fits(of: entries)
    let first = entries[0].adapter.parameters
    let isOneShape = zip(entries, fits).allSatisfy { $0.adapter.parameters == first && $1.hasScales(of: fits[0]) }
    if !isOneShape {
      let shape = try CommonShape(of: entries, architecture)
      for index in entries.indices { entries[index].adapter = try shape.adapter(of: entries[index]) }
    }
    try Self.compare(entries)
    all = zip(distinctNames(entries.map(\.path)), entries).sorted { $0.0 < $1.0 }.map { ($0, $1) }
    self.architecture = architecture
  }

  /// The settings of adapters that have the factors of LoRA; refuses others.
  private static func fits(of entries: [LibraryEntry]) throws -> [AdapterSettings] {
    try entries.map { entry in
      let fit = try AdapterSettings(ofOneIn: entry.adapter, path: entry.path)
      guard fit.parametrisation == nil, fit.variational == nil else {
        throw Fault(.configuration, entry.path, "it does not hold the factors A and B of LoRA, which a library needs")
      }
      return fit
    }
  }

  /// Refuses adapters of one shape that cannot stand in one network side by side.
  private static func compare(_ entries: [LibraryEntry]) throws {
    let fits = try fits(of: entries)
    for (index, (entry, fit)) in zip(entries, fits).enumerated() {
      guard entry.adapter.parameters == entries[0].adapter.parameters else {
        throw Fault(.configuration, entry.path, "its head differs from that of \(entries[0].path)", hint: hint)
      }
      if let difference = fits[0].difference(inMeaningFrom: fit) {
        throw Fault(.configuration, entry.path, "\(difference) as in \(entries[0].path)", hint: hint)
      }
      if let twin = entries.prefix(index).first(where: { $0.adapter == entry.adapter }) {
        throw Fault(.configuration, entry.path, "it is the adapter \(twin.path) once more")
      }
    }
  }

  private static var hint: String { "the adapters of a library need one precision and one kind of head" }
}

/// A name for each path: its parts without those at the beginning and the end that all paths share, or the file's name
/// where there is one path.
package func distinctNames(_ paths: [String]) -> [String] {
  let parts = paths.map { path -> [Substring] in
    let file = path.hasSuffix(".h5") ? path.dropLast(3) : path[...]
    return file.split(separator: "/")
  }
  guard parts.count > 1, Set(parts).count == parts.count else { return parts.map { $0.last.map(String.init) ?? "" } }
  func shared(_ lists: [[Substring]]) -> Int {
    (0..<lists.map(\.count).min()!).first { place in lists.contains { $0[place] != lists[0][place] } }
      ?? lists.map(\.count).min()!
  }
  let own = parts.map { Array($0.dropFirst(shared(parts))) }
  let end = own.contains { $0.isEmpty } ? 0 : min(shared(own.map { $0.reversed() }), own.map(\.count).min()! - 1)
  return zip(own, parts).map { own, whole in
    own.isEmpty ? whole.joined(separator: "/") : own.dropLast(end).joined(separator: "/")
  }
}
