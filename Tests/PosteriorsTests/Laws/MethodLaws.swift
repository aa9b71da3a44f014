// Laws of every method, checked for each name of the catalogue. A method that is added without a degenerate case
// or a closed form fails here by its name.
import Artifacts
import Posteriors
import TestSupport
import Testing

@Suite struct MethodLaws {
  /// Both the fit and the prediction run on the given number of threads. The seed of the draws matters to random methods
  /// alone. A step has four parts: of two, a sum has the same bits in either order.
  @Test(arguments: Catalogue.names) func predictionsDependOnTheSeedAndNotOnTheThreads(name: String) throws {
    let method = try Self.method(name)
    let one = try TinyRun.open(threads: 1, copies: 12) { run in
      let files = try run.files(of: method)
      let predictions = try run.predict(name, files)
      let others = try run.predict(name, files, Drawing(samples: 3, seed: 1))
      #expect((others.logProbabilities != predictions.logProbabilities) == (method.samples != .none))
      return predictions
    }
    let three = try TinyRun.open(threads: 3, copies: 12) { try $0.predict(name, $0.files(of: method)) }
    #expect(one == three)
  }

  /// The same of the linearised network, for every method that draws from a Gaussian over the parameters.
  @Test(arguments: Catalogue.methods.filter { $0.options.contains(.draws) }.map(\.name))
  func linearisedPredictionsDependOnTheSeedAndNotOnTheThreads(name: String) throws {
    func predictions(threads: Int, seed: Int = 0) throws -> Predictions {
      try TinyRun.open(threads: threads, copies: 12) { run in
        let drawing = Drawing(samples: 3, seed: seed, draws: .linearised)
        return try run.predict(name, run.files(of: Self.method(name)), drawing)
      }
    }
    let one = try predictions(threads: 1)
    #expect(try predictions(threads: 3) == one)
    #expect(try predictions(threads: 1, seed: 1).logProbabilities != one.logProbabilities)
  }

  @Test(arguments: Catalogue.names) func savedAndLoadedFilesPredictTheSameBits(name: String) throws {
    try TinyRun.open { run in
      let files = try run.files(of: try Self.method(name))
      let paths = files.indices.map { "\(run.folder)/\($0).h5" }
      for (file, path) in zip(files, paths) { try file.write(to: path, provenance: TinyExperiment.provenance) }
      let loaded = try PosteriorFiles(reading: paths, base: run.experiment.base)
      #expect(try run.predict(name, loaded) == run.predict(name, files))
    }
  }

  @Test(arguments: Catalogue.names) func withoutSpreadEverySampleIsTheCentre(name: String) throws {
    guard let degenerate = DegenerateCase.all[name] else {
      Issue.record("no degenerate case for \(name): add one to Tests/PosteriorsTests/Laws/DegenerateCase.swift")
      return
    }
    try TinyRun.open { run in
      let (found, expected) = try degenerate.predictions(run)
      #expect(found.rowIDs == expected.rowIDs && expected.groups == 1 && expected.samples == 1)
      let samples = found.groups * found.samples
      let differences = found.logProbabilities.indices.map { place in
        let (row, choice) = place.quotientAndRemainder(dividingBy: found.choices)
        let own = found.logProbabilities[place]
        let other = expected.logProbabilities[row / samples * found.choices + choice]
        // Equal first: where a choice is missing, both are minus infinity.
        return own == other ? 0 : abs(own - other)
      }
      #expect(differences.max()! <= degenerate.tolerance)
    }
  }

  @Test(arguments: Catalogue.names) func drawsAgreeWithAClosedForm(name: String) throws {
    guard let closedForm = closedForms[name] else {
      Issue.record("no closed form for \(name): add one to Tests/PosteriorsTests/Laws/ClosedForms.swift")
      return
    }
    try closedForm()
  }

  /// A name that is misspelt or gone would otherwise stay in a table unread.
  @Test func theTablesHoldMethodsAlone() {
    #expect(Set(DegenerateCase.all.keys).isSubset(of: Catalogue.names))
    #expect(Set(closedForms.keys).isSubset(of: Catalogue.names))
  }

  private static func method(_ name: String) throws -> Method {
    try #require(Catalogue.methods.first { $0.name == name })
  }
}
