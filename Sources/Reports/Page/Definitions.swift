// The last two sections of both reports: definitions, and inputs and command.
import Artifacts

/// The list of definitions.
struct Definitions {
  private let settings: ScoringSettings
  private let kind: RowKind

  /// Definitions for `settings` and scores of rows of the kind `kind`.
  init(_ settings: ScoringSettings, _ kind: RowKind) { (self.settings, self.kind) = (settings, kind) }

  /// The definitions of `metrics`, of `terms`, and of temperature and interval; `file` contains the same values.
  func section(
    _ terms: [(title: String, meaning: String)] = [], metrics: [Metric] = Metric.all, file: String
  ) -> Page.Section {
    let metrics = metrics.map { metric -> HTML in
      "<dt id=\"\(metric.anchor)\">\(metric.title)</dt><dd>\(metric.definition(bins: settings.bins))</dd>"
    }
    let lines = metrics + terms.map { "<dt>\($0.title)</dt><dd>\($0.meaning)</dd>" as HTML }
    return Page.section(
      "Definitions",
      """
      p is the mean of the probabilities of all members and samples. <code>\(file)</code> has fractions from 0 to 1 \
      where this page has percentages.
      """,
      [
        kind.words(
          """
          <dl>
          \(lines)
          <dt id="definition-temperature">Temperature, T</dt><dd>softmax(log p / T) of the mixture; T maximizes the likelihood of the calibration split \
          of the in-distribution questions. Accuracy does not change.</dd>
          <dt id="definition-interval">Interval</dt><dd>2.5 % and 97.5 % quantiles over \(settings.bootstrap.draws) resamples of the \(kind.example.words("questions")), \
          seed \(Int(clamping: settings.bootstrap.seed)). For accuracy, NLL and Brier score it contains the true value \
          in 93 to 97 of 100 cases. Resampling increases a calibration error: those over bins have an interval that takes the \
          noise into account instead, and the others have none. Two ECEs are compared by a paired test of the squared gaps; \
          their difference has no interval, and <code>\(file)</code> has the test's statistic (normal: beyond \
          ±1.96 it is a difference). A single \(kind.example.words("question")) cannot be resampled and has no interval.</dd>
          </dl>
          """)
      ])
  }
}

extension Page {
  /// The base, the files and the command.
  static func colophon(_ files: [PredictionsFile], _ provenance: Provenance?) -> Section {
    let digests = Set(files.map(\.predictions.tokensDigest))
    let inputs = files.map { file -> HTML in
      let tokens: HTML = digests.count > 1 ? " (tokens \(String(file.predictions.tokensDigest.prefix(12))))" : ""
      return "<code>\(file.path)\(tokens)</code><br>"
    }
    let tokens: HTML = digests.count == 1 ? "<dt>Tokens</dt><dd><code>\(digests.first ?? "")</code></dd>" : ""
    let command: HTML =
      provenance.map {
        "<dt>Command</dt><dd><code>\($0.commandLine)</code><br>\($0.producer) \($0.version)</dd>"
      } ?? ""
    return section(
      "Inputs and command", "",
      [
        """
        <dl class="paths">
        <dt>Base</dt><dd><code>\(files[0].predictions.baseDigest)</code></dd>
        \(tokens)
        <dt>Predictions</dt><dd>\(inputs)</dd>
        \(command)
        </dl>
        """
      ])
  }
}
