// Predictions as a report compares them: those of our stages, and those of other programs in the order of ours.
import Artifacts
import Reports
import StageKit

/// The predictions of one method as they were read.
package enum PredictionsInput {
  case own(PredictionsFile)
  case foreign(ForeignFile)

  /// Reads the files at `paths`, of one data set, and brings those of other programs into the order of the first of ours.
  /// What these say about other data sets is left out.
  ///
  /// - Throws: `Fault` for a file that cannot be read or is of another kind, and for foreign predictions of other examples.
  package static func files(_ paths: [String], _ context: StageContext) throws -> [PredictionsFile] {
    let inputs = try paths.flatMap { try read($0, context) }
    var reference: PredictionsFile?
    for case .own(let file) in inputs where reference == nil { reference = file }
    return try inputs.compactMap { input in
      switch input {
      case .own(let file): return file
      case .foreign(let foreign):
        guard let home = reference else {
          reference = try PredictionsFile(path: foreign.path, foreign.predictions)
          return reference
        }
        if foreign.isAbout(home: home.predictions.dataset) { return try foreign.like(home) }
        context.say("\(foreign.path): its predictions of \(foreign.predictions.dataset) are for shift-test")
        return nil
      }
    }
  }

  private static func read(_ path: String, _ context: StageContext) throws -> [PredictionsInput] {
    if !ForeignFile.isTable(path) {
      let file = try context.open(path)
      if file.schema != ForeignPredictions.schema {
        return [.own(try PredictionsFile(path: path, Predictions.read(file)))]
      }
    }
    return try ForeignFile.read(path, context).map { .foreign($0) }
  }
}

/// The predictions that a shift test compares.
package struct ShiftInput {
  /// One file for each method.
  package private(set) var inDistribution: [PredictionsFile]
  /// One file for each method and shifted set.
  package private(set) var shifted: [PredictionsFile]
  /// Which methods of other programs are left out, and why.
  package private(set) var leftOut: [String] = []

  /// Our own predictions, and those of `foreign` methods that have some of every set.
  ///
  /// - Throws: `Fault` of kind `.data` for predictions of other examples.
  package init(
    inDistribution: [PredictionsFile], shifted: [PredictionsFile], foreign: [ForeignFile]
  ) throws {
    (self.inDistribution, self.shifted) = (inDistribution, shifted)
    guard let home = inDistribution.first else { return }
    var references: [PredictionsFile] = []
    for file in shifted where !references.contains(where: { $0.predictions.dataset == file.predictions.dataset }) {
      references.append(file)
    }
    var methods: [String] = []
    for file in foreign where !methods.contains(file.predictions.method) { methods.append(file.predictions.method) }
    for method in methods {
      let mine = foreign.filter { $0.predictions.method == method }
      let own = mine.first { $0.isAbout(home: home.predictions.dataset) }
      let away = references.map { set in mine.first { $0.predictions.dataset == set.predictions.dataset } }
      let missing = zip([home] + references, [own] + away).filter { $1 == nil }.map(\.0.predictions.dataset)
      if missing.isEmpty, let own {
        self.inDistribution.append(try own.like(home))
        self.shifted += try zip(away, references).map { try $0!.like($1) }
      } else {
        leftOut.append(
          "\(method) is left out: \(mine[0].path) has no predictions of \(missing.joined(separator: ", ")); the column or "
            + "attribute dataset says of which set they are")
      }
    }
  }
}
