// exchange-adapters: one round of a client that learns with others: its adapter becomes the mean of all clients' adapters,
// weighted by how far it trusts each.
import Adapters
import ArgumentParser
import Artifacts
import Collaboration
import Faults
import Files
import NetworkStages
import Reports
import StageKit
import Training

@main struct ExchangeAdapters: Stage {
  static let configuration = CommandConfiguration(
    commandName: "exchange-adapters",
    abstract: "Average one client's adapter with those of other clients, weighted by trust.",
    discussion: """
      Reads the client's own data and the adapters of others, and nothing else of them. An \
      adapter that is missing, damaged, not finite, of another shape or much longer or shorter \
      than the own is left out, with a warning.
      Example:
        .build/release/exchange-adapters \\
          --base runs/own/base.h5 --tokens runs/own/clients/ann/tokens.h5 \\
          --adapter runs/own/clients/ann/fit-1.h5 --client ann \\
          --clients ann ben --adapters runs/own/clients/ann/sent-1.h5 \\
          runs/own/clients/ben/sent-1.h5 --trust weights --output round-1.h5
      """)

  @OptionGroup var inputs: ContinuationOptions
  @Option(help: "The client whose adapter --adapter is.") var client: String
  @Option(parsing: .upToNextOption, help: "All clients of the round, in the same order for each of them.")
  var clients: [String]
  @Option(
    parsing: .upToNextOption,
    help: "The adapter of each, from share-adapter, or a PEFT folder; - for none yet. That of --client is not read.")
  var adapters: [String]
  @OptionGroup var trust: TrustOptions
  @Flag(help: "Measure how well the loss tells the own training rows from held-out rows (one pass over both).")
  var membership = false
  @Option(help: "The client's row of the trust matrix, as CSV.") var trustCsv: String?
  @OptionGroup var checkpoints: CheckpointOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard clients.count == adapters.count else {
      throw ValidationError("--clients names \(clients.count), but --adapters \(adapters.count): one for each")
    }
    guard Set(clients).count == clients.count else { throw ValidationError("--clients names a client twice") }
    guard clients.contains(client) else { throw ValidationError("--client \(client) is not one of --clients") }
  }

  func run(_ context: StageContext) throws {
    try context.check(outputs: trustCsv)
    let start = try inputs.open(context)
    var run = try self.run(start, context)
    let arrived = run.round.arrivals.map(\.reason)
    _ = try context.complete(
      &run, settings: [client, clients, arrived, trust.settings, membership], output: inputs.output,
      options: checkpoints)
    var result = run.round.result(run.similarities, trust.trust, temperature: trust.temperature)
    if let auroc = run.membership { result.exchange?.membership = auroc }
    for arrival in run.round.arrivals where !arrival.reason.isEmpty {
      context.warn("\(arrival.client) is left out: \(arrival.reason)")
    }
    let row = result.exchange!
    let weights = zip(clients, row.trust).map { "\($0) \($1.formatted(3))" }
    context.say("mean of \(row.mean): \(weights.joined(separator: ", "))")
    if let trustCsv { try AtomicFile.write(row.csv, to: trustCsv) }
    try context.write(result, to: inputs.output)
  }

  /// The round before its first step.
  private func run(_ start: Continuation, _ context: StageContext) throws -> ClientRoundRun {
    let arrivals = try zip(clients, adapters).map { name, path in
      if name != client, path == "-" { return Arrival(name, leftOut: "it has sent no adapter yet") }
      return try Arrival(name) { try name == client ? start.adapter : start.sentAdapter(path) }
    }
    let own = OwnAdapter(start.adapter, start.fit, classNames: start.scorer.data.classNames)
    let round = ClientRound(
      arrivals, own: own, index: clients.firstIndex(of: client)!, largestRatio: trust.largestRatio)
    let testMembership = {
      try start.scorer.membershipAUROC(of: start.adapter.values, start.fit, seed: start.adapter.seed)
    }
    return ClientRoundRun(
      round, similarity: try trust.comparison(in: round, start, client: client, context),
      testMembership: membership ? testMembership : nil)
  }
}
