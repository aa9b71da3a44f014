// The classes of transformers 5.24 that make a tokenizer from a bare vocabulary, with what they take for granted.
import Faults
import JSON

/// How a folder without tokenizer.json is read.
struct VocabularyStyle: Sendable {
  /// The classes, without a final `Fast`.
  let classes: [String]
  /// The model types that use them where no file names a class.
  let modelTypes: [String]
  /// The files of the vocabulary.
  let files: [String]
  /// The tokens with a role where no file names others.
  let roles: JSON
  /// The normalizer of a byte-level vocabulary.
  var normalizer = JSON.null
  /// The post-processor that puts the tokens of the roles `cls` and `sep` around texts, if there is one.
  var processor: String?

  static let all = [
    VocabularyStyle(
      classes: ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"],
      modelTypes: ["bert", "distilbert", "electra"], files: ["vocab.txt"],
      roles: [
        "unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]",
      ], processor: "BertProcessing"),
    VocabularyStyle(
      classes: ["MPNetTokenizer"], modelTypes: ["mpnet"], files: ["vocab.txt"],
      roles: [
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "[UNK]", "sep_token": "</s>", "pad_token": "<pad>",
        "cls_token": "<s>", "mask_token": ["content": "<mask>", "lstrip": true],
      ], processor: "RobertaProcessing"),
    VocabularyStyle(
      classes: ["RobertaTokenizer"], modelTypes: ["roberta"], files: ["vocab.json", "merges.txt"],
      roles: [
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>",
        "cls_token": "<s>", "mask_token": "<mask>",
      ], processor: "RobertaProcessing"),
    VocabularyStyle(
      classes: ["GPT2Tokenizer"], modelTypes: ["gpt2", "gpt_neo", "gptj", "opt", "phi", "starcoder2"],
      files: ["vocab.json", "merges.txt"],
      roles: ["bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"]),
    VocabularyStyle(
      classes: ["GPTNeoXTokenizer"], modelTypes: ["gpt_neox", "olmo"], files: ["vocab.json", "merges.txt"],
      roles: [
        "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
        "pad_token": "<|padding|>",
      ], normalizer: ["type": "NFC"]),
  ]

  /// The style of a class, or else of a model type; nil if it needs a tokenizer.json.
  static func named(class name: String?, modelType: String?) -> VocabularyStyle? {
    guard let name else { return all.first { modelType.map($0.modelTypes.contains) ?? false } }
    let plain = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
    return all.first { $0.classes.contains(plain) }
  }
}
