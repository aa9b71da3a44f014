// The two rules of TFB's search, the paper's and that of its authors' program, and the warnings of a search
// that ended at an end of its range.
import Artifacts
import Foundation
import Posteriors
import Testing

@Suite struct TFBRuleTests {
  /// Their program divides the change of the NLL by the number of anchors, and ends at the upper end of what is left.
  @Test func theRuleOfTheAuthorsProgramIsWider() throws {
    let anchors = Anchors([[log(0.6), log(0.4)], [log(0.3), log(0.7)], [log(0.5), log(0.5)]])
    let drawn = [[0.55, 0.45], [0.4, 0.6], [0.5, 0.5]]
    let plain = anchors.change(to: drawn, .nll)
    #expect(plain > 0 && anchors.change(to: drawn, .nll, by: .paper) == plain)
    #expect(abs(anchors.change(to: drawn, .nll, by: .authors) - plain / 3) < 1e-15)
    // The share of changed answers is the same by both rules: it is divided by their number already.
    #expect(anchors.change(to: drawn, .flips, by: .authors) == anchors.change(to: drawn, .flips))
    var bisection = Bisection(low: 0, high: 8)
    #expect(bisection.scale(by: .authors) == 8 && bisection.scale(by: nil) == 0)
    for accepted in [true, false, true] { bisection.judge(accepted: accepted) }
    #expect(bisection.scale(by: .authors) == 6 && bisection.scale(by: .paper) == 5)
  }

  /// A search that ended at an end of its range says so, and predictions carry it.
  @Test func aSearchThatEndsAtAnEndOfItsRangeIsWarnedOf() throws {
    try FittedExperiment.open(.letters) { fixture in
      for (rule, tolerance, beta, says) in [
        (nil, 0, 0.001, "its smallest, 0.001, untested"), (nil, 1e9, 0.01325, "near the range's largest"),
        (.authors, 0, 0.0045, "beta is the last one tried"), (.authors, 1e9, 0.015, "largest, 0.015, untested"),
      ] as [(TFBSettings.ToleranceRule?, Double, Double, String)] {
        var settings = TFBSettings()
        (settings.samples, settings.iterations, settings.tolerance, settings.rule) = (2, 3, tolerance, rule)
        (settings.smallest, settings.largest) = (0.001, 0.015)
        if rule == .authors && tolerance == 0 { settings.iterations = 2 }
        var search = try TFBSearch(fixture.scorer, fixture.adapter, fit: fixture.fit, settings, path: "a.h5")
        try search.finish()
        #expect(abs(search.outcome.beta - beta) < 1e-9, "\(search.outcome.beta)")
        let warnings = try TFB(request([search.bayesianized()], samples: 2)).warnings
        #expect(warnings.contains { $0.contains(says) }, "\(warnings)")
      }
    }
  }
}
