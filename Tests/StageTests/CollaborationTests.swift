// Clients that exchange adapters, as a user runs the stages: what a sent adapter says, whose adapter is left out, and how
// the next fit goes on.
import Artifacts
import Foundation
import TestSupport
import Testing

extension Workshop {
  /// The adapter `name` as it is sent to others.
  fileprivate func share(_ name: String) throws -> String {
    try run("share-adapter", ["--adapter", path(name), "--tokens", tokens, "--output", path("sent-\(name)")])
    return path("sent-\(name)")
  }

  /// The command of a round of ann, without an output.
  fileprivate func round(_ trust: String, _ adapters: [(client: String, path: String)], _ flags: String...) -> [String]
  {
    inputs + ["--adapter", path("ann.h5"), "--client", "ann", "--clients"] + adapters.map(\.client) + ["--adapters"]
      + adapters.map(\.path) + ["--trust", trust] + flags
  }
}

@Suite struct CollaborationTests {
  @Test func aSentAdapterSaysNothingAboutTheData() throws {
    try Workshop.open(.classes) { shop in
      let whole = try Adapter.read(shop.fit("ann.h5"))
      let sent = try Adapter.read(shop.share("ann.h5"))
      #expect(sent.values == whole.values && sent.settings == whole.settings && sent.baseDigest == whole.baseDigest)
      #expect(sent.optimizer.firstMoment.isEmpty && sent.history.isEmpty && sent.tokensDigest.isEmpty)
      #expect(sent.classNames == ["w", "x", "y", "z"])
      let content = try #require(bytes(shop.path("sent-ann.h5")))
      for secret in [shop.folder, whole.tokensDigest] { #expect(content.range(of: Data(secret.utf8)) == nil) }
    }
  }

  @Test func adaptersThatCannotBeUsedAreLeftOutWithALine() throws {
    try Workshop.open(.classes) { shop in
      for name in ["ann.h5", "ben.h5", "dan.h5"] { _ = try shop.fit(name) }
      _ = try shop.fit("eve.h5", "--rank", "3")
      let sent = try ["ann", "ben", "dan", "eve"].map { ($0, try shop.share("\($0).h5")) }
      var damaged = try #require(bytes(sent[2].1))
      damaged[damaged.count / 2] ^= 1
      try damaged.write(to: URL(fileURLWithPath: sent[2].1))
      let clients = sent + [("cem", shop.path("late.h5")), ("fay", "-")]
      let output = shop.path("round.h5")
      let run = try shop.run(
        "exchange-adapters",
        shop.round("average", clients, "--membership", "--trust-csv", shop.path("row.csv"), "--output", output))
      for (client, why) in [
        ("dan", "damaged"), ("eve", "other names or shapes"), ("cem", "late.h5"), ("fay", "it has sent no adapter yet"),
      ] {
        let lines = run.errors.split(separator: "\n").filter { $0.contains("\(client) is left out: ") }
        #expect(lines.count == 1 && lines[0].contains(why), "\(run.errors)")
      }
      let result = try Adapter.read(output)
      let row = try #require(result.exchange)
      #expect(row.clients == ["ann", "ben", "dan", "eve", "cem", "fay"])
      #expect(row.trust == [0.5, 0.5, 0, 0, 0, 0] && row.mean == "factors")
      #expect((0...1).contains(row.membership))
      // Equal data and seeds: nothing changes.
      #expect(try result.values == Adapter.read(shop.path("ann.h5")).values)
      let csv = try String(contentsOfFile: shop.path("row.csv"), encoding: .utf8)
      #expect(csv.hasPrefix("trust_by,client,other,trust,similarity,left_out\naverage,ann,ann,0.5,,\n"))
    }
  }

  /// Ann's row of the trust matrix after a round.
  private func row(_ shop: Workshop, _ trust: String, _ adapters: [(client: String, path: String)], _ flags: [String])
    throws -> Adapter.Exchange
  {
    let output = shop.path("row.h5")
    try shop.run("exchange-adapters", shop.round(trust, adapters) + flags + ["--output", output])
    return try #require(Adapter.read(output).exchange)
  }

  @Test func aFitGoesOnFromARoundAndItsOwnHistory() throws {
    try Workshop.open(.classes) { shop in
      _ = try shop.fit("ann.h5")
      _ = try shop.fit("ben.h5", "--seed", "1", "--initialization-seed", "0")
      let sent = try ["ann", "ben"].map { ($0, try shop.share("\($0).h5")) }
      let output = shop.path("round.h5")
      for trust in ["weights", "validation"] {
        try shop.run("exchange-adapters", shop.round(trust, sent, "--output", output))
        let trusted = try #require(Adapter.read(output).exchange).trust
        #expect(trusted.allSatisfy { $0 > 0 && $0 < 1 }, "\(trust): \(trusted)")
      }
      let products = try row(shop, "weights", sent, [])
      let rows = try row(shop, "weights", sent, ["--similarity", "rows", "--temperature", "0.25"])
      #expect(products.temperature == 1 && rows.temperature == 0.25)
      #expect(products.similarities[1] != rows.similarities[1])
      let strict = try row(shop, "average", sent, ["--largest-ratio", "1"])
      #expect(strict.trust == [1, 0] && strict.reasons[1].contains("times away"))
      let reference = ["--reference", shop.tokens, "--output", output]
      try shop.run("exchange-adapters", shop.round("predictions", sent) + reference)
      #expect(try Adapter.read(output).exchange?.temperature == 0.1)
      let next = try Adapter.read(shop.fit("next.h5", "--from", output, "--moments", "reset"))
      #expect(next.history.map(\.epoch) == [1, 2, 3, 4] && next.exchange == nil)
      #expect(next.settings.contains(#""moments":"reset""#))
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--from", output, "--rank", "5"], says: ["--rank", "found 5", "has 2"])
      try shop.expectFault(
        64, "fit-adapters", shop.inputs + ["--moments", "keep"], says: ["--moments: it belongs to --from, which"])
    }
  }

  /// As `make collaborate FIT_FLAGS=--optimizer=ivon` does in its second round.
  @Test(arguments: [["--optimizer", "ivon"], ["--optimizer", "sghmc"], ["--parametrisation", "rank-masks"]])
  func theSameCommandGoesOnFromARound(flags: [String]) throws {
    try Workshop.open(.classes) { shop in
      let command = shop.inputs + ["--rank", "2", "--epochs", "1"] + flags
      try shop.run("fit-adapters", command + ["--output", shop.path("ann.h5")])
      try shop.run("fit-adapters", command + ["--training-examples", "9", "--output", shop.path("ben.h5")])
      let sent = try ["ann", "ben"].map { ($0, try shop.share("\($0).h5")) }
      try shop.run("exchange-adapters", shop.round("average", sent, "--output", shop.path("round.h5")))
      #expect(try Adapter.read(shop.path("round.h5")).exchange?.trust == [0.5, 0.5])
      try shop.run("fit-adapters", command + ["--from", shop.path("round.h5"), "--output", shop.path("next.h5")])
      #expect(try Adapter.read(shop.path("next.h5")).history.count == 2)
    }
  }

  @Test func trustInNobodyElseIsTheLongFit() throws {
    try Workshop.open(.classes) { shop in
      let constant = ["--decay", "constant", "--warmup", "0"]
      let half = shop.inputs + ["--rank", "2", "--epochs", "2"] + constant
      try shop.run("fit-adapters", half + ["--output", shop.path("ann.h5")])
      let sent = [("ann", try shop.share("ann.h5"))]
      try shop.run("exchange-adapters", shop.round("none", sent, "--output", shop.path("round.h5")))
      try shop.run("fit-adapters", half + ["--from", shop.path("round.h5"), "--output", shop.path("both.h5")])
      try shop.run(
        "fit-adapters",
        shop.inputs + ["--rank", "2", "--epochs", "4"] + constant + ["--output", shop.path("whole.h5")])
      let (both, whole) = (try Adapter.read(shop.path("both.h5")), try Adapter.read(shop.path("whole.h5")))
      #expect(both.values == whole.values && both.optimizer == whole.optimizer && both.history == whole.history)
    }
  }

  @Test func theTableHasEveryClientByEveryTrust() throws {
    try Workshop.open(.classes) { shop in
      _ = try shop.fit("ann.h5")
      let sent = [("ann", try shop.share("ann.h5"))]
      var (adapters, predictions) = ([String](), [String]())
      for trust in ["none", "weights"] {
        let (adapter, predicted) = (shop.path("\(trust).h5"), shop.path("\(trust)-p.h5"))
        try shop.run("exchange-adapters", shop.round(trust, sent, "--membership", "--output", adapter))
        _ = try shop.predict("\(trust)-p.h5", "point", [adapter])
        (adapters, predictions) = (adapters + [adapter], predictions + [predicted])
      }
      let files = ["--adapters"] + adapters + ["--predictions"] + predictions
      let tables = ["--csv", shop.path("t.csv"), "--trust-csv", shop.path("trust.csv"), "--html", shop.path("t.html")]
      let run = try shop.run(
        "compare-clients", files + ["--rounds", "3", "--output", shop.path("table.h5")] + tables)
      let table = try ResultTable.read(shop.path("table.h5"))
      func value(_ method: String, _ metric: String) -> Double? {
        table.rows.first { ($0.method, $0.dataset, $0.metric) == (method, "ann", metric) }?.value
      }
      #expect(value("none", "nll") == value("weights", "nll") && value("none", "nll") != nil)
      #expect(value("none", "bytes_sent") == 0)
      let parameters = try Adapter.read(shop.path("ann.h5")).values.count
      #expect(value("weights", "bytes_sent") == Double(12 * parameters))
      #expect(run.output.contains("trust by weights"))
      let page = try String(contentsOfFile: shop.path("t.html"), encoding: .utf8)
      #expect(page.contains("aria-label=\"trust by weights\"") && page.contains("ann: weights"))
      try shop.expectFault(
        65, "compare-clients", ["--adapters", shop.path("ann.h5"), "--predictions", predictions[0], "--rounds", "1"],
        says: ["ann.h5", "was not made by exchange-adapters"])
    }
  }
}
