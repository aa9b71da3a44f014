// Snapshots as a posterior: the vectors of the file, in one batched pass; and files of other fits are refused.
import Adapters
import Artifacts
import Faults
import JSON
import Posteriors
import TestSupport
import Testing

@Suite struct SnapshotTests {
  @Test(arguments: ["snapshots", "sghmc", "tickets"]) func theVectorsAreThoseOfTheFile(method: String) throws {
    try TinyRun.open { run in
      let method = try #require(Catalogue.methods.first { $0.name == method })
      let file = try #require(try run.files(of: method)[0] as? Adapter)
      let fit = try file.fit("file")
      let count = try #require(fit.vectors)
      let together = try run.predict(method.name, [file])
      #expect((together.groups, together.samples, count) == (count, 1, method.name == "sghmc" ? 4 : 2))
      let width = file.values.count / count
      var plain = fit
      (plain.cycles, plain.optimizer, plain.sparsity) = (nil, nil, nil)
      for member in 0..<count {
        var alone = file
        alone.values = Array(file.values[member * width..<(member + 1) * width])
        (alone.parameters, alone.settings) = (try run.scorer(plain).parameters, try plain.canonicalJSON)
        let rows = try run.predict("point", [alone])
        for place in rows.logProbabilities.indices {
          let (example, choice) = place.quotientAndRemainder(dividingBy: rows.choices)
          let own = together.logProbabilities[(example * count + member) * rows.choices + choice]
          #expect(own == rows.logProbabilities[place] || abs(own - rows.logProbabilities[place]) < 2e-6)
        }
      }
    }
  }

  @Test func filesOfTheOtherKindAreRefusedByName() throws {
    var fit = AdapterSettings()
    for name in ["snapshots", "sghmc", "tickets"] {
      let fault = #expect(throws: Fault.self) { try Catalogue.posterior(request([Adapter()], method: name, fit: fit)) }
      #expect(fault?.code == .configuration && fault?.hint.contains("`cycles`") == true)
    }
    fit.cycles = CycleSettings(count: 2)
    for name in Catalogue.names where name != "snapshots" {
      let fault = #expect(throws: Fault.self) { try Catalogue.posterior(request([Adapter()], method: name, fit: fit)) }
      #expect(fault?.code == .configuration && fault?.subject == "file-0.h5", "\(name)")
    }
    fit.sparsity = SparsitySettings(density: 0.2)
    for name in Catalogue.names where name != "tickets" {
      let fault = #expect(throws: Fault.self) { try Catalogue.posterior(request([Adapter()], method: name, fit: fit)) }
      #expect(fault?.code == .configuration && fault?.subject == "file-0.h5", "\(name)")
    }
  }
}
