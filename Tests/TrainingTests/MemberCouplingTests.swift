// Members that are trained together and coupled: BatchEnsemble's shared factors, and the force that keeps products apart.
import Adapters
import Artifacts
import Faults
import Foundation
import TestSupport
import Testing
import Training
import Transformers

@Suite struct MemberCouplingTests {
  private func settings(_ coupling: MemberCoupling?, members: Int? = 3) -> AdapterSettings {
    var settings = AdapterSettings.tiny(batchSize: 7, epochs: 3)
    (settings.members, settings.coupling) = (members, coupling)
    if coupling == .sharedFactors { settings.parametrisation = .diagonalCores }
    return settings
  }

  @Test func withoutStrengthTheyAreAnEnsembleBitForBit() throws {
    try withTemporaryFolder { folder in
      let (apart, none) = (settings(.repulsion(strength: 0)), settings(nil))
      let scorer = try tinyScorer(folder, .pairs, none)
      #expect(try fitted(scorer, apart).values == fitted(scorer, none).values)
      #expect(try fitted(scorer, settings(.repulsion(strength: 1))).values != fitted(scorer, none).values)
    }
  }

  /// The force beside differences of β / N log Σ_j k(i, j) over dense products, where only member i moves and h stays.
  @Test func theForceIsTheGradientOfTheKernelDensity() throws {
    try withTemporaryFolder { folder in
      let settings = settings(.repulsion(strength: 6))
      let scorer = try tinyScorer(folder, .letters, settings)
      let count = scorer.parameters.count
      let values = (0..<3 * count).map { 0.3 * Float(sin(Double($0) * 1.7 + Double($0 / count))) }
      // [member] The entries of all s B A.
      func products(_ values: [Double]) -> [[Double]] {
        (0..<3).map { member in
          scorer.layout.modules.flatMap { module -> [Double] in
            let place = scorer.layout.adapters[module.name]!
            let (a, b) = (member * count + place.offsetA, member * count + place.offsetB)
            return (0..<module.outputs * module.inputs).map { entry in
              let (row, column) = entry.quotientAndRemainder(dividingBy: module.inputs)
              return (0..<place.rank).reduce(0) {
                $0 + Double(place.scale) * values[b + row * place.rank + $1] * values[a + $1 * module.inputs + column]
              }
            }
          }
        }
      }
      func squaredDistance(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let start = products(values.map(Double.init))
      let pairs = [(0, 1), (0, 2), (1, 2)].map { squaredDistance(start[$0.0], start[$0.1]) }.sorted()
      let bandwidth = pairs[1] / log(3)
      func density(_ member: Int, _ values: [Double]) -> Double {
        let own = products(values)[member]
        let sum = (0..<3).reduce(0) { $0 + exp(-squaredDistance(own, $1 == member ? own : start[$1]) / bandwidth) }
        return 6.0 / 24 * log(sum)
      }
      var gradients = [values, values]
      for (index, force) in [0, 6.0 / 24].enumerated() {
        _ = scorer.lossAndGradient(
          of: [0, 1, 2], parameters: values, gradient: &gradients[index], repulsion: force)
      }
      let largest = zip(gradients[0], gradients[1]).map { abs($0 - $1) }.max()!
      #expect(largest > 1e-4)
      for place in stride(from: 0, to: 3 * count, by: 37) {
        var (up, down) = (values.map(Double.init), values.map(Double.init))
        up[place] += 1e-4
        down[place] -= 1e-4
        let slope = (density(place / count, up) - density(place / count, down)) / 2e-4
        let found = Double(gradients[1][place] - gradients[0][place])
        #expect(abs(found - slope) < 1e-2 * Double(largest), "\(place): \(found), \(slope)")
      }
    }
  }

  @Test func theForceKeepsMembersApart() throws {
    try withTemporaryFolder { folder in
      func distance(_ strength: Double) throws -> Double {
        let settings = settings(.repulsion(strength: strength))
        let scorer = try tinyScorer(folder, .pairs, settings)
        let values = try fitted(scorer, settings).values
        let distances = scorer.layout.squaredDistances(
          at: values, members: Members(count: 3, stride: scorer.parameters.count))
        return distances.joined().reduce(0, +)
      }
      let (apart, free) = (try distance(30), try distance(0))
      #expect(apart > 1.2 * free)
    }
  }

  @Test func theBandwidthIsTheMedianOverTheLogarithm() {
    let kernel = ProductKernel(squaredDistances: [[0, 1, 4], [1, 0, 9], [4, 9, 0]])
    #expect(abs(kernel.bandwidth - 4 / log(3)) < 1e-12)
    #expect(abs(kernel.values[2][1] - exp(-9 * log(3) / 4)) < 1e-12 && kernel.values[1][1] == 1)
    let still = ProductKernel(squaredDistances: [[0, 0], [0, 0]])
    #expect(still.bandwidth == 0 && still.values == [[1, 1], [1, 1]])
  }

  @Test func batchEnsembleSharesAllButTheFastWeights() throws {
    try withTemporaryFolder { folder in
      var settings = settings(.sharedFactors)
      settings.gradientClip = 0.05
      let scorer = try tinyScorer(folder, .pairs, settings)
      var run = try TrainingRun(scorer, settings, seed: 0)
      let start = try run.adapter(method: "point").values
      try run.finish()
      let end = try run.adapter(method: "point").values
      let count = scorer.parameters.count
      for entry in scorer.parameters.entries {
        for i in entry.offset..<entry.offset + entry.count {
          let isShared = settings.areShared(entry.role)
          #expect((end[i] == end[count + i]) == isShared && (start[i] == start[2 * count + i]) == isShared)
        }
      }
      let cores = scorer.parameters.entries.filter { $0.role == .core }
        .flatMap { entry in
          (0..<3).flatMap { member in start[member * count + entry.offset..<member * count + entry.offset + entry.count]
          }
        }
      let mean = cores.reduce(0, +) / Float(cores.count)
      #expect(abs(mean - 1) < 0.5 && Set(cores).count == cores.count)
    }
  }

  /// The gradient of what is shared is that of the members' mean loss.
  @Test func theGradientOfTheSharedPartIsThatOfTheMeanLoss() throws {
    try withTemporaryFolder { folder in
      let settings = settings(.sharedFactors)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let count = scorer.parameters.count
      let own = (0..<count).map { 0.2 * Float(sin(Double($0) * 1.3)) }
      var values = own + own + own
      for entry in scorer.parameters.entries where entry.role == .core {
        for member in 0..<3 {
          for i in 0..<entry.count { values[member * count + entry.offset + i] = 1 + 0.4 * Float(member - i) }
        }
      }
      var optimization = Optimization(scorer.parameters, settings, values: values, state: nil)
      _ = try optimization.step(scorer, examples: [0, 1, 2, 3], learningRate: 0, dropoutSeed: 0)
      // AdamW's first moment is a tenth of the gradient.
      let gradient = optimization.state.firstMoment.map { 10 * $0 }
      for entry in scorer.parameters.entries {
        let place = entry.offset + entry.count / 2
        let isShared = settings.areShared(entry.role)
        func loss(_ step: Float) -> Double {
          var (moved, unused) = (values, values)
          for member in 0..<(isShared ? 3 : 1) { moved[member * count + place] += step }
          return scorer.lossAndGradient(of: [0, 1, 2, 3], parameters: moved, gradient: &unused)
        }
        let slope = (loss(0.01) - loss(-0.01)) / 0.02
        // A member alone has the gradient of its own loss, three times that of the mean.
        #expect(abs(Double(gradient[place]) - (isShared ? 1 : 3) * slope) < 2e-3, "\(entry.name)")
      }
    }
  }

  @Test(arguments: [MemberCoupling.sharedFactors, .repulsion(strength: 2)])
  func aResumedFitEndsWithTheSameBitsOnAnyThreads(coupling: MemberCoupling) throws {
    try withTemporaryFolder { folder in
      let settings = settings(coupling)
      let scorer = try tinyScorer(folder, .pairs, settings)
      let unbroken = try fitted(scorer, settings)
      #expect(try fitted(tinyScorer(folder, .pairs, settings, threads: 3), settings) == unbroken)
      for stop in [1, 4, 7, 11] {
        #expect(try resumed(scorer, settings, after: stop, in: folder) == unbroken, "stopped after step \(stop)")
      }
    }
  }

  @Test func couplingsThatCannotBeAreRefusedByName() {
    var cores = settings(.sharedFactors)
    cores.parametrisation = nil
    for (settings, setting) in [
      (settings(.sharedFactors, members: nil), "batch-ensemble"), (cores, "batch-ensemble"),
      (settings(.repulsion(strength: 1), members: nil), "repulsion"), (settings(.repulsion(strength: -1)), "repulsion"),
    ] {
      let fault = #expect(throws: Fault.self) { try settings.validate() }
      #expect(fault?.code == .usage && fault?.subject == "`\(setting)`")
    }
  }
}
