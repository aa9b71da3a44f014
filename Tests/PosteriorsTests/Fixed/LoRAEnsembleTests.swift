// LoRA-Ensemble as a posterior: its draws are its members, and one batched pass gives what each
// of them gives alone.
import Adapters
import Artifacts
import Calibration
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct LoRAEnsembleTests {
  private func fit(_ members: Int?) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 8, epochs: 4)
    settings.members = members
    return settings
  }

  /// A trained ensemble on enough questions for a prediction of several steps.
  private func with(
    _ scoring: TokenizedSet.Scoring, members: Int?, copies: Int = 1, threads: Int = 2,
    _ body: (String, Scorer, Adapter) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: scoring)
      let scorer = try Scorer(
        experiment.architecture, base: experiment.base, data: experiment.tokens.repeated(copies),
        settings: fit(members),
        threads: threads)
      var run = try TrainingRun(scorer, fit(members), seed: 4)
      while run.completed < min(run.total, 12) { try run.advance() }
      try body(folder, scorer, try run.adapter(method: "lora-ensemble"))
    }
  }

  private func predict(_ posterior: any Posterior, _ scorer: Scorer) throws -> Predictions {
    var run = try posterior.prediction(on: scorer, versions: nil)
    try run.finish()
    return run.predictions()
  }

  @Test func drawsAreTheMembersAlsoAfterLoading() throws {
    try with(.letters, members: 3) { folder, scorer, adapter in
      let posterior = try LoRAEnsemble(request([adapter], fit: fit(3)))
      #expect((posterior.groups, posterior.samples) == (3, 1))
      #expect(posterior.storedParameters == 3 * scorer.parameters.count && posterior.warnings.isEmpty)
      try adapter.write(to: folder + "/a.h5", provenance: TinyExperiment.provenance)
      let loaded = try LoRAEnsemble(request([Adapter.read(folder + "/a.h5")], fit: fit(3)))
      for member in 0..<3 {
        let draw = posterior.draw(group: member, sample: 0)
        #expect(draw.values == Array(adapter.values[scorer.range(ofMember: member)]) && draw.dropout == nil)
        #expect(loaded.draw(group: member, sample: 0).values == draw.values)
      }
    }
  }

  @Test(arguments: TokenizedSet.Scoring.ofChoices)
  func onePassSaysWhatEachMemberSaysAlone(scoring: TokenizedSet.Scoring) throws {
    try with(scoring, members: 3, copies: 30) { _, scorer, adapter in
      let posterior = try LoRAEnsemble(request([adapter], fit: fit(3)))
      let run = try posterior.prediction(on: scorer, versions: nil)
      #expect(run.total > 2)
      let together = try predict(posterior, scorer)
      #expect(together.cost.forwardPasses == 3 && (together.groups, together.samples) == (3, 1))
      var leaves: [[Float]] = []
      for member in 0..<3 {
        var alone = adapter
        alone.values = posterior.draw(group: member, sample: 0).values
        let rows = try predict(try FixedMembers.point(request([alone])), scorer)
        leaves.append(rows.logProbabilities)
        #expect(together.rowIDs == rows.rowIDs && together.choices == rows.choices)
        for place in rows.logProbabilities.indices {
          let (example, choice) = place.quotientAndRemainder(dividingBy: rows.choices)
          let own = together.logProbabilities[(example * 3 + member) * rows.choices + choice]
          #expect(own == rows.logProbabilities[place] || abs(own - rows.logProbabilities[place]) < 2e-6)
        }
      }
      #expect(leaves[0] != leaves[1] && leaves[1] != leaves[2])
      // Every score is one of the mean probabilities, and not of the mean logits.
      let mixture = Mixture(
        PosteriorSamples(
          logits: together.logProbabilities, groups: 3, choices: together.choices, choiceCounts: together.choiceCounts))
      for place in leaves[0].indices {
        let mean = leaves.reduce(0) { $0 + exp(Double($1[place])) } / 3
        #expect(abs(mixture.probabilities[place] - mean) < 1e-5)
      }
    }
  }

  @Test func oneMemberIsThePointEstimateBitForBit() throws {
    try with(.pairs, members: 1, copies: 30) { _, scorer, adapter in
      let one = try LoRAEnsemble(request([adapter], fit: fit(1)))
      let (ensemble, point) = (
        try predict(one, scorer), try predict(try FixedMembers.point(request([adapter])), scorer)
      )
      #expect(ensemble.logProbabilities == point.logProbabilities)
      #expect(one.warnings == ["one member: no spread measured"])
    }
  }

  @Test func interruptionsAndThreadsChangeNoBitOfAPrediction() throws {
    var unbroken: Predictions?
    for threads in [1, 3] {
      try with(.letters, members: 3, copies: 60, threads: threads) { folder, scorer, adapter in
        let posterior = try LoRAEnsemble(request([adapter], fit: fit(3)))
        let whole = try predict(posterior, scorer)
        #expect(unbroken == nil || unbroken == whole)
        unbroken = whole
        var run = try posterior.prediction(on: scorer, versions: nil)
        let path = folder + "/p.checkpoint"
        #expect(run.total > 2)
        while run.completed < run.total {
          try run.advance()
          try run.checkpoint(identity: "it").write(to: path, provenance: TinyExperiment.provenance)
          run = try posterior.prediction(on: scorer, versions: nil)
          try run.restore(try Checkpoint.read(path))
        }
        #expect(run.predictions() == whole)
      }
    }
  }

  @Test(arguments: ["batch-ensemble", "repulsive"]) func coupledMembersAreThoseOfTheFile(method: String) throws {
    try TinyRun.open { run in
      let coupling: MemberCoupling = method == "repulsive" ? .repulsion(strength: 1) : .sharedFactors
      let file = try run.fit(coupling: coupling, members: 3)
      let posterior = try Catalogue.posterior(request([file], method: method, fit: file.fit("file")))
      #expect((posterior.groups, posterior.samples) == (3, 1))
      let width = file.values.count / 3
      for member in 0..<3 {
        let own = Array(file.values[member * width..<(member + 1) * width])
        #expect(posterior.draw(group: member, sample: 0).values == own)
      }
      let own = file.parameters.entries.filter { method == "repulsive" || $0.role == .core }.reduce(0) { $0 + $1.count }
      let shared = method == "repulsive" ? 0 : width - own / 3
      #expect(posterior.storedParameters == own + shared && file.cost.trainableParameters == own + shared)
      for other in ["lora-ensemble", "batch-ensemble", "repulsive"] where other != method {
        let fault = #expect(throws: Fault.self) {
          try Catalogue.posterior(request([file], method: other, fit: file.fit("file")))
        }
        #expect(fault?.code == .configuration && fault?.hint == "use `method \(method)`", "\(other)")
      }
    }
  }

  @Test func filesOfTheOtherKindAreRefusedByName() throws {
    let single = #expect(throws: Fault.self) { try LoRAEnsemble(request([Adapter()], fit: fit(nil))) }
    #expect(
      single?.code == .configuration && single?.subject == "file-0.h5" && single?.hint.contains("`members`") == true)
    let two = #expect(throws: Fault.self) { try LoRAEnsemble(request([Adapter(), Adapter()], fit: fit(2))) }
    #expect(two?.code == .usage)
    for name in Catalogue.names where name != "lora-ensemble" {
      let fault = #expect(throws: Fault.self) {
        try Catalogue.posterior(request([Adapter()], method: name, fit: fit(2)))
      }
      #expect(fault?.code == .configuration && fault?.hint.contains("lora-ensemble") == true, "\(name)")
    }
    #expect(try Catalogue.posterior(request([Adapter()], method: "lora-ensemble", fit: fit(2))).groups == 2)
  }
}
