"""LoRA fine-tuning in PyTorch and PEFT, the other side of `make bench`: the rows, the models, one training step and one
prediction. An encoder reads each pair of question and choice and gives it a score; a decoder reads a question and gives
each of four letters a score. The softmax over the scores of a question's choices is the answer. Needs torch,
transformers and peft."""
import argparse
import contextlib
import gzip
import json
import os
import random

# Both are read when the libraries load. The model is a folder: nothing is looked up in the network.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
import transformers
from peft import LoraConfig, get_peft_model

ROWS_PER_PREDICTION = 64


def arguments(description):
    """The options that both scripts know."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--model", required=True, help="folder of the model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rank", type=int, default=8, help="of the adapters on query and value")
    parser.add_argument(
        "--precision", choices=["fp32", "medium", "autocast"], default="fp32",
        help="of the products: float32; float32 through oneDNN instead of MKL; bfloat16 through oneDNN")
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa")
    parser.add_argument("--base-dropout", action="store_true", help="keep the base's own dropout while training")
    parser.add_argument("--compile", action="store_true", help="compile the network by torch.compile")
    return parser


class Scorer(torch.nn.Module):
    """A frozen base with adapters on query and value. A subclass says what scores the choices."""

    def __init__(self, options, auto_class, config, targets, **arguments):
        super().__init__()
        torch.set_num_threads(options.threads)
        torch.manual_seed(0)
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        torch.set_float32_matmul_precision("medium" if options.precision == "medium" else "highest")
        self.bfloat16 = options.precision == "autocast"
        base = auto_class.from_pretrained(
            options.model, config=config, dtype=torch.float32, attn_implementation=options.attention, **arguments)
        self.network = get_peft_model(
            base, LoraConfig(r=options.rank, lora_alpha=2 * options.rank, target_modules=targets))
        if options.compile:
            self.network.forward = torch.compile(self.network.forward, dynamic=True)

    def products(self):
        """The context in which products have the precision that was asked for."""
        return torch.autocast("cpu", torch.bfloat16) if self.bfloat16 else contextlib.nullcontext()

    def trained(self):
        return [parameter for parameter in self.parameters() if parameter.requires_grad]

    def optimizer(self, rate):
        return torch.optim.AdamW(self.trained(), lr=rate, weight_decay=0.01, fused=True)


class Encoder(Scorer):
    """Scores each row by a head on the mean of its hidden states."""

    def __init__(self, options):
        config = transformers.AutoConfig.from_pretrained(options.model)
        if not options.base_dropout:
            config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        super().__init__(options, transformers.AutoModel, config, ["query", "value"], add_pooling_layer=False)
        self.head = torch.nn.Linear(config.hidden_size, 1)

    def forward(self, inputs):
        """The score of every row: [rows]."""
        with self.products():
            hidden = self.network(**inputs).last_hidden_state.float()
        real = inputs["attention_mask"].unsqueeze(-1)
        return self.head((hidden * real).sum(1) / real.sum(1)).squeeze(-1)


class Decoder(Scorer):
    """Scores four tokens, which stand for the letters, by their logits at the end of each row."""

    LETTERS = 4

    def __init__(self, options):
        config = transformers.AutoConfig.from_pretrained(options.model, use_cache=False)
        super().__init__(options, transformers.AutoModelForCausalLM, config, ["q_proj", "v_proj"])

    def forward(self, inputs):
        """The scores of all rows of equal length, end to end: [rows x letters]."""
        with self.products():
            logits = self.network(**inputs, logits_to_keep=1).logits
        return logits[:, -1, :self.LETTERS].float().flatten()


def train_step(scorer, optimizer, inputs, choices, answers):
    """One forward pass, backward pass and update. `choices`: [questions], how many rows each question has."""
    scores = scorer(inputs).split(choices)
    table = torch.nn.utils.rnn.pad_sequence(scores, batch_first=True, padding_value=-torch.inf)
    torch.nn.functional.cross_entropy(table, answers).backward()
    optimizer.step()
    optimizer.zero_grad()


class Questions:
    """The tokenized rows of a question file in OpenBookQA's layout: one row for each pair of question and choice."""

    def __init__(self, path, tokenizer, limit, longest=256):
        self.rows, self.answers = [], []
        with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
            for line in list(lines)[:limit]:
                item = json.loads(line)
                choices = item["question"]["choices"]
                pairs = tokenizer(
                    [item["question"]["stem"]] * len(choices), [choice["text"] for choice in choices],
                    truncation=True, max_length=longest)
                self.rows.append([dict(zip(pairs.keys(), row)) for row in zip(*pairs.values())])
                self.answers.append([choice["label"] for choice in choices].index(item["answerKey"]))
        self.tokenizer = tokenizer

    def tokens(self):
        """All real tokens."""
        return sum(len(row["input_ids"]) for question in self.rows for row in question)

    def inputs(self, rows):
        """Rows as one batch, padded to the longest of them."""
        return self.tokenizer.pad(rows, return_tensors="pt")

    def batches(self, size, seed):
        """One epoch: (inputs, rows of each question, answers), all questions once in random order.

        Questions of similar length share a batch, so that little is padded: 20 batches' worth of shuffled questions are
        sorted by length, cut, and the batches shuffled again.
        """
        shuffled, order, window = random.Random(seed), list(range(len(self.rows))), 20 * size
        shuffled.shuffle(order)
        batches = []
        for start in range(0, len(order), window):
            near = sorted(order[start:start + window], key=lambda i: max(len(row["input_ids"]) for row in self.rows[i]))
            batches += [near[i:i + size] for i in range(0, len(near), size)]
        shuffled.shuffle(batches)
        for batch in batches:
            yield (self.inputs([row for i in batch for row in self.rows[i]]), [len(self.rows[i]) for i in batch],
                   torch.tensor([self.answers[i] for i in batch]))


@torch.inference_mode()
def predict(scorer, questions):
    """The probabilities of every question's choices: [questions], each [choices]."""
    rows = [row for question in questions.rows for row in question]
    longest_first = sorted(range(len(rows)), key=lambda i: -len(rows[i]["input_ids"]))
    scores = torch.empty(len(rows))
    for start in range(0, len(rows), ROWS_PER_PREDICTION):
        part = longest_first[start:start + ROWS_PER_PREDICTION]
        scores[part] = scorer(questions.inputs([rows[i] for i in part]))
    return [each.softmax(0) for each in scores.split([len(question) for question in questions.rows])]
