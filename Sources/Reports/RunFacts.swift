// What a report says about its run: the model, the data, the settings, and who made it when.
import Artifacts
import JSON

/// The facts about a run that are not in its predictions. Those that are nil are not shown.
package struct RunFacts: Sendable {
  /// The name of the model's folder.
  package var model: String?
  /// The command that wrote the report.
  package var provenance: Provenance?
  /// When the report was written, such as `2026-11-29 08:53 UTC`; nil in a reproducible report, as is the host.
  package var date: String?
  /// The machine.
  package var host: String?

  package init() {}

  /// The facts about a run of the model in the folder at `model`.
  package init(model: String?, provenance: Provenance, date: String?, host: String?) {
    self.model = model.flatMap { $0.split(separator: "/").last.map(String.init) }
    (self.provenance, self.date, self.host) = (provenance, date, host)
  }

  /// The first words of the report.
  var summary: HTML {
    let words = [model.map { "Model \($0)." }, date.map { "Written \($0)." }].compactMap(\.self)
    return words.isEmpty ? "" : "\(words.joined(separator: " ")) "
  }

  /// The section about the run that made `files`, with the number of examples by split and class if there are `texts`.
  func section(_ files: [PredictionsFile], _ texts: QuestionTexts?) -> Page.Section {
    let set = files[0].predictions
    let version = provenance.map { "\($0.producer) \($0.version)" }
    let (tokens, methods) = (texts?.tokens, Self.oneOfEachMethod(files))
    let facts: [(name: String, value: String?)] = [
      ("Model", model), ("Methods", methods.map(\.predictions.method).joined(separator: ", ")),
      ("Data", set.dataset),
      ("Trained on", texts?.files.map { $0.training.isEmpty ? "nothing" : $0.training.joined(separator: ", ") }),
      (
        "Tested on",
        texts?.files.map { $0.test.isEmpty ? "a random part of the same files" : $0.test.joined(separator: ", ") }
      ),
      ("Written", date), ("Host", host), ("Program", version),
      ("Template", tokens?.template), ("Scoring", tokens?.scoring.rawValue),
      ("Longest sequence", tokens.map { "\($0.longestText) tokens, \($0.truncatedSequences) sequences were cut" }),
    ]
    let lines = facts.compactMap { name, value in
      value.map { "<dt>\(name)</dt><dd>\($0)</dd>" as HTML }
    }
    return Page.section(
      "The run", "Its data by split, and the settings of its adapters.",
      ["<dl>\(lines)</dl>", Self.splits(set, texts), Self.settings(methods)])
  }

  /// The first file of each method.
  private static func oneOfEachMethod(_ files: [PredictionsFile]) -> [PredictionsFile] {
    var methods: Set<String> = []
    return files.filter { methods.insert($0.predictions.method).inserted }
  }

  /// At most this many classes have a column of their own.
  private static let mostClasses = 12

  /// The number of examples in each split, of every class.
  private static func splits(_ set: Predictions, _ texts: QuestionTexts?) -> HTML {
    let tokens = texts?.tokens
    let (splits, labels) = (tokens?.splits ?? set.splits, tokens?.labels ?? set.labels)
    let names = texts?.classNames ?? []
    let classes = names.count > mostClasses ? [] : names
    let rows = TokenizedSet.Split.allCases.compactMap { split -> Page.Line? in
      let mine = splits.indices.filter { splits[$0] == split }.map { labels[$0] }
      guard !mine.isEmpty else { return nil }
      let counts = [mine.count] + classes.indices.map { index in mine.count { Int($0) == index } }
      let unlabelled = mine.count { $0 < 0 }
      return Page.Line(cells: ["\("\(split)")"] + (counts + [unlabelled]).map { "\($0)" as HTML })
    }
    return Page.table("examples by split", ["Split", "examples"] + classes.map { "\($0)" } + ["without a label"], rows)
  }

  /// The settings of the fit: of the first method that has some, with the values of methods that have others.
  private static func settings(_ files: [PredictionsFile]) -> HTML {
    let fits = files.compactMap { file -> (method: String, seed: JSON?, fit: JSON.Object)? in
      let set = file.predictions
      guard let json = try? JSON.parse(Array(set.settings.utf8), subject: ""), case .object(let fit)? = json["fit"]
      else { return nil }
      return (set.method, json["seed"], fit)
    }
    let reference = fits.first { $0.method == MethodRow.reference } ?? fits.first
    guard let reference else { return "" }
    let settings = [("seed", reference.seed)] + reference.fit.map { ($0.name, Optional($0.value)) }
    let rows = settings.compactMap { name, value -> Page.Line? in
      guard let value else { return nil }
      func text(_ value: JSON) -> String { value == 0 ? Self.zeros[name] ?? "0" : Self.text(value) }
      let others = fits.filter { name != "seed" && $0.fit[name] != value }
      let rest =
        others.isEmpty
        ? ""
        : others.count > 3
          ? "other values for \(others.count) methods"
          : others.map { "\($0.method): \($0.fit[name].map { text($0) } ?? "none")" }.joined(separator: ", ")
      return Page.Line(cells: ["\(words(name))", "\(text(value))", "\(rest)"])
    }
    return Page.table(
      "settings", ["Setting", reference.method == MethodRow.reference ? "value" : "\(reference.method)", "others"], rows
    )
  }

  /// [setting] What zero stands for.
  private static let zeros = ["trainingExamples": "all", "steps": "those of the epochs", "gradientClip": "none"]

  /// `learning rate` for `learningRate`.
  private static func words(_ name: String) -> String {
    name.reduce(into: "") { words, letter in
      words += letter.isUppercase && words.last?.isLowercase == true ? " \(letter.lowercased())" : "\(letter)"
    }
  }

  private static func text(_ value: JSON) -> String {
    switch value {
    case .string(let text): text
    case .array(let values): values.map(text).joined(separator: ", ")
    default: (try? value.encode()) ?? ""
    }
  }
}

/// Links from a report to other files in its folder.
package struct Links {
  /// The names of the files.
  package let targets: [String]

  /// Links from the page at `page` to those of `paths` that are in its folder; nil for a file that is not written.
  package init(from page: String, to paths: [String?]) {
    let folder = page.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    targets = paths.compactMap(\.self).map { $0.split(separator: "/", omittingEmptySubsequences: false) }
      .filter { $0.dropLast() == folder }.compactMap { $0.last.map(String.init) }
  }
}
