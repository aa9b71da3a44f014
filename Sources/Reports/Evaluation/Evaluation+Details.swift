// The report's tables: every metric of every method, paired differences, costs and definitions.
import Artifacts
import Calibration

extension Evaluation {
  var detailSection: Page.Section {
    let metrics: [Metric] = [
      .eceNull, .eceDebiased, .eceSmooth, .ece10, .ece20, .eceEqualMass, .mce, .rmsce, .rmsceDebiased, .eceClasswise,
      .riskAt80,
    ]
    let parts: [Metric] = [.nll, .nllRefinement, .nllCalibration, .miscalibration, .discrimination, .eceSigned]
    let compared: [Metric] =
      isOfNumbers
      ? rows[0].forecast.headline + [.nll] : [.accuracy, .nll, .brier, .ece, .eceEqualMass, .aurc]
    let others = rows.filter { !$0.differences.isEmpty }
    let differences = Page.table(
      "differences from \(MethodRow.reference)", ["Minus \(MethodRow.reference)"] + compared.map(\.head),
      cells.differences(compared, others))
    if isOfNumbers {
      return Page.section(
        "Differences", "Each method minus the point estimate, paired.", others.isEmpty ? [] : [differences])
    }
    return Page.section(
      "More calibration errors, and differences",
      """
      Papers use different bins; these are the usual ones. Then the scores in two parts: how much a method knows \
      (refinement, discrimination), and how wrongly it says so (calibration, miscalibration). Last: each method minus the \
      point estimate, paired.
      """,
      [
        Page.table("more calibration errors", ["Method"] + metrics.map(\.head), cells.values(metrics, rows)),
        Page.table("scores in parts", ["Method"] + parts.map(\.head), cells.values(parts, rows)),
      ]
        + (others.isEmpty ? [] : [differences]))
  }

  var costSection: Page.Section {
    let lines = rawRows.map { row -> Page.Line in
      let (predictions, uncertainty) = (file(of: row).predictions, row.forecast.uncertainty)
      let cost = predictions.cost
      return Page.Line(
        cells: [
          cells.name(row), "\(uncertainty.groups)", "\(uncertainty.samples)", "\(compact(cost.trainableParameters))",
          "\(compact(predictions.storedParameters))", "\(counted(cost.trainingSteps, \.description))",
          "\(counted(cost.trainingTokens))",
          "\(seconds(cost.trainingSeconds))",
          "\(seconds(cost.predictionSeconds))", "\(megabytes(cost.peakMemory))", "\(cost.forwardPasses)",
        ])
    }
    return Page.section(
      "Cost",
      """
      Trained parameters; parameters stored for prediction besides the base; optimizer steps and the tokens that went \
      through the network in them, and wall-clock seconds of training (all members and collections that a method \
      needs); seconds of prediction; the largest resident memory of any process involved; and passes of one set of \
      weights over the data.
      """,
      [
        Page.table(
          "what each method cost",
          [
            "Method", "members", "samples each", "trained parameters", "stored parameters", "training steps",
            "training tokens", "training s", "prediction s", "memory MB", "passes",
          ], lines)
      ])
  }

  var definitionSection: Page.Section {
    Definitions(settings, kind).section(metrics: rows[0].forecast.metrics, file: "evaluation.csv")
  }
}
