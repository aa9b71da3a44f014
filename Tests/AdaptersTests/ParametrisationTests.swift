// The laws of every parametrisation: its gradient is that of its map, it depends on the seed and not on the threads, and
// training, SWAG and files need no code of its own.
import Adapters
import Artifacts
import Faults
import Foundation
import JSON
import TestSupport
import Testing
import Training
import Transformers

/// The parametrisations, by name.
private let forms: [String: ParametrisationSettings] = [
  "nola": .nola(bases: 6, seed: 2), "cores": .cores, "diagonal cores": .diagonalCores,
  "axis scales": .axisScales,
  "rank masks": .rankMasks(prior: 0.8, temperature: 0.5, examples: 24), "olora": .olora, "tt-lora": .tensorTrain,
  "b-lora-xs": .frozenCores, "full": .full,
]

@Suite struct ParametrisationTests {
  private func fitting(_ form: ParametrisationSettings?) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 2)
    settings.parametrisation = form
    return settings
  }

  /// Initial values with something added to each, so that nothing is zero.
  private func scattered(_ scorer: Scorer) -> [Float] {
    scorer.parametrisation.initialValues(seed: 3).enumerated().map { $0.element + 0.05 * Float($0.offset % 7 - 3) }
  }

  @Test(arguments: forms.keys.sorted())
  func thePullbackIsTheTransposedDerivative(form: String) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .pairs, fitting(forms[form]))
      let (map, values) = (scorer.parametrisation, scattered(scorer))
      let phi = map.expand(values, threads: 1)
      #expect(phi.count == scorer.layout.parameters.count)
      let weights = phi.indices.map { sin(Float($0)) }
      var (dphi, gradient) = (weights, [Float](repeating: 9, count: values.count))
      map.pullback(&dphi, at: values, into: &gradient, threads: 1)
      for direction in 0..<4 {
        let step = values.indices.map { sin(Float($0 * 7 + 3 * direction + 1)) }
        func value(_ scale: Float) -> Double {
          let moved = map.expand(values.indices.map { values[$0] + scale * step[$0] }, threads: 1)
          return zip(moved, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let slope = (value(0.01) - value(-0.01)) / 0.02
        let expected = zip(gradient, step).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(slope - expected) < 2e-3 * max(1, abs(expected)), "\(slope) measured, \(expected) computed")
      }
    }
  }

  @Test(arguments: forms.keys.sorted())
  func theLossFallsAlongTheGradient(form: String) throws {
    try withTemporaryFolder { folder in
      // A scale of one: at eight the loss bends within the smallest step that a Float resolves.
      var settings = fitting(forms[form])
      settings.alpha = 2
      let scorer = try tinyScorer(folder, .letters, settings)
      let (values, examples) = (scattered(scorer), Array(0..<9))
      let (slope, norm) = try scorer.slopeAlongGradient(of: examples, at: values, step: 2e-3)
      #expect(abs(slope - norm) < 0.02 * norm, "\(slope) measured, \(norm) computed")
    }
  }

  @Test(arguments: forms.keys.sorted())
  func initialValuesGiveTheBase(form: String) throws {
    try withTemporaryFolder { folder in
      let (plain, scorer) = (
        try tinyScorer(folder, .pairs, fitting(nil)), try tinyScorer(folder, .pairs, fitting(forms[form]))
      )
      let start = plain.parametrisation.initialValues(seed: 5)
      var values = scorer.parametrisation.initialValues(seed: 5)
      // One head for both: weights for 16 numbers, and a bias.
      values.replaceSubrange(values.count - 17..<values.count, with: start.suffix(17))
      let expected = try plain.logProbabilities(of: Array(0..<40), parameters: start)
      let found = try scorer.logProbabilities(of: Array(0..<40), parameters: values)
      #expect(zip(expected, found).allSatisfy { $0 == $1 || abs($0 - $1) < 5e-5 })
    }
  }

  @Test(arguments: forms.keys.sorted())
  func threadsAndSavingChangeNoBitOfAParametrisation(form: String) throws {
    try withTemporaryFolder { folder in
      func fit(threads: Int, seed: Int = 0) throws -> Adapter {
        let settings = fitting(forms[form])
        var run = try TrainingRun(
          try tinyScorer(folder, .letters, settings, threads: threads), settings, seed: seed)
        try run.finish()
        return try run.adapter(method: "point")
      }
      let adapter = try fit(threads: 1)
      #expect(try fit(threads: 3) == adapter)
      #expect(adapter.history[1].trainingLoss < adapter.history[0].trainingLoss)
      #expect(adapter.cost.trainableParameters == adapter.values.count)
      try adapter.write(to: folder + "/a.h5", provenance: TinyExperiment.provenance)
      let read = try Adapter.read(folder + "/a.h5")
      #expect(read.values == adapter.values && read.parameters == adapter.parameters)
      let settings = try AdapterSettings(canonicalJSON: read.settings, subject: "a.h5")
      #expect(settings.parametrisation == forms[form])
    }
  }

  @Test func plainLoRAHasTheSameSettingsAsInEarlierVersions() throws {
    let text = try AdapterSettings().canonicalJSON
    #expect(!text.contains("parametrisation"))
    #expect(try AdapterSettings(canonicalJSON: text, subject: "old").parametrisation == nil)
  }

  /// 1 / (3 inputs), of numbers uniform between plus and minus 1 / sqrt(inputs).
  @Test(arguments: [.nola(bases: 64, seed: 2), .tensorTrain, .cores] as [ParametrisationSettings])
  func theFactorAStartsWithTheVarianceOfLoRA(form: ParametrisationSettings) throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, fitting(form))
      var squares: [Double] = []
      for seed in 0..<40 {
        let phi = scorer.expand(scorer.parametrisation.initialValues(seed: seed))
        for module in scorer.layout.modules {
          let place = scorer.layout.adapters[module.name]!
          let a = phi[place.offsetA..<place.offsetA + place.rank * module.inputs]
          squares += a.map { Double($0) * Double($0) * 3 * Double(module.inputs) }
        }
      }
      let mean = squares.reduce(0, +) / Double(squares.count)
      #expect((0.75...1.33).contains(mean), "\(mean)")
    }
  }

  /// With the identity between them the frozen factors are W's best approximation: what is left has no share in them.
  @Test func theFrozenFactorsAreTheLargestSingularVectorsOfW() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .letters)
      let scorer = try tinyScorer(folder, .letters, fitting(.frozenCores))
      let phi = scorer.expand(scorer.parameters.entries.flatMap { _ in [1, 0, 0, 1] as [Float] }).map(Double.init)
      for module in scorer.layout.modules {
        let (place, inputs) = (scorer.layout.adapters[module.name]!, module.inputs)
        let weight = experiment.base.tensor("\(module.name).weight")!.values.floats(count: module.outputs * inputs)
        for column in 0..<inputs {
          for row in 0..<2 {
            let share = (0..<module.outputs).reduce(0.0) { sum, output in
              let product = (0..<2).reduce(0.0) {
                $0 + phi[place.offsetB + output * 2 + $1] * phi[place.offsetA + $1 * inputs + column]
              }
              return sum + phi[place.offsetB + output * 2 + row] * (Double(weight[output * inputs + column]) - product)
            }
            #expect(abs(share) < 1e-4)
          }
        }
      }
    }
  }

  @Test func nolaWithoutBasesIsRejected() {
    let fault = #expect(throws: Fault.self) { try fitting(.nola(bases: 0, seed: 0)).validate() }
    #expect(fault?.subject == "`bases`")
  }

  @Test func theNetworksFactorsOfOLoRAAreTwiceTheRankAndCancelAtTheStart() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, fitting(.olora))
      #expect(scorer.layout.rank == 4)
      let phi = scorer.expand(scorer.parametrisation.initialValues(seed: 0))
      for module in scorer.layout.modules {
        let place = scorer.layout.adapters[module.name]!
        #expect(place.scale == fitting(.olora).scale)
        for number in 0..<2 * module.inputs {
          #expect(phi[place.offsetA + number] == phi[place.offsetA + 2 * module.inputs + number])
        }
        for output in 0..<module.outputs {
          let row = phi[place.offsetB + 4 * output..<place.offsetB + 4 * output + 4].map { $0 }
          #expect(row[0] == -row[2] && row[1] == -row[3])
        }
      }
      #expect(
        scorer.parametrisation.initialValues(seed: 0) == scorer.parametrisation.initialValues(seed: 1))
    }
  }

  @Test func coresOfTheIdentityAreLoRA() throws {
    try withTemporaryFolder { folder in
      for form in [ParametrisationSettings.cores, .diagonalCores] {
        let scorer = try tinyScorer(folder, .letters, fitting(form))
        let start = scorer.parametrisation.initialValues(seed: 0)
        var values = start
        for entry in scorer.parameters.entries where entry.name.contains("lora_B") {
          for place in 0..<entry.count { values[entry.offset + place] = Float(place) }
        }
        let phi = scorer.expand(values)
        for (index, module) in scorer.layout.modules.enumerated() {
          let (place, a) = (scorer.layout.adapters[module.name]!, scorer.parameters.entries[3 * index])
          let factor = values[a.offset..<a.offset + a.count]
          #expect(Array(phi[place.offsetA..<place.offsetA + a.count]) == Array(factor))
          #expect(phi[place.offsetB + 5] == 5)
        }
      }
    }
  }

  @Test func fullFineTuningStartsFromTheBaseAndTrainsEveryTensor() throws {
    try withTemporaryFolder { folder in
      let experiment = try TinyExperiment(in: folder, scoring: .pairs)
      let scorer = try tinyScorer(folder, .pairs, fitting(.full))
      let values = scorer.parametrisation.initialValues(seed: 0)
      for tensor in experiment.architecture.tensors {
        let entry = try #require(scorer.parameters[tensor.name])
        let stored = try #require(experiment.base.tensor(tensor.name)).values.floats(count: entry.count)
        #expect(Array(values[entry.offset..<entry.offset + entry.count]) == stored)
      }
      var gradient = [Float](repeating: 0, count: values.count)
      _ = scorer.lossAndGradient(of: Array(0..<9), parameters: values, gradient: &gradient)
      // A softmax does not see what is added to all its logits: to the scores of a row, or of a question's choices.
      let unseen = [".key.bias", ".score.bias"]
      for entry in scorer.parameters.entries where !unseen.contains(where: entry.name.hasSuffix) {
        #expect(gradient[entry.offset..<entry.offset + entry.count].contains { $0 != 0 }, "\(entry.name)")
      }
      let decoder = try tinyScorer(folder, .letters, fitting(.full))
      #expect(decoder.parameters["model.norm.weight"] == nil)
    }
  }

  @Test func aNOLAFactorIsTheSumOfItsBases() throws {
    try withTemporaryFolder { folder in
      let scorer = try tinyScorer(folder, .letters, fitting(.nola(bases: 5, seed: 1)))
      #expect(scorer.parameters.count == scorer.layout.modules.count * 2 * 5)
      func expanded(_ change: (Int) -> Float) -> [Float] {
        scorer.expand((0..<scorer.parameters.count).map(change))
      }
      let units = (0..<5).map { base in expanded { $0 % 5 == base ? 1 : 0 } }
      let sum = expanded { Float($0 % 5 + 1) }
      for place in sum.indices {
        let expected = (0..<5).reduce(Float(0)) { $0 + Float($1 + 1) * units[$1][place] }
        #expect(abs(sum[place] - expected) < 1e-5)
      }
      // Uniform on ±sqrt(3 / k): no two bases and no two modules alike.
      let bound = (3.0 / 5.0 as Float).squareRoot()
      #expect(units.allSatisfy { $0.allSatisfy { abs($0) <= bound } })
      #expect(Set(units.flatMap { $0 }).count > units.count * sum.count * 99 / 100)
      let variance = units.joined().reduce(0) { $0 + $1 * $1 } / Float(units.count * sum.count)
      #expect(abs(variance - 0.2) < 0.02)
    }
  }
}
