// Laws of the modules and files. The manifest declares what each target imports and nothing else, so that the drawing of the modules
// in Package.swift is true: SwiftPM by itself lets a target import whatever happens to be built. No library knows how the
// programs or make spell its settings.
import Foundation
import TestSupport
import Testing

@Suite struct ManifestTests {
  /// A target in Package.swift.
  private struct Target: CustomStringConvertible {
    let name: String
    let folder: String
    let dependencies: Set<String>
    var description: String { name }
  }

  /// Modules that come with the toolchain.
  private static let toolchain: Set = ["Dispatch", "Foundation", "Glibc", "Synchronization", "Testing"]

  /// The targets that the helper functions `library`, `program` and `tests` make.
  private static let targets: [Target] = {
    guard let manifest = try? String(contentsOfFile: projectRoot + "/Package.swift", encoding: .utf8) else { return [] }
    let call = #/(library|program|tests)\(\s*"([^"]+)",?([^\]]*?)(?:exclude: \[[^\]]*\])?\),?\n/#
    return manifest.matches(of: call).map { match in
      let (kind, name) = (match.1, String(match.2))
      var dependencies = Set(match.3.matches(of: #/(?:name: )?"([^"]+)"(?!\))/#).map { String($0.1) })
      if match.3.contains("argumentParser") || kind == "program" { dependencies.insert("ArgumentParser") }
      if kind == "program" { dependencies.insert("StageKit") }
      let folder =
        switch kind {
        case "library": "Sources/\(name)"
        case "program": "Sources/Programs/\(name)"
        default: "Tests/\(name)Tests"
        }
      return Target(name: name, folder: folder, dependencies: dependencies)
    }
  }()

  /// The Swift files in `folder`, with their text.
  private func sources(in folder: String) throws -> [(file: String, text: String)] {
    let files = FileManager.default.enumerator(atPath: projectRoot + "/" + folder)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }.map {
      ($0, try String(contentsOfFile: "\(projectRoot)/\(folder)/\($0)", encoding: .utf8))
    }
  }

  /// The modules that files of `folder` import, but those of the toolchain.
  private func imports(in folder: String) throws -> Set<String> {
    var imports = Set<String>()
    for (_, text) in try sources(in: folder) {
      imports.formUnion(text.matches(of: #/(?m)^(?:@testable )?import (\w+)/#).map { String($0.1) })
    }
    return imports.subtracting(Self.toolchain)
  }

  @Test func everyTargetIsRead() {
    #expect(Self.targets.count > 40, "this test cannot read Package.swift")
  }

  @Test(arguments: targets)
  private func aTargetDeclaresWhatItImports(target: Target) throws {
    let imports = try imports(in: target.folder)
    #expect(imports.subtracting(target.dependencies).sorted() == [], "imported, but not declared in Package.swift")
    #expect(target.dependencies.subtracting(imports).sorted() == [], "declared in Package.swift, but not imported")
  }

  /// The limit of CONTRIBUTING.md.
  @Test(arguments: ["Sources", "Tests"]) func noFileIsLongerThan250Lines(folder: String) throws {
    for (file, text) in try sources(in: folder) {
      let lines = text.count { $0 == "\n" }
      #expect(lines <= 250, "\(folder)/\(file) has \(lines) lines")
    }
  }

  /// A library writes the names of settings in backquotes (`Fault.init(_:setting:_:hint:)`); how they are spelled is the
  /// stages' affair. A remark that is stored in files of predictions keeps its words.
  @Test(
    arguments: targets.filter {
      // These are the stages' own: their options are flags.
      $0.folder == "Sources/\($0.name)" && !["StageKit", "NetworkStages", "ReportStages"].contains($0.name)
    })
  private func noLibraryNamesAFlagOrAVariableOfMake(library: Target) throws {
    let outside = #/"[^"]*(--[a-z]|\b(?!H5)[A-Z]{3,}_[A-Z]+\b|\bin make\b|with make)/#
    for (file, text) in try sources(in: library.folder) {
      for line in text.split(separator: "\n")
      where !line.contains("var(--") && !line.contains("--cycle-exponent 0 for a") {
        #expect(!line.contains(outside), "\(file): \(line)")
      }
    }
  }
}
