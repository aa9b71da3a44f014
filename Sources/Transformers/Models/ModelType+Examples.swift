// Model types for people who look for a model: in hints, and as the table of `show --models`.

extension ModelType {
  /// Whether its models predict the next token, by the class that transformers saves them as.
  package var isDecoder: Bool { className.hasSuffix("ForCausalLM") || className.hasSuffix("LMHeadModel") }

  /// Two models to begin with, for hints: an encoder and a decoder.
  static let suggestion =
    "such as the encoder sentence-transformers/all-MiniLM-L6-v2 (23 million parameters) "
    + "or the decoder HuggingFaceTB/SmolLM2-135M-Instruct (135 million)"

  /// A line for each type, below a heading: its name in config.json, encoder or decoder, a published model.
  package static var table: String {
    let rows =
      [["model type", "kind", "for example"]]
      + all.map { [$0.name, $0.isDecoder ? "decoder" : "encoder", $0.example] }
    let widths = (0..<2).map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width + 2 - cell.count) }
      return cells.joined() + row[2] + "\n"
    }.joined()
  }
}
