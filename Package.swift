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

/// A library of ours: `Sources/<name>`.
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: processor)
}

/// A stage, or one of the small programs beside them: one screen in `Sources/<name>`.
func program(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .executableTarget(name: name, dependencies: ["StageKit", "Artifacts"] + dependencies, swiftSettings: processor)
}

/// The tests of a library: `Tests/<name>Tests`, less the folders that hold no sources.
func tests(_ name: String, _ dependencies: Target.Dependency..., exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ["TestSupport"] + dependencies, path: "Tests/\(name)Tests",
    exclude: exclude, swiftSettings: processor)
}

let package = Package(
  name: "credence",
  products: [
    .executable(name: "tokenize", targets: ["tokenize"]),
    .executable(name: "pretrain-load", targets: ["pretrain-load"]),
    .executable(name: "compute-prefix", targets: ["compute-prefix"]),
    .executable(name: "fit-adapters", targets: ["fit-adapters"]),
    .executable(name: "collect-swag", targets: ["collect-swag"]),
    .executable(name: "bayesianize-adapter", targets: ["bayesianize-adapter"]),
    .executable(name: "collect-curvature", targets: ["collect-curvature"]),
    .executable(name: "sample-posterior", targets: ["sample-posterior"]),
    .executable(name: "evaluate", targets: ["evaluate"]),
    .executable(name: "shift-test", targets: ["shift-test"]),
    .executable(name: "show", targets: ["show"]),
    .executable(name: "write-almanac", targets: ["write-almanac"]),
    .executable(name: "pretrain-base", targets: ["pretrain-base"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(name: "COneDNN"),
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CProcessor"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    library("Faults"),
    library("JSON", "Faults"),
    library("Files", "Faults", "CZlib"),
    library("HDF5", "Faults", "CHDF5"),
    library("Arrays", "Faults", "COneDNN", "COpenBLAS", "CProcessor"),
    library("Tokenization", "Faults", "JSON", "Files"),
    library("Tasks", "Faults", "JSON", "Files", "Arrays", "Artifacts", "Tokenization"),
    library("Transformers", "Faults", "Arrays", "JSON"),
    library("Checkpoints", "Faults", "Arrays", "JSON", "Files", "Transformers", "Artifacts"),
    library("Calibration", "Faults", "Arrays"),
    library("Artifacts", "Faults", "Arrays", "Files", "HDF5", "JSON"),
    library("Adapters", "Faults", "Arrays", "Transformers", "Artifacts", "Calibration"),
    library("Posteriors", "Faults", "Arrays", "Transformers", "Artifacts", "Adapters", "Calibration"),
    library("Reports", "Faults", "JSON", "Files", "Calibration", "Artifacts"),
    library("Almanac", "Faults", "JSON", "Files", "Arrays"),
    library(
      "StageKit", "Faults", "Files", "Artifacts", "CProcessor",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Logging", package: "swift-log")),

    program("tokenize", "Adapters", "Tasks", "Tokenization", "Files", "JSON", "Checkpoints"),
    program("pretrain-load", "Checkpoints", "Transformers"),
    program("compute-prefix", "Adapters", "Arrays"),
    program("fit-adapters", "Adapters", "Arrays", "Transformers"),
    program("collect-swag", "Posteriors", "Adapters"),
    program("bayesianize-adapter", "Posteriors", "Adapters"),
    program("collect-curvature", "Posteriors", "Adapters"),
    program("sample-posterior", "Posteriors", "Adapters", "Checkpoints"),
    program("evaluate", "Reports", "Calibration", "Files"),
    program("shift-test", "Reports", "Calibration", "Files"),
    program("show"),
    program("measure-step", "Adapters", "Arrays", "Transformers"),
    program("write-almanac", "Almanac", "Files"),
    program("pretrain-base", "Almanac", "Tokenization", "Transformers", "Adapters", "Checkpoints", "Files", "JSON"),

    .target(
      name: "TestSupport", dependencies: ["Faults", "Files", "Arrays", "Artifacts", "Transformers", "Adapters"],
      path: "Tests/TestSupport", swiftSettings: processor),
    .executableTarget(
      name: "probe", dependencies: ["StageKit", "Faults", "Files"], path: "Tests/Probe", swiftSettings: processor),
    tests("JSON", "JSON", "Faults"),
    tests("Files", "Files", "Faults"),
    tests("HDF5", "HDF5", "Faults", "Files"),
    tests("Arrays", "Arrays"),
    tests("Tokenization", "Tokenization", "JSON", "Files", "Faults", exclude: ["Reference"]),
    tests("Tasks", "Tasks", "Tokenization", "Artifacts", "JSON", "Files", "Faults"),
    tests(
      "Transformers", "Transformers", "Arrays", "Checkpoints", "Files", "JSON", "Faults", exclude: ["Reference"]),
    tests("Checkpoints", "Checkpoints", "Files", "JSON", "Faults", "Transformers", "Artifacts"),
    tests("Calibration", "Calibration", "Faults", "Arrays"),
    tests("Artifacts", "Artifacts", "Files", "Faults", "HDF5"),
    tests(
      "Adapters", "Adapters", "Arrays", "Transformers", "Artifacts", "Checkpoints", "Files", "JSON", "Faults",
      exclude: ["Reference"]),
    tests(
      "Posteriors", "Posteriors", "Adapters", "Arrays", "Transformers", "Artifacts", "Checkpoints", "Files", "JSON",
      "Faults", exclude: ["Reference"]),
    tests("Reports", "Reports", "Calibration", "Artifacts", "Files", "Faults", "JSON"),
    tests("Almanac", "Almanac", "JSON", "Files", "Faults"),
    tests("StageKit", "StageKit", "Faults", "Artifacts"),
    tests(
      "Stage", "Artifacts", "Files", "Faults", "JSON", "Checkpoints", "Transformers", "Posteriors",
      exclude: ["failing-calls.c"]),
  ],
  swiftLanguageModes: [.v6]
)
