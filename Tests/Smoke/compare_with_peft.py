#!/usr/bin/env python3
"""compare_with_peft.py MODEL RUN ADAPTER: predicts a run's questions with an exported adapter, by PEFT.

MODEL is a model folder, RUN the run's folder, ADAPTER what `sample-posterior --method point --export-peft` has written
for the run's first member. Prints the largest difference from the log-probabilities in the run's predictions. Ends with
1 where it is above 1e-4, where PEFT does not find a module of the adapter, or where the adapter changes nothing.
"""
import json
import os
import sys
import warnings

import h5py
import peft
import safetensors.torch
import torch
import transformers

TOLERANCE = 1e-4
CLASSES = {
    "CAUSAL_LM": transformers.AutoModelForCausalLM, "SEQ_CLS": transformers.AutoModelForSequenceClassification,
    None: transformers.AutoModel,
}


class Questions:
    """The tokens of the examples that the run has predicted."""

    def __init__(self, run):
        with h5py.File(os.path.join(run, "tokens/own.h5")) as file:
            self.scoring = file.attrs["scoring"]
            self.letters = torch.tensor(file["label_tokens"][:])
            offsets, tokens, types = file["token_offsets"][:], file["tokens"][:], file["segments"][:]
            rows, self.examples = file["sequence_offsets"][:], []
            for index, split in enumerate(file["splits"][:]):
                sequences = [slice(*offsets[row : row + 2]) for row in range(*rows[index : index + 2])]
                if split != 0:  # not of the training split
                    self.examples.append([(tokens[each].tolist(), types[each].tolist()) for each in sequences])

    def log_probabilities(self, model, head=None):
        """Of the choices of each example, [example][choice]."""
        return [torch.log_softmax(self.scores(model, head, sequences), 0) for sequences in self.examples]

    def scores(self, model, head, sequences):
        if self.scoring == "letters":
            return output(model, *sequences[0]).logits[0, -1, self.letters]
        if head is None:  # the model's own
            return torch.cat([output(model, *sequence).logits[0] for sequence in sequences])
        states = [output(model, *sequence).last_hidden_state[0].mean(0) for sequence in sequences]
        return torch.cat([head["weight"] @ state + head["bias"] for state in states])


def output(model, tokens, types):
    has_types = getattr(model.config, "type_vocab_size", 0) > 1
    return model(torch.tensor([tokens]), **({"token_type_ids": torch.tensor([types])} if has_types else {}))


def head_of(adapter):
    """The layer that the adapter's folder holds for a model without one."""
    tensors = safetensors.torch.load_file(os.path.join(adapter, "adapter_model.safetensors"))
    return {part: tensors[f"base_model.model.score.{part}"] for part in ("weight", "bias")}


def main():
    folder, run, adapter = sys.argv[1:]
    with open(os.path.join(adapter, "adapter_config.json"), encoding="utf-8") as file:
        task = json.load(file)["task_type"]
    outputs = {"num_labels": 1} if task == "SEQ_CLS" else {}
    model = CLASSES[task].from_pretrained(folder, **outputs).eval()
    questions = Questions(run)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*adapter keys.*")
        model = peft.PeftModel.from_pretrained(model, adapter).eval()
    head = head_of(adapter) if task is None else None
    found = questions.log_probabilities(model, head)
    with model.disable_adapter():
        base = questions.log_probabilities(model, head)
    with h5py.File(os.path.join(run, "predictions/point/own.h5")) as file:
        expected = torch.tensor(file["log_probabilities"][:, 0, 0])

    def difference(rows):
        return max((row - other[: len(row)]).abs().max().item() for row, other in zip(rows, expected, strict=True))

    print(f"{difference(found):.1e}")
    if difference(found) > TOLERANCE:
        sys.exit(f"PEFT's answers differ by {difference(found):.1e} nats")
    if difference(base) < 100 * TOLERANCE:
        sys.exit(f"the adapter moves the answers by {difference(base):.1e} nats only")


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    with torch.no_grad():
        main()
