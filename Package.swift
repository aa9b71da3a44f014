// swift-tools-version: 6.1
import PackageDescription

// The processor that the programs are built for: `native` when the Makefile builds, and the portable choice otherwise.
// `-Xcc` reaches Swift's own code generator too. Without a choice, SIMD16 code runs 3 to 150 times slower.
let march = Context.environment["MARCH"] ?? "x86-64-v3"
#if arch(x86_64)
  let processor: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=\(march)", "-Xcc", "-fno-math-errno"])]
#else
  let processor: [SwiftSetting] = []
#endif

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A binding to a library of the system: `Sources/System/<name>`.
func system(_ name: String, pkgConfig: String? = nil, apt: [String] = []) -> Target {
  .systemLibrary(
    name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: apt.isEmpty ? [] : [.apt(apt)])
}

/// A library of ours: `Sources/<name>`.
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: processor)
}

/// A stage, or one of the small programs beside them: one screen in `Sources/Programs/<name>`.
func program(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .executableTarget(
    name: name, dependencies: ["StageKit", argumentParser] + dependencies, path: "Sources/Programs/\(name)",
    swiftSettings: processor)
}

/// The tests of a library: `Tests/<name>Tests`, less the folders that hold no sources.
func tests(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
    exclude: exclude, swiftSettings: processor)
}

let package = Package(
  name: "credence",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    system("CGEMM"),
    system("COneDNN"),
    system("COpenBLAS"),
    system("CHDF5", pkgConfig: "hdf5-serial", apt: ["libhdf5-dev"]),
    system("CProcessor"),
    system("CVNNI"),
    system("CZlib", pkgConfig: "zlib", apt: ["zlib1g-dev"]),

    library("Faults"),
    library("JSON", "Faults"),
    library("Files", "CZlib", "Faults"),
    library("HDF5", "CHDF5", "Faults"),
    library("Arrays", "CGEMM", "COneDNN", "COpenBLAS", "CProcessor", "CVNNI", "Faults"),
    library("Artifacts", "Faults", "JSON", "Files", "HDF5", "Arrays"),
    library("Tokenization", "Faults", "JSON", "Files"),
    library("Tasks", "Faults", "JSON", "Files", "Arrays", "Tokenization", "Artifacts"),
    library("Transformers", "Faults", "JSON", "Arrays"),
    library("Checkpoints", "Faults", "JSON", "Files", "Arrays", "Transformers", "Artifacts"),
    library("Calibration", "Arrays"),
    library("Adapters", "Faults", "JSON", "Arrays", "Transformers", "Artifacts"),
    library("Training", "Faults", "JSON", "Arrays", "Transformers", "Calibration", "Artifacts", "Adapters"),
    library(
      "Posteriors", "Faults", "JSON", "Arrays", "Transformers", "Calibration", "Artifacts", "Adapters", "Training"),
    library(
      "Generation", "Faults", "Arrays", "Transformers", "Artifacts", "Training", "Posteriors"),
    library(
      "Collaboration", "Faults", "JSON", "Calibration", "Artifacts", "Adapters", "Training"),
    library("Reports", "Faults", "JSON", "Arrays", "Calibration", "Artifacts"),
    library("Almanac", "Faults", "JSON", "Files", "Arrays"),
    library(
      "StageKit", "CProcessor", "Faults", "JSON", "Files", "Artifacts", "Tasks",
      argumentParser,
      .product(name: "Logging", package: "swift-log")),
    library(
      "NetworkStages", "Faults", "Files", "JSON", "Arrays", "Tokenization", "Transformers", "Checkpoints", "Artifacts",
      "Adapters",
      "Training", "Posteriors", "StageKit", argumentParser),
    library(
      "ReportStages", "Files", "Tokenization", "Tasks", "Checkpoints", "Artifacts", "Reports", "StageKit",
      argumentParser),

    program(
      "tokenize", "Faults", "Files", "Tokenization", "Tasks", "Transformers", "Checkpoints", "Artifacts", "Adapters"),
    program("pretrain-load", "Faults", "JSON", "Tokenization", "Checkpoints", "Artifacts"),
    program("compute-prefix", "Faults", "Artifacts", "Adapters", "Training", "NetworkStages"),
    program(
      "fit-adapters", "Faults", "Transformers", "Artifacts", "Adapters", "Training", "Posteriors", "NetworkStages"),
    program(
      "import-adapter", "Faults", "Transformers", "Artifacts", "Adapters", "Training", "NetworkStages"),
    program(
      "exchange-adapters", "Faults", "Files", "JSON", "Artifacts", "Adapters", "Training", "Collaboration", "Reports",
      "NetworkStages"),
    program("share-adapter", "Faults", "Artifacts", "NetworkStages"),
    program("compare-clients", "Files", "Artifacts", "Reports", "ReportStages"),
    program("compare-predictions", "Files", "Artifacts", "Reports"),
    program("collect-swag", "Adapters", "Posteriors", "NetworkStages"),
    program("collect-chain", "Posteriors", "NetworkStages"),
    program("bayesianize-adapter", "Faults", "Posteriors", "NetworkStages"),
    program("extract-ensemble", "Faults", "Posteriors", "NetworkStages"),
    program("index-adapters", "Faults", "Artifacts", "Posteriors", "NetworkStages"),
    program("route-adapters", "Faults", "Artifacts", "Posteriors", "Training", "NetworkStages"),
    program("collect-curvature", "Faults", "Artifacts", "Posteriors", "NetworkStages"),
    program(
      "sample-posterior", "Faults", "JSON", "Artifacts", "Adapters", "Posteriors", "NetworkStages"),
    program(
      "predict", "Faults", "Files", "JSON", "Tokenization", "Tasks", "Artifacts", "Adapters", "Training", "Posteriors",
      "NetworkStages"),
    program(
      "generate-answers", "Faults", "JSON", "Tokenization", "Tasks", "Transformers", "Artifacts", "Adapters",
      "Generation",
      "Posteriors", "NetworkStages"),
    program(
      "judge-entailment", "Faults", "JSON", "Tokenization", "Tasks", "Artifacts", "Adapters", "Calibration", "Training",
      "Posteriors", "Reports", "NetworkStages"),
    program("decide", "Faults", "Files", "JSON", "Tasks", "Artifacts", "Reports"),
    program("evaluate", "Files", "Calibration", "Reports", "ReportStages"),
    program(
      "evaluate-answers", "Calibration", "Faults", "Files", "Tokenization", "Artifacts", "Reports", "ReportStages"),
    program("shift-test", "Files", "Artifacts", "Reports", "ReportStages"),
    program("show", "Artifacts", "Checkpoints", "Transformers"),
    program(
      "measure-step", "Faults", "JSON", "Arrays", "Transformers", "Checkpoints", "Artifacts", "Adapters", "Training",
      "Posteriors", "Generation", "NetworkStages"),
    program("write-almanac", "Faults", "JSON", "Files", "Almanac"),
    program(
      "pretrain-base", "Faults", "Files", "Tokenization", "Transformers", "Checkpoints", "Artifacts",
      "Training", "Almanac"),

    .target(
      name: "TestSupport",
      dependencies: ["JSON", "Files", "Arrays", "Transformers", "Checkpoints", "Artifacts", "Adapters", "Training"],
      path: "Tests/TestSupport", swiftSettings: processor),
    .executableTarget(
      name: "write-tiny-encoder", dependencies: ["TestSupport"], path: "Tests/WriteTinyEncoder",
      swiftSettings: processor),
    .executableTarget(
      name: "probe", dependencies: ["Faults", "Files", "StageKit", argumentParser],
      path: "Tests/Probe", swiftSettings: processor),
    tests("JSON", "Faults", "JSON"),
    tests("Files", "Faults", "Files", "TestSupport"),
    tests("HDF5", "CHDF5", "Faults", "Files", "HDF5", "TestSupport"),
    tests("Arrays", "Arrays"),
    tests("Artifacts", "CHDF5", "Faults", "Files", "HDF5", "Artifacts", "TestSupport", exclude: ["Reference"]),
    tests("Tokenization", "Faults", "JSON", "Files", "Tokenization", "TestSupport", exclude: ["Reference"]),
    tests("Tasks", "Faults", "JSON", "Arrays", "Tokenization", "Tasks", "Artifacts", "Calibration", "TestSupport"),
    tests(
      "Transformers", "Faults", "JSON", "Files", "Arrays", "Transformers", "Checkpoints", "Artifacts", "TestSupport",
      exclude: ["Reference"]),
    tests("Checkpoints", "Faults", "JSON", "Files", "Transformers", "Checkpoints", "Artifacts", "TestSupport"),
    tests(
      "Calibration", "JSON", "Files", "Arrays", "Artifacts", "Calibration", "TestSupport",
      exclude: ["Reference"]),
    tests(
      "Adapters", "Faults", "JSON", "Files", "Arrays", "Transformers", "Checkpoints", "Artifacts", "Adapters",
      "Training", "TestSupport", exclude: ["Reference"]),
    tests(
      "Training", "Faults", "JSON", "Files", "Arrays", "Transformers", "Checkpoints", "Calibration", "Artifacts",
      "Adapters", "Training", "TestSupport", exclude: ["Reference"]),
    tests(
      "Posteriors", "Faults", "JSON", "Files", "Arrays", "Transformers", "Checkpoints", "Calibration", "Artifacts",
      "Adapters", "Training", "Posteriors", "TestSupport", exclude: ["Reference"]),
    tests(
      "Generation", "Faults", "JSON", "Transformers", "Artifacts", "Adapters", "Calibration", "Training", "Posteriors",
      "Generation", "TestSupport"),
    tests(
      "Collaboration", "Faults", "JSON", "Artifacts", "Adapters", "Training", "Collaboration", "TestSupport"),
    tests(
      "Reports", "Faults", "JSON", "Arrays", "Calibration", "Artifacts", "Reports", "TestSupport", exclude: ["Goldens"]),
    tests("Almanac", "Faults", "JSON", "Files", "Almanac", "TestSupport"),
    tests("StageKit", "Faults", "Artifacts", "StageKit", "TestSupport"),
    tests(
      "Stage", "JSON", "Files", "HDF5", "Transformers", "Checkpoints", "Artifacts", "Adapters", "Training",
      "Posteriors", "TestSupport",
      exclude: ["failing-calls.c", "Goldens", "Reference"]),
  ],
  swiftLanguageModes: [.v6]
)

extension Target {
  /// The targets that it depends on.
  var needs: [String] {
    dependencies.compactMap { if case .byNameItem(let name, _) = $0 { name } else { nil } }
  }
}

// SwiftPM compiles a target again when one of its dependencies has changed. The layout of a type reaches further, as a part
// of another module's types, so each target depends on what its dependencies need too. They stand above it in the list.
let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
for target in package.targets {
  let named = target.needs
  let further = Set(named.flatMap { targets[$0]?.needs ?? [] }).subtracting(named)
  target.dependencies += further.sorted().map { .byName(name: $0) }
}

// `make test-portable` builds the tests of the arithmetic alone, which run no program.
if Context.environment["TESTS"] == "arithmetic" {
  let arithmetic = ["Arrays", "Transformers", "Adapters", "Training", "Posteriors"].map { "\($0)Tests" }
  package.targets.removeAll { $0.type == .executable || $0.type == .test && !arithmetic.contains($0.name) }
}
