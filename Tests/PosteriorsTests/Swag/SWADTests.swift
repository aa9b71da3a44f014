// SWAD: which segments enter the average, against the paper's rule and a naive twin of it, and the mean of a run.
import Adapters
import Artifacts
import Faults
import Foundation
import Posteriors
import TestSupport
import Testing
import Training

@Suite struct SWADTests {
  /// The segments that enter, by their index.
  private func entering(_ losses: [Double]) -> [Int] {
    var valley = LossValley()
    var segments = losses.enumerated().flatMap { index, loss in
      valley.add(LossValley.Segment(loss: loss, mean: [Float(index)]))
    }
    segments += valley.remaining
    return segments.map { Int($0[0]) }
  }

  /// Algorithm 1 with all losses at hand: from the earliest loss below the threshold in the window of six that ends with
  /// the three of convergence, as long as one of the next six losses is below it.
  private func twin(_ losses: [Double]) -> [Int] {
    let starts = losses.indices.dropLast(2).filter { losses[$0] <= losses[$0 + 1] && losses[$0] <= losses[$0 + 2] }
    guard let start = starts.first else { return [losses.count - 1] }
    let threshold = 1.3 * (losses[start] + losses[start + 1] + losses[start + 2]) / 3
    var first = start
    while first > max(0, start - 3), losses[first - 1] <= threshold { first -= 1 }
    var last = first
    while last < losses.count, losses[last..<min(last + 6, losses.count)].contains(where: { $0 <= threshold }) {
      last += 1
    }
    return Array(first..<last)
  }

  /// The published code averages the segments 3, 3, 4, 5, 6 and 7 here.
  @Test func segmentsAreThoseOfThePaperAndNotOfItsCode() throws {
    let losses = [1, 0.8, 0.6, 0.5, 0.52, 0.55, 0.53, 0.6, 0.7, 0.8]
    #expect(entering(losses) == Array(2...7))
    #expect(entering(losses + [0.9, 0.9, 0.9, 0.9, 0.5]) == Array(2...7))
    var valley = LossValley()
    for loss in losses { _ = valley.add(.init(loss: loss, mean: [])) }
    #expect(abs(try #require(valley.threshold) - 0.680333) < 1e-6)
  }

  @Test func aConstantLossEntersAsAWholeAndAFallingOneWithItsLastSegment() {
    #expect(entering([1, 1, 1, 1, 1, 1, 1, 1]) == Array(0..<8))
    #expect(entering([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]) == [6])
    #expect(entering([1]) == [0])
  }

  @Test func theStreamIsTheRuleWithAllLossesAtHand() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var loss = 2.0
      let losses = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
        loss = max(0.2, loss + Double.random(in: -0.45...0.4, using: &generator))
        return loss
      }
      #expect(entering(losses) == twin(losses), "\(losses)")
    }
  }

  @Test func aRunStoppedAnywhereEndsWithTheSameBits() throws {
    try FittedExperiment.open(.letters) { fixture in
      var settings = SwagSettings()
      (settings.from, settings.accept, settings.learningRate, settings.collections) = (0.3, .swad, 0.03, 9)
      let begin = { try SwagRun(fixture.scorer, fit: fixture.fit, seed: 4, settings) }
      var whole = try begin()
      try whole.finish()
      for stop in 1..<whole.total {
        var second = try stopped(begin, after: stop, in: fixture.folder)
        try second.finish()
        #expect(try second.moments() == whole.moments(), "stopped after step \(stop)")
      }
    }
  }

  @Test func otherSnapshotsAreRefusedAndOneSegmentIsRemarked() throws {
    try FittedExperiment.open(.letters) { fixture in
      func moments(_ accept: SwagSettings.Acceptance, _ collections: Int) throws -> SwagMoments {
        var settings = SwagSettings()
        (settings.from, settings.accept, settings.collections) = (0.5, accept, collections)
        var run = try SwagRun(fixture.scorer, fit: fixture.fit, seed: 4, settings)
        try run.finish()
        return try run.moments()
      }
      let fault = #expect(throws: Fault.self) { try FixedMembers.swad(request([moments(.all, 2)])) }
      #expect(fault?.code == .usage && fault?.subject == "file-0.h5")
      #expect(throws: Fault.self) { try FixedMembers.aswa(request([moments(.swad, 2)])) }
      let one = try FixedMembers.swad(request([moments(.swad, 1)]))
      #expect(one.warnings.count == 1)
      // DNA's are those of a fit with its loss.
      let loss = #expect(throws: Fault.self) { try FixedMembers.dna(request([moments(.swad, 2)])) }
      #expect(loss?.code == .configuration && loss?.subject == "file-0.h5")
    }
  }
}
