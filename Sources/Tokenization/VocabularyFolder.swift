// Folders without tokenizer.json, as models were published before it: BERT's vocab.txt, or vocab.json and merges.txt of
// GPT-2 and RoBERTa. Their tokenizer.json is put together as transformers 5.24 does, from the files and from what the
// class of the tokenizer takes for granted.
import Faults
import Files
import Foundation
import JSON

/// A tokenizer.json for a folder that has none.
struct VocabularyFolder {
  let settings: JSON
  /// The files of the vocabulary, for messages.
  let subject: String
  let files: CompanionFiles

  /// Reads the folder at `folder`.
  /// - Throws: `Fault.noInput` if it has no vocabulary, `Fault.data` if it has one of a kind that is not read.
  init(_ folder: String) throws {
    let config = try CompanionFiles.read(folder + "/config.json")
    var files = try CompanionFiles(folder: folder)
    let named = try files.configuration?.optional("tokenizer_class") ?? config?.optional("tokenizer_class")
    let modelType = try config?.optional("model_type")?.string()
    let style = try VocabularyStyle.named(class: named?.string(), modelType: modelType)
    guard let style, style.files.allSatisfy({ Self.exists(folder + "/" + $0) }) else {
      throw Self.refusal(of: folder, try named?.string() ?? modelType)
    }
    subject = folder + "/" + style.files.joined(separator: " and ")
    files.complete(with: style.roles.node(in: subject))
    settings =
      try style.files == ["vocab.txt"] ? Self.wordPiece(folder, style, files) : Self.bytePair(folder, style, files)
    self.files = files
  }

  private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  private static func wordPiece(_ folder: String, _ style: VocabularyStyle, _ files: CompanionFiles) throws -> JSON {
    func flag(_ name: String) throws -> JSON { .bool(try files.configuration?.flag(name, default: true) ?? true) }
    let stripsAccents = try files.configuration?.optional("strip_accents")
    let vocabulary = try tokens(of: folder + "/vocab.txt")
    return [
      "normalizer": [
        "type": "BertNormalizer", "clean_text": true, "lowercase": try flag("do_lower_case"),
        "handle_chinese_chars": try flag("tokenize_chinese_chars"), "strip_accents": stripsAccents?.value ?? .null,
      ],
      "pre_tokenizer": ["type": "BertPreTokenizer"], "decoder": ["type": "WordPiece"],
      "post_processor": try postProcessor(style, files, vocabulary),
      "model": [
        "type": "WordPiece", "vocab": .object(vocabulary),
        "unk_token": .string(try files.token("unk_token")?.token.content ?? "[UNK]"),
      ],
    ]
  }

  /// A token on each line; its id is the line, counted from zero, and the last line if there are several. White space
  /// at the end does not belong to it.
  private static func tokens(of file: String) throws -> JSON.Object {
    var table = ByteTable()
    var ids: [Int] = []
    for (number, line) in try lines(of: readBytes(file), named: file) {
      let scalars = line.unicodeScalars
      let end = scalars.lastIndex { !ReferenceUnicode.isSpace($0) }.map { scalars.index(after: $0) }
      let (index, isNew) = table.insert(String(scalars[..<(end ?? scalars.startIndex)]))
      if isNew { ids.append(number - 1) } else { ids[index] = number - 1 }
    }
    return JSON.Object(ids.indices.map { (String(decoding: table.key($0), as: UTF8.self), .integer(ids[$0])) })
  }

  private static func bytePair(_ folder: String, _ style: VocabularyStyle, _ files: CompanionFiles) throws -> JSON {
    let file = folder + "/vocab.json"
    let vocabulary = try JSON.parse(readBytes(file), subject: file).node(in: file).members()
    let merges = try lines(of: readBytes(folder + "/merges.txt"), named: folder + "/merges.txt").map(\.text)
    let byteLevel: JSON = [
      "type": "ByteLevel",
      "add_prefix_space": .bool(try files.configuration?.flag("add_prefix_space", default: false) ?? false),
    ]
    return [
      "normalizer": style.normalizer, "pre_tokenizer": byteLevel, "decoder": byteLevel,
      "post_processor": try postProcessor(style, files, vocabulary),
      "model": [
        "type": "BPE", "vocab": .object(vocabulary),
        "merges": .array(merges.filter { !$0.isEmpty && !$0.hasPrefix("#version") }.map(JSON.string)),
      ],
    ]
  }

  /// What puts special tokens around texts: those of the style, or those that tokenizer_config.json asks for.
  private static func postProcessor(
    _ style: VocabularyStyle, _ files: CompanionFiles, _ vocabulary: JSON.Object
  ) throws -> JSON {
    func token(_ role: String) throws -> (name: JSON, id: JSON)? {
      guard let (token, node) = try files.token(role) else { return nil }
      guard let id = vocabulary[token.content] else {
        throw node.fault("\"\(token.content)\" belongs to every text, but is not in the vocabulary")
      }
      return (.string(token.content), id)
    }
    if let processor = style.processor, let open = try token("cls_token"), let close = try token("sep_token") {
      return ["type": .string(processor), "cls": [open.name, open.id], "sep": [close.name, close.id]]
    }
    func asked(_ name: String, _ role: String) throws -> (name: JSON, id: JSON)? {
      try files.configuration?.flag(name, default: false) ?? false ? token(role) : nil
    }
    let (first, last) = (try asked("add_bos_token", "bos_token"), try asked("add_eos_token", "eos_token"))
    func parts(_ text: JSON, _ segment: JSON) -> [JSON] {
      func special(_ name: JSON) -> JSON { ["SpecialToken": ["id": name, "type_id": segment]] }
      let sequence: JSON = ["Sequence": ["id": text, "type_id": segment]]
      return [first.map { special($0.name) }, sequence, last.map { special($0.name) }].compactMap { $0 }
    }
    var tokens = JSON.Object()
    for case (.string(let name), let id)? in [first, last] { tokens[name] = ["ids": [id]] }
    return [
      "type": "TemplateProcessing", "single": .array(parts("A", 0)), "pair": .array(parts("A", 0) + parts("B", 1)),
      "special_tokens": .object(tokens),
    ]
  }

  /// Why the folder is not read: it has a vocabulary of another kind, or none. `name` is the class or the model type.
  private static func refusal(of folder: String, _ name: String?) -> Fault {
    let present = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    let convert =
      "write a tokenizer.json: python3 -c 'from transformers import AutoTokenizer; "
      + "AutoTokenizer.from_pretrained(\"\(folder)\").save_pretrained(\"\(folder)\")', after pip install transformers "
      + "sentencepiece tiktoken protobuf"
    if let file = present.first(where: { $0.hasSuffix(".model") || $0.hasSuffix(".tiktoken") || $0 == "tekken.json" }) {
      return Fault(.data, "\(folder)/\(file)", "this kind of vocabulary is not read", hint: convert)
    }
    if let file = present.first(where: { ["vocab.txt", "vocab.json"].contains($0) }) {
      let known = VocabularyStyle.all.map {
        "\($0.files.joined(separator: " and ")) of \($0.modelTypes.joined(separator: ", "))"
      }
      return Fault(
        .data, "\(folder)/\(file)",
        "without tokenizer.json, \(name.map { "the tokenizer of \"\($0)\"" } ?? "this tokenizer") is not read, only "
          + known.joined(separator: "; "), hint: convert)
    }
    return Fault(
      .noInput, folder + "/tokenizer.json", "there is no such file",
      hint: "the folder needs the model's tokenizer: tokenizer.json, vocab.txt, or vocab.json and merges.txt")
  }
}
