// The flags that say how a user's own texts are read. Each is found in the file unless it is given.
import ArgumentParser
import Faults
import Tasks

/// The columns and the encoding of files of texts.
package struct TextColumnOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Your texts' column; several joined by + are read as one.", valueName: "name"))
  var textColumn: String?

  @Option(help: ArgumentHelp("The column of the second text of a pair.", valueName: "name"))
  var secondTextColumn: String?

  @Option(help: ArgumentHelp("The column of your texts' labels.", valueName: "name"))
  var labelColumn: String?

  @Option(help: ArgumentHelp("The column of your texts' ids.", valueName: "name"))
  var idColumn: String?

  @Option(
    help: ArgumentHelp(
      "The encoding of your files: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")). Without it, a byte "
        + "order mark decides, else UTF-8.", valueName: "name"))
  var encoding: String?

  @Flag(help: "Replace invalid UTF-8 by U+FFFD instead of rejecting the file.")
  var replace = false

  /// [flag] The settings of make.
  package static let makeSettings = [
    "text-column": "TEXT", "second-text-column": "TEXT_B", "label-column": "LABEL", "id-column": "ID",
    "encoding": "ENCODING",
  ]

  package init() {}

  /// How to read the files.
  ///
  /// - Throws: `Fault` of kind `.usage` for an unknown encoding.
  package func options() throws -> TextOptions {
    var options = TextOptions()
    (options.text, options.secondText) = (textColumn, secondTextColumn)
    (options.label, options.id, options.replacesInvalidText) = (labelColumn, idColumn, replace)
    options.encoding = try encoding.map { name in
      if let known = TextEncoding(named: name) { return known }
      let names = TextEncoding.allCases.map(\.rawValue)
      throw Fault(
        .usage, setting: "encoding \(name)", "no such encoding" + suggestion(for: name, among: names),
        hint: "choose \(names.joined(separator: ", "))")
    }
    return options
  }
}
