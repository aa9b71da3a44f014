// index-adapters as a user runs it: a library from files, and what it says to files that do not belong together.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct LibraryStageTests {
  @Test func theOrderOfTheAdaptersChangesNoByte() throws {
    try Workshop.open { shop in
      let adapters = try ["0", "1"].map { try shop.fit("entry-\($0).h5", "--seed", $0) }
      for (name, order) in [("a.h5", adapters), ("b.h5", adapters.reversed())] {
        try shop.run(
          "index-adapters",
          shop.inputs + ["--adapters"] + order + ["--examples", shop.tokens, shop.tokens, "--output", shop.path(name)])
      }
      let (one, other) = try (AdapterLibrary.read(shop.path("a.h5")), AdapterLibrary.read(shop.path("b.h5")))
      #expect(one == other && one.names == ["entry-0", "entry-1"])
      _ = try shop.predict("mixture.h5", "library-mixture", [shop.path("a.h5")])
      try shop.expectFault(
        64, "sample-posterior", shop.inputs + ["--method", "point", "--posterior", shop.path("a.h5")],
        says: ["takes one adapter file", "1 file of index-adapters"])
      try shop.expectFault(
        64, "sample-posterior", shop.inputs + ["--method", "retrieved", "--posterior", adapters[0]],
        says: ["takes one file of index-adapters", "1 adapter file"])
    }
  }

  @Test func adaptersThatDoNotBelongTogetherAreNamed() throws {
    try Workshop.open { shop in
      let one = try shop.fit("one.h5")
      func expect(_ code: Int32, _ adapters: [String], _ examples: [String], says: [String], hint: String?) throws {
        try shop.expectFault(
          code, "index-adapters", shop.inputs + ["--adapters"] + adapters + ["--examples"] + examples, says: says,
          hint: hint)
      }
      try expect(64, [one, one], [shop.tokens], says: ["--examples", "found 1, expected 2"], hint: "same order")
      try expect(65, [shop.tokens], [shop.tokens], says: [shop.tokens], hint: nil)
      let coarse = try shop.fit("coarse.h5", "--precision", "int8")
      try expect(78, [one, coarse], [shop.tokens, shop.tokens], says: ["coarse.h5", "int8"], hint: "one precision")
      let others = try shop.tokens("others.h5") { $0.dataset = "others" }
      try expect(78, [one], [others], says: ["one.h5", "not fitted on", "others.h5"], hint: "the tokens that each")
      try Workshop.open(hiddenSize: 20) { other in
        let foreign = try other.fit("foreign.h5")
        try expect(78, [foreign], [shop.tokens], says: ["foreign.h5", "another base"], hint: "base")
      }
    }
  }

  /// Each adapter is compared with the questions, so that the one with other labels is named, whichever comes first.
  @Test func anAdapterOfOtherLabelsIsNamed() throws {
    try Workshop.open(.classes) { shop in
      let one = try shop.fit("one.h5")
      func expect(_ answers: String, _ change: (inout TokenizedSet) -> Void) throws {
        let others = try shop.tokens("others.h5", change)
        let there = Workshop(folder: shop.folder, base: shop.base, tokens: others)
        let other = try there.fit("other.h5")
        for order in [[one, other], [other, one]] {
          try shop.expectFault(
            78, "index-adapters",
            shop.inputs + ["--adapters"] + order + ["--examples"] + order.map { $0 == one ? shop.tokens : others },
            says: ["\(other): \(answers) as in "], hint: "the labels of --tokens, all of them in the same order")
        }
      }
      try expect("its classes are w, x, z, y, expected w, x, y, z") { $0.classNames = ["w", "x", "z", "y"] }
      try expect("its scoring is labels, expected classes") {
        ($0.scoring, $0.labels) = (.labels, $0.labels.map { _ in 0 })
        $0.targets = [Float](repeating: 1, count: $0.count * 4)
      }
    }
  }

  @Test func aTopBeyondTheLibraryIsSaid() throws {
    try Workshop.open { shop in
      let one = try shop.fit("one.h5")
      let command = shop.inputs + ["--adapters", one, "--examples", shop.tokens, "--output", shop.path("library.h5")]
      let beyond = try shop.run("index-adapters", command + ["--top", "9"])
      #expect(beyond.errors.contains("--top is 9, more than the library has: all of it answers every text"))
      #expect(try !shop.run("index-adapters", command + ["--top", "1"]).errors.contains("more than"))
    }
  }

  @Test func aDamagedLibraryIsNamed() throws {
    try Workshop.open { shop in
      let one = try shop.fit("one.h5")
      let library = shop.path("library.h5")
      try shop.run(
        "index-adapters", shop.inputs + ["--adapters", one, "--examples", shop.tokens, "--output", library])
      let alone = try shop.predict("point.h5", "point", [one])
      let found = try shop.predict("retrieved.h5", "retrieved", [library])
      #expect(found.logProbabilities == alone.logProbabilities)
      #expect(found.warnings == ["one adapter in the library: nothing to choose"])
      var content = try #require(bytes(library))
      content[content.count / 2] ^= 1
      try content.write(to: URL(fileURLWithPath: library))
      try shop.expectFault(
        74, "sample-posterior", shop.inputs + ["--method", "retrieved", "--posterior", library], says: [library])
    }
  }

  @Test func aRouterNeedsALibraryAndItsTasks() throws {
    try Workshop.open { shop in
      let library = try shop.library("library.h5", of: 2)
      let routed = try AdapterLibrary.read(shop.route("routed.h5", library, "--epochs", "1"))
      #expect(routed.router.count == routed.parameters.factors.count && routed.router.contains { $0 != 0 })
      var bare = routed
      (bare.router, bare.routerSettings, bare.cost) = ([], "", try AdapterLibrary.read(library).cost)
      #expect(try bare == AdapterLibrary.read(library))
      let plain = try shop.predict("plain.h5", "adapter-mixture", [shop.path("routed.h5")])
      let weighed = try shop.predict("weighed.h5", "routed", [shop.path("routed.h5")])
      #expect(weighed.logProbabilities != plain.logProbabilities)
      func expect(_ code: Int32, _ flags: [String], says: [String], hint: String?) throws {
        let given = ["--library", library, "--examples", shop.tokens] + flags
        try shop.expectFault(code, "route-adapters", shop.inputs + given, says: says, hint: hint)
      }
      try expect(
        65, ["--library", shop.path("entry-0.h5")], says: ["entry-0.h5", "not a library"], hint: "index-adapters")
      let others = try shop.tokens("others.h5") { $0.dataset = "others" }
      try expect(78, ["--examples", others], says: ["others.h5", "no adapter of"], hint: "of index-adapters")
      try expect(64, ["--missing", "1"], says: ["--missing: found 1.0, expected"], hint: nil)
      try expect(64, ["--batch-size", "0"], says: ["--batch-size"], hint: nil)
      let foreign = try shop.tokens("foreign.h5") { $0.template = "foreign" }
      try expect(
        78, ["--tokens", foreign], says: ["its template is bare, expected foreign"], hint: "the same model")
      try shop.expectFault(
        64, "sample-posterior", shop.inputs + ["--method", "routed", "--posterior", library],
        says: [library, "it has no router"], hint: "route-adapters")
    }
  }

  @Test func aRouterOfOneAdapterHasNothingToWeigh() throws {
    try Workshop.open { shop in
      let library = try shop.library("library.h5", of: 1)
      let run = try shop.run(
        "route-adapters",
        shop.inputs + ["--library", library, "--examples", shop.tokens, "--output", shop.path("routed.h5")])
      #expect(run.errors.contains("warning: each text is answered by one adapter"))
      let found = try shop.predict("routed-p.h5", "routed", [shop.path("routed.h5")])
      let alone = try shop.predict("point-p.h5", "point", [shop.path("entry-0.h5")])
      #expect(found.logProbabilities == alone.logProbabilities)
    }
  }

  @Test func aLibraryHasNoAdaptersToExport() throws {
    try Workshop.open { shop in
      let library = try shop.library("library.h5", of: 1)
      for method in ["retrieved", "uniform", "adapter-soup"] {
        try shop.expectFault(
          64, "sample-posterior",
          shop.inputs + ["--method", method, "--posterior", library, "--export-peft", shop.path("peft")],
          says: ["--export-peft: \(method) predicts with the adapters of a library"], hint: "--method point")
      }
    }
  }
}
