// The last two sections of both reports: what the numbers mean, and where they come from.
import Artifacts

/// The list of definitions.
struct Definitions {
  private let settings: ScoringSettings

  /// For numbers that depend on `settings`.
  init(_ settings: ScoringSettings) { self.settings = settings }

  /// `terms` with what they mean, and what temperatures and intervals are; `file` has the same numbers.
  func section(_ terms: [(title: String, meaning: String)], file: String) -> HTML {
    let lines = terms.map { "<dt>\($0.title)</dt><dd>\($0.meaning)</dd>" as HTML }
    return Page.section(
      "What the numbers mean",
      """
      p is the mean of the probabilities of all members and samples. <code>\(file)</code> has shares from 0 to 1 where \
      this page has percentages.
      """,
      [
        """
        <dl>
        \(lines)
        <dt>Temperature</dt><dd>softmax(log p / T) of the mixture, T by the likelihood of the calibration split of the \
        questions in distribution: accuracy stays as it is.</dd>
        <dt>Interval</dt><dd>2.5 % and 97.5 % quantiles over \(settings.bootstrap.draws) resamples of the questions, seed \
        \(Int(clamping: settings.bootstrap.seed)). For accuracy, NLL and Brier score it holds the true value in 93 to 97 \
        of 100 cases. Resampling makes a calibration error larger, so that its interval may lie above its value and the \
        true one (see ECE). One question cannot be resampled and has none.</dd>
        </dl>
        """
      ])
  }
}

extension Page {
  /// Which base, which files, which command.
  static func colophon(_ files: [PredictionsFile], _ provenance: Provenance?) -> HTML {
    let digests = Set(files.map(\.predictions.tokensDigest))
    let inputs = files.map { file -> HTML in
      let tokens: HTML = digests.count > 1 ? " (tokens \(String(file.predictions.tokensDigest.prefix(12))))" : ""
      return "<code>\(file.path)\(tokens)</code><br>"
    }
    let tokens: HTML = digests.count == 1 ? "<dt>Tokens</dt><dd><code>\(digests.first ?? "")</code></dd>" : ""
    let command: HTML =
      provenance.map {
        "<dt>Made by</dt><dd><code>\($0.commandLine)</code><br>\($0.producer) \($0.version)</dd>"
      } ?? ""
    return section(
      "Where it comes from", "",
      [
        """
        <dl>
        <dt>Base</dt><dd><code>\(files[0].predictions.baseDigest)</code></dd>
        \(tokens)
        <dt>Predictions</dt><dd>\(inputs)</dd>
        \(command)
        </dl>
        """
      ])
  }
}
