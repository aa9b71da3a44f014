// The stages run one after the other on generated data, and laws between the predictions of the methods.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite struct ChainOfStages {
  /// The parameters of methods whose files keep more than what one fit trains: snapshots of an adapter's 1,664 parameters, or
  /// of half of them, and two members that share these and have 16 of their own each, or 16 gates.
  private let trainedParameters = [
    "snapshots": 1664, "sghmc": 1664, "tickets": 832, "batch-ensemble": 1664 + 2 * 16,
    "extracted": 1664 + 2 * 16, "extracted-random": 1664 + 2 * 16,
  ]

  @Test func fromQuestionFilesToPredictionsOfEveryMethod() throws {
    try Workshop.openFromQuestions { shop in
      let posteriors = try shop.posteriors()
      for (method, files) in posteriors {
        let kept = try files.reduce(0) { try $0 + parameterCount(of: $1) }
        let trained = trainedParameters[method.name] ?? kept
        let costs = try files.map(cost(of:))
        for (name, count) in [("home", 20), ("damaged", 12), ("near", 9), ("blind", 6)] {
          let there = Workshop(folder: shop.folder, base: shop.base, tokens: shop.path("\(name).h5"))
          let predictions = try there.predict("\(method.name)-on-\(name).h5", method.name, files, "--samples", "2")
          // In home, 8 of the 32 training questions calibrate and 12 test; damaged contains only the test questions.
          #expect(predictions.count == count)
          #expect(predictions.choices == 4)
          #expect(predictions.cost.trainableParameters == trained, "\(method.name)")
          #expect(predictions.cost.trainingSteps == costs.reduce(0) { $0 + $1.trainingSteps }, "\(method.name)")
          #expect(predictions.cost.trainingTokens == costs.reduce(0) { $0 + $1.trainingTokens }, "\(method.name)")
          #expect(costs.allSatisfy { $0.trainingTokens > $0.trainingSteps }, "\(method.name)")
          #expect(predictions.storedParameters >= trained / files.count, "\(method.name)")
          if method.name == "tickets" { #expect(predictions.storedParameters == 2 * trained) }
          if method.name.hasPrefix("extracted") { #expect(predictions.storedParameters == trained) }
          #expect(predictions.corruption.severity == (name == "damaged" ? 3 : 0))
          #expect(predictions.labels.contains { $0 >= 0 } == (name != "blind"))
        }
      }
    }
  }

  @Test func theBaseAndContextualCalibrationNeedNoTraining() throws {
    try Workshop.openFromQuestions { shop in
      let questions = ["--dataset", "home", "--train", shop.path("train.jsonl"), "--test", shop.path("home.jsonl")]
      let split = ["--calibration-fraction", "0.25", "--content-free"]
      let model = ["--model", shop.path("model"), "--template", "bare", "--output", shop.path("free.h5")]
      try shop.run("tokenize", questions + split + model)
      let plain = shop.inputs + ["--method", "base", "--output", shop.path("base-p.h5")]
      try shop.run("sample-posterior", plain)
      let calibrated = ["--method", "base-contextual", "--content-free", shop.path("free.h5")]
      try shop.run("sample-posterior", shop.inputs + calibrated + ["--output", shop.path("contextual-p.h5")])
      let (base, contextual) = (
        try Predictions.read(shop.path("base-p.h5")), try Predictions.read(shop.path("contextual-p.h5"))
      )
      #expect(base.rowIDs == contextual.rowIDs && base.logProbabilities != contextual.logProbabilities)
      #expect(base.cost.trainableParameters == 0 && base.storedParameters == 0 && base.cost.trainingSeconds == nil)
      #expect((base.cost.forwardPasses, contextual.cost.forwardPasses) == (1, 4))
      try shop.expectFault(
        64, "sample-posterior", plain + ["--content-free", shop.path("free.h5")], says: ["--content-free"])
      let other = [
        "--method", "base-contextual", "--content-free", shop.path("near.h5"), "--output", shop.path("x.h5"),
      ]
      try shop.expectFault(78, "sample-posterior", shop.inputs + other, says: ["near.h5", "content-free version of"])
      let curvature = try shop.curvature("curvature.h5", from: shop.fit("adapter.h5"))
      let linearized = ["--method", "laplace-contextual", "--posterior", curvature]
      try shop.expectFault(
        64, "sample-posterior", shop.inputs + linearized + ["--content-free", shop.path("free.h5")],
        says: ["laplace samples logits"], hint: "laplace-sampled-contextual")
    }
  }

  @Test func promptConsistencyReadsEveryOrderOfTheChoices() throws {
    try Workshop.openFromQuestions { shop in
      let questions = ["--dataset", "home", "--train", shop.path("train.jsonl"), "--test", shop.path("home.jsonl")]
      let command = questions + ["--calibration-fraction", "0.25", "--model", shop.path("model")]
      let letters = command + ["--template", "bare", "--versions", "auto", "--output", shop.path("shifts.h5")]
      try shop.run("tokenize", letters)
      let files = try [1, 2].map { try shop.fit("point-\($0).h5", "--seed", "\($0)") }
      let method = ["--method", "ensemble-consistent", "--posterior"] + files
      let consistent = shop.inputs + method + ["--output", shop.path("consistent.h5")]
      try shop.run("sample-posterior", consistent + ["--version-tokens", shop.path("shifts.h5")])
      let predictions = try Predictions.read(shop.path("consistent.h5"))
      #expect(predictions.cost.forwardPasses == 8 && predictions.method == "ensemble-consistent")
      try shop.expectFault(64, "sample-posterior", consistent, says: ["--version-tokens", "found none"])
      let words = command + ["--template", "answer", "--output", shop.path("words.h5")]
      try shop.expectFault(64, "tokenize", words + ["--versions", "shifts"], says: ["no prompt lists the choices"])
      let said = try shop.run("tokenize", words + ["--versions", "auto"])
      #expect(said.errors.contains("the versions are corruptions of severity 1"))
      #expect(try TokenizedSet.read(shop.path("words.h5")).corruption.name == "corruptions")
    }
  }

  @Test func everyMethodPredictsEveryExampleWithItsShape() throws {
    try Workshop.open { shop in
      for (method, files) in try shop.posteriors() {
        let predictions = try shop.predict("\(method.name).h5", method.name, files, "--samples", "3")
        let groups =
          [
            "soup": 1, "lora-ensemble": 2, "library-mixture": 3, "random-gate": 3, "uniform": 3, "snapshots": 2,
            "batch-ensemble": 2, "repulsive": 2, "sghmc": 4, "tickets": 2, "extracted": 2,
            "extracted-random": 2,
          ][method.name] ?? files.count
        // A chain has three draws of its own.
        let samples = method.samples == .none && method.name != "hmc" ? 1 : 3
        #expect(predictions.method == method.name)
        #expect((predictions.groups, predictions.samples) == (groups, samples), "\(method.name)")
        // The calibration and the test examples, in their order.
        #expect(predictions.rowIDs == (24..<40).map { "row-\($0)" })
        // A linearised network needs one forward and one backward pass, for any number of samples of the logits.
        let isLinearized = method.samples == .logits || method.name == "laplace-probit"
        #expect(predictions.cost.forwardPasses == (isLinearized ? 2 : groups * samples), "\(method.name)")
      }
    }
  }

  @Test func swagWithScaleZeroIsSWA() throws {
    try Workshop.open { shop in
      let moments = try shop.collect("moments.h5", from: shop.fit("adapter.h5"))
      let mean = try shop.predict("swa.h5", "swa", [moments])
      for method in ["swag", "swag-diagonal", "multiswag"] {
        let collapsed = try shop.predict("\(method).h5", method, [moments], "--scale", "0", "--samples", "2")
        let others = (0..<mean.count).filter { example in
          (0..<2).contains { collapsed.row(example, sample: $0) != mean.row(example) }
        }
        #expect(others.isEmpty, "\(method) differs from swa on \(others.count) of \(mean.count) examples")
      }
      let spread = try shop.predict("spread.h5", "swag", [moments], "--samples", "2")
      #expect(spread.row(0, sample: 0) != spread.row(0, sample: 1))
    }
  }

  @Test func fewStepsGiveFewerSnapshotsAndAWarning() throws {
    try Workshop.open { shop in
      let command = shop.inputs + ["--adapter", try shop.fit("adapter.h5"), "--output", shop.path("moments.h5")]
      let run = try shop.run("collect-swag", command)
      #expect(run.errors.contains("collect-swag: 6 steps give 6 snapshots instead of 20; more epochs"))
      let moments = try SwagMoments.read(shop.path("moments.h5"))
      #expect(moments.snapshots == 6)
      #expect(moments.settings.contains("\"collections\":6,"))
      let enough = try shop.run("collect-swag", command + ["--epochs", "7"])
      #expect(!enough.errors.contains("snapshots instead of"))
    }
  }

  @Test func anEnsembleOfOneIsThePointEstimate() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let (point, ensemble) = (
        try shop.predict("point.h5", "point", [adapter]), try shop.predict("ensemble.h5", "ensemble", [adapter])
      )
      #expect(ensemble.logProbabilities == point.logProbabilities)
      #expect(point.warnings.isEmpty)
      #expect(ensemble.warnings == ["one member: no spread measured"])
    }
  }

  @Test func anExamplesProbabilitiesDoNotDependOnTheOtherExamples() throws {
    try Workshop.open { shop in
      let moments = try shop.collect("moments.h5", from: shop.fit("adapter.h5"))
      let all = try shop.predict("all.h5", "swag", [moments], "--samples", "3")
      let few = Workshop(folder: shop.folder, base: shop.base, tokens: shop.path("few.h5"))
      try TokenizedSet.read(shop.tokens).selecting([39, 27]).write(
        to: few.tokens, provenance: TinyExperiment.provenance)
      let alone = try few.predict("alone.h5", "swag", [moments], "--samples", "3")
      for (place, example) in [(0, 39 - 24), (1, 27 - 24)] {
        for sample in 0..<3 {
          // An example with three choices has rows of width three when alone, and of width four among others.
          for (one, other) in zip(alone.row(place, sample: sample), all.row(example, sample: sample))
          where one.isFinite || other.isFinite {
            #expect(abs(exp(one) - exp(other)) < 1e-6)
          }
        }
      }
    }
  }

  @Test func unlabelledQuestionsArePredicted() throws {
    try Workshop.open { shop in
      let adapter = try shop.fit("adapter.h5")
      let labelled = try shop.predict("labelled.h5", "point", [adapter])
      let blind = Workshop(
        folder: shop.folder, base: shop.base,
        tokens: try shop.tokens("blind.h5") { set in
          set.labels = set.labels.map { _ in -1 }
        })
      let predictions = try blind.predict("unlabelled.h5", "point", [adapter])
      #expect(predictions.labels.allSatisfy { $0 == -1 })
      #expect(predictions.logProbabilities == labelled.logProbabilities)
    }
  }
}

/// Number of parameters in a posterior's file.
private func cost(of path: String) throws -> Cost {
  switch try ArtifactFile(path).schema {
  case SwagMoments.schema: try SwagMoments.read(path).cost
  case Curvature.schema: try Curvature.read(path).cost
  case AdapterLibrary.schema: try AdapterLibrary.read(path).cost
  case Chain.schema: try Chain.read(path).cost
  default: try Adapter.read(path).cost
  }
}

private func parameterCount(of path: String) throws -> Int {
  switch try ArtifactFile(path).schema {
  case SwagMoments.schema: return try SwagMoments.read(path).mean.count
  case Curvature.schema: return try Curvature.read(path).values.count
  case AdapterLibrary.schema:
    let library = try AdapterLibrary.read(path)
    return library.values.count + library.router.count
  case Chain.schema: return try Chain.read(path).parameters.count
  default: return try Adapter.read(path).values.count
  }
}

extension Predictions {
  /// The log-probabilities of one example by one sample of the first group.
  fileprivate func row(_ example: Int, sample: Int = 0) -> ArraySlice<Float> {
    let start = (example * groups * samples + sample) * choices
    return logProbabilities[start..<start + choices]
  }
}
