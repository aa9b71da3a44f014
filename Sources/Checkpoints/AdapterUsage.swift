// The lines of Python in an exported folder's README.md: they load the adapter with transformers and PEFT and compute the
// probabilities that sample-posterior computes.
import Artifacts
import Transformers

/// How the probabilities of a data set are computed from an exported adapter.
package struct AdapterUsage: Sendable {
  /// What computes the logits.
  package enum Form: Sendable {
    /// The class for sequence classification, whose head the folder holds.
    case classifier
    /// The bare network, and behind the pooling a head that the folder holds beside the adapter.
    case pooled(PooledHead.Pooling, DenseLayer.Activation?)
    /// A decoder's logits of these tokens after the last one.
    case letters([Int32])
    /// The log-probability of each choice's tokens after those of the question.
    case continuations
    /// Texts that are written after a prompt, up to this token.
    case answers(end: Int32)
  }

  /// What computes the logits.
  let form: Form
  /// The labels of classes; empty where each choice is scored by itself.
  let classNames: [String]
  /// The name of the prompt template.
  let template: String
  /// What must be known about long texts; empty where they are cut.
  let longTexts: String

  package init(_ form: Form, of set: TokenizedSet) {
    (self.form, classNames, template) = (form, set.classNames, set.template)
    let (read, give) =
      set.textsPerExample == 1
      ? ("A text", "windows that overlap: give each of them as a text")
      : ("A pair", "windows of its longer text that overlap: give each of them with the other text")
    longTexts =
      set.longTexts.cut == .windows
      ? " \(read) of more than \(set.maximumLength) tokens was read by \(give), and average their logits." : ""
  }

  /// Paragraphs for people, with the code.
  package var text: String {
    """
    \(about)

    ```python
    \(imports)

    \(variables)
    tokenizer = AutoTokenizer.from_pretrained(base)
    \(lines.joined(separator: "\n"))
    ```

    \(inputs), in the words of the template `\(template)`.\(longTexts)
    """
  }

  private var scoresChoices: Bool { classNames.isEmpty }

  private var about: String {
    let outputs =
      scoresChoices
      ? "one output, the score of a choice; the probabilities of the choices are the softmax of their scores"
      : "one output for each of the classes \(classNames.joined(separator: ", "))"
    switch form {
    case .classifier:
      return "It is for `AutoModelForSequenceClassification`, and holds its head: \(outputs)."
    case .pooled(let pooling, let activation):
      let pool = pooling == .mean ? "mean over all tokens" : "\(pooling.rawValue) token"
      let dense = activation.map { ", a dense layer with \($0.rawValue)" } ?? ""
      return "Pooling: \(pool) of the last hidden states\(dense), then a linear head (`score`): \(outputs). "
        + "No class of transformers has this head, so `AutoModelForSequenceClassification` would ignore it."
    case .letters: return "The probabilities of the answers are those of their letters as the next token."
    case .continuations:
      return "The probabilities of the choices are the softmax of the log-probability of each one's own tokens."
    case .answers: return "It writes answers after a prompt."
    }
  }

  private var inputs: String {
    if case .letters = form { return "`prompt` is a question with its lettered choices" }
    if case .answers = form { return "`prompt` is a question" }
    if case .continuations = form { return "`prompt` is a question, which each of `choices` follows" }
    return scoresChoices
      ? "`texts` has an entry for each choice: the question and the choice, as two texts or joined to one"
      : "`texts` has an entry for each row of probabilities: one text, or two"
  }

  private var variables: String {
    switch form {
    case .letters, .answers: #"base, folder, prompt = "the base's folder", ".", "...""#
    case .continuations: #"base, folder, prompt, choices = "the base's folder", ".", "...", ["...", "..."]"#
    case .classifier, .pooled:
      scoresChoices
        ? #"base, folder, texts = "the base's folder", ".", [("...", "..."), ("...", "...")]"#
        : #"base, folder, texts = "the base's folder", ".", [("...",)]"#
    }
  }

  private var modelClass: String {
    switch form {
    case .classifier: "AutoModelForSequenceClassification"
    case .pooled: "AutoModel"
    case .letters, .continuations, .answers: "AutoModelForCausalLM"
    }
  }

  private var imports: String {
    let safetensors = if case .pooled = form { "import safetensors.torch\n" } else { "" }
    return safetensors + """
      import torch
      from peft import PeftModel
      from transformers import \(modelClass), AutoTokenizer
      """
  }

  private var lines: [String] {
    // A base that already is such a class may have another number of labels.
    let outputs =
      if case .classifier = form {
        ", num_labels=\(max(1, classNames.count)), ignore_mismatched_sizes=True"
      } else { "" }
    let load = [
      "model = \(modelClass).from_pretrained(base\(outputs), dtype=torch.float32)",
      "model = PeftModel.from_pretrained(model, folder).eval()",
    ]
    let rows = #"rows = [tokenizer(*text, return_tensors="pt") for text in texts]"#
    let probabilities = "probabilities = torch.cat(logits).\(scoresChoices ? "flatten()." : "")softmax(-1)"
    switch form {
    case .classifier:
      return load + [
        rows, "with torch.no_grad():", "    logits = [model(**row).logits for row in rows]", probabilities,
      ]
    case .pooled(let pooling, let activation):
      return load + [rows] + head(pooling, activation) + [probabilities]
    case .letters(let tokens):
      return load + [
        "with torch.no_grad():", #"    logits = model(**tokenizer(prompt, return_tensors="pt")).logits[0, -1]"#,
        "probabilities = logits[\(tokens)].softmax(-1)",
      ]
    case .continuations: return load + Self.continuations
    case .answers(let end):
      return load + [
        #"start = tokenizer(prompt, return_tensors="pt")"#,
        "text = model.generate(**start, do_sample=True, top_k=0, max_new_tokens=50, eos_token_id=\(end))[0]",
        #"answer = tokenizer.decode(text[start["input_ids"].shape[1]:], skip_special_tokens=True)"#,
      ]
    }
  }

  private func head(_ pooling: PooledHead.Pooling, _ activation: DenseLayer.Activation?) -> [String] {
    let pooled =
      switch pooling {
      case .mean: "states.mean(1)"
      case .first: "states[:, 0]"
      case .last: "states[:, -1]"
      }
    func linear(_ name: String) -> String {
      #"torch.nn.functional.linear(pooled, head["\#(name).weight"], head["\#(name).bias"])"#
    }
    let dense = activation.map { "torch.nn.functional.\($0.rawValue)(\(linear("score.dense")))" }
    return [
      #"head = safetensors.torch.load_file(f"{folder}/adapter_model.safetensors")"#,
      #"head = {name.removeprefix("base_model.model."): values for name, values in head.items()}"#,
      "with torch.no_grad():",
      "    pooled = [\(pooled) for states in (model(**row).last_hidden_state for row in rows)]",
    ] + (dense.map { ["pooled = [\($0) for pooled in pooled]"] } ?? [])
      + ["logits = [\(linear("score")) for pooled in pooled]"]
  }

  private static let continuations = [
    #"start = tokenizer(prompt)["input_ids"]"#,
    "scores = []",
    "for choice in choices:",
    #"    rest = tokenizer(choice, add_special_tokens=False)["input_ids"]"#,
    "    with torch.no_grad():",
    "        logits = model(input_ids=torch.tensor([start + rest])).logits[0, len(start) - 1:-1]",
    "    scores.append(logits.log_softmax(-1)[range(len(rest)), rest].sum())",
    "probabilities = torch.stack(scores).softmax(-1)",
  ]
}
