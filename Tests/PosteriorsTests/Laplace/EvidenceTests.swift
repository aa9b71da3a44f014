// The marginal likelihood and the prior's precision, against dense matrices and against the traps of published code.
import Artifacts
import Arrays
import Faults
import Foundation
import Posteriors
import Testing

@Suite struct EvidenceTests {
  /// Golden test (f): the sum of logarithms over pairs of eigenvalues is the determinant of the Kronecker product.
  @Test(arguments: [2, 512]) func theKroneckerDeterminantIsTheDenseOne(exactWidth: Int) throws {
    try FittedExperiment.open(.letters) { fixture in
      let curvature = try fixture.curvature { ($0.rank, $0.exactWidth) = (3, exactWidth) }
      let precision = 0.7
      let dense = curvature.blocks.reduce(0) {
        $0 + logDeterminant(shifted($1.dense, by: precision, size: $1.count), size: $1.count)
          - Double($1.count) * log(precision)
      }
      let evidence = MarginalLikelihood(curvature)
      let bare = MarginalLikelihood(logLikelihood: 0, squaredNorm: 0, eigenvalues: evidence.eigenvalues)
      #expect(abs(-2 * bare.value(at: precision) - dense) < 1e-4 * dense)
      #expect(curvature.blocks.count == 8 && dense > 0.01)
    }
  }

  /// A dense Laplace approximation of the head, whose curvature needs no Kronecker product: Jacobians by differences of
  /// the network's own log-probabilities.
  @Test func theEvidenceOfAHeadIsThatOfADenseLaplace() throws {
    try FittedExperiment.open(.pairs) { fixture in
      let curvature = try fixture.curvature { $0.parameters = .lastLayer }
      let (offset, width) = (curvature.blocks[0].offset, curvature.blocks[0].count)
      let training = fixture.experiment.tokens.examples(of: .train)
      func logProbabilities(_ place: Int, _ change: Float) throws -> [Double] {
        var values = fixture.adapter.values
        values[offset + place] += change
        return try fixture.scorer.logProbabilities(of: training, parameters: values).map { Double($0) }
      }
      let step: Float = 1 / 64
      let slopes = try (0..<width).map { place in
        zip(try logProbabilities(place, step), try logProbabilities(place, -step)).map { ($0 - $1) / Double(2 * step) }
      }
      let own = try logProbabilities(0, 0)
      var fisher = [Double](repeating: 0, count: width * width)
      for cell in own.indices where own[cell].isFinite {
        for i in 0..<width {
          for j in 0..<width { fisher[i * width + j] += exp(own[cell]) * slopes[i][cell] * slopes[j][cell] }
        }
      }
      let logLikelihood = training.enumerated().reduce(0) {
        $0 + own[$1.offset * 4 + Int(fixture.experiment.tokens.labels[$1.element])]
      }
      let norm = (0..<width).reduce(0) { $0 + pow(Double(fixture.adapter.values[offset + $1]), 2) }
      func dense(_ precision: Double) -> Double {
        logLikelihood - 0.5
          * (logDeterminant(shifted(fisher, by: precision, size: width), size: width)
            - Double(width) * log(precision) + precision * norm)
      }
      #expect(abs(curvature.logLikelihood - logLikelihood) < 1e-3)
      #expect(abs(curvature.logMarginalLikelihood - dense(curvature.priorPrecision)) < 2e-3)
      for other in [0.5, 0.9, 1.1, 2] {
        #expect(dense(curvature.priorPrecision) > dense(other * curvature.priorPrecision))
      }
      #expect(curvature.examples == 24 && curvature.count == 16)
    }
  }

  /// Published code adds the norm, or takes it without its square.
  @Test func theEvidenceTakesOffHalfOfTheSquaredNormTimesThePrecision() {
    let one = MarginalLikelihood(logLikelihood: -3, squaredNorm: 4, eigenvalues: [])
    #expect(one.value(at: 0.5) == -4)
  }

  /// Published code takes a softmax of what is one already.
  @Test func theLogLikelihoodIsThatOfTheNetworksProbabilities() throws {
    for scoring in [TokenizedSet.Scoring.letters, .continuations, .pairs, .classes] {
      try FittedExperiment.open(scoring) { fixture in
        let training = fixture.experiment.tokens.examples(of: .train)
        let rows = try fixture.scorer.logProbabilities(of: training, parameters: fixture.adapter.values)
        let sum = training.enumerated().reduce(0) {
          $0 + Double(rows[$1.offset * 4 + Int(fixture.experiment.tokens.labels[$1.element])])
        }
        #expect(abs(try fixture.curvature().logLikelihood - sum) < 1e-3, "\(scoring)")
      }
    }
  }

  /// Published code drops the last examples that fill no batch: here 24 of which a step takes 16.
  @Test func theLastPartialStepCounts() throws {
    try FittedExperiment.open(.letters) { fixture in
      let (curvature, run) = (try fixture.curvature(), try fixture.run())
      #expect(curvature.examples == 24 && run.total == 2)
    }
  }

  @Test func thePrecisionIsWhereTheSlopeIsZero() throws {
    let evidence = MarginalLikelihood(logLikelihood: -10, squaredNorm: 2, eigenvalues: [100, 10, 1e-3])
    let best = try evidence.maximizingPrecision()
    #expect(abs(evidence.effectiveParameters(at: best) - 2 * best) < 1e-6)
    for factor in [0.9, 1.1] { #expect(evidence.value(at: best) > evidence.value(at: factor * best)) }
  }

  @Test func aPrecisionThatRunsAwayIsAFaultThatSaysWhatHelps() {
    func fault(_ norm: Double, _ eigenvalues: [Double]) -> Fault? {
      #expect(throws: Fault.self) {
        try MarginalLikelihood(logLikelihood: -1, squaredNorm: norm, eigenvalues: eigenvalues).maximizingPrecision()
      }
    }
    #expect(fault(0, [1, 2])?.message.contains("above") == true)
    #expect(fault(1e30, [1, 2])?.message.contains("below") == true)
    #expect(fault(1, [0, 0])?.message.contains("zero everywhere") == true)
    #expect(fault(1, [1, .infinity])?.code == .internalError)
    #expect(fault(0, [1])?.hint.contains("`criterion calibration`") == true)
    #expect(MarginalLikelihood.warning(1e7)?.contains("run away") == true)
    #expect(MarginalLikelihood.warning(1e-5)?.contains("run away") == true)
    #expect(MarginalLikelihood.warning(1) == nil)
  }
}
