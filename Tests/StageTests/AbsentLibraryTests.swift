// Stages on a machine without OpenBLAS: only the curvature and linearised predictions need it.
import Files
import Foundation
import TestSupport
import Testing

@Suite struct AbsentLibrary {
  /// Runs a stage for which the loader finds a text file in the place of OpenBLAS.
  private func run(_ stage: String, _ arguments: [String], in shop: Workshop) throws -> (code: Int32, errors: String) {
    let folder = shop.path("libraries")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try AtomicFile.write("not a library", to: folder + "/libopenblas.so.0")
    let others = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map { ":\($0)" } ?? ""
    let run = try RunningProgram(stage, arguments, environment: ["LD_LIBRARY_PATH": folder + others])
    return (run.exitCode(), run.errors)
  }

  static let hotStages = LongStage.allCases.filter { $0 != .collectCurvature }

  @Test("Training and prediction do not need OpenBLAS", arguments: hotStages)
  func isNotNeeded(by stage: LongStage) throws {
    try Workshop.open { shop in
      let command = try stage.command(in: shop, steps: 40)
      let ended = try run(stage.name, command + ["--output", shop.path("output.h5")], in: shop)
      #expect(ended.code == 0, "\(ended.errors)")
    }
  }

  @Test("Preparing a prefix and searching the scale of an adapter's noise do not need it either")
  func isNotNeededByShortStages() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let search = ["--adapter", adapter, "--samples", "2", "--iterations", "3", "--largest", "0.5"]
      for (stage, flags) in [("compute-prefix", ["--blocks", "1"]), ("bayesianize-adapter", search)] {
        let ended = try run(stage, shop.inputs + flags + ["--output", shop.path("output.h5")], in: shop)
        #expect(ended.code == 0, "\(ended.errors)")
      }
    }
  }

  @Test("The curvature and linearised predictions say that they need it")
  func isNamedWhereItIsNeeded() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let curvature = try shop.curvature("curvature.h5", from: adapter)
      let moments = try shop.collect("moments.h5", from: adapter)
      let commands: [(stage: String, flags: [String])] = [
        ("collect-curvature", ["--adapter", adapter]),
        ("sample-posterior", ["--method", "laplace", "--posterior", curvature]),
        ("sample-posterior", ["--method", "swag", "--posterior", moments, "--draws", "linearised"]),
      ]
      for (stage, flags) in commands {
        let ended = try run(stage, shop.inputs + flags + ["--quiet", "--output", shop.path("output.h5")], in: shop)
        #expect(ended.code == 78, "\(ended.errors)")
        #expect(ended.errors.hasPrefix("\(stage): error: OpenBLAS: the library cannot be loaded: "), "\(ended.errors)")
        #expect(ended.errors.contains("hint: install libopenblas0"), "\(ended.errors)")
      }
    }
  }
}
