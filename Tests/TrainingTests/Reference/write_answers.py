#!/usr/bin/env python3
"""Writes the loss of written answers, and its gradient, as transformers and PEFT compute them.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.24.0 peft==0.21.2
    venv/bin/python Tests/TrainingTests/Reference/write_answers.py

Model, adapter and sequences are those of Tests/TransformersTests/Reference/llama. The last tokens of each sequence are
its answer; all other labels are -100. The three sequences are one padded batch in float64, but transformers rounds the
logits to float32 before the loss.

answers.json names the versions and holds

    answers    the number of tokens of each answer
    loss       the loss of transformers: the mean over the tokens of all answers
    gradients  of each matrix: the norm of its gradient g, and the sum of g_i cos(i) over its values, row after row
"""
import json
import os

import peft
import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "TransformersTests", "Reference", "llama")
ANSWERS = [2, 7, 30]


def main():
    torch.set_num_threads(1)
    with open(os.path.join(MODEL, "reference.json"), encoding="utf-8") as file:
        sequences = json.load(file)["sequences"]
    model = transformers.AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float64, attn_implementation="eager")
    model = peft.PeftModel.from_pretrained(model, os.path.join(MODEL, "adapter"), is_trainable=True)
    model = model.to(torch.float64).eval()
    width = max(len(sequence) for sequence in sequences)
    rows = [sequence + [0] * (width - len(sequence)) for sequence in sequences]
    mask = [[1] * len(sequence) + [0] * (width - len(sequence)) for sequence in sequences]
    labels = [
        [-100] * (len(sequence) - answer) + sequence[-answer:] + [-100] * (width - len(sequence))
        for sequence, answer in zip(sequences, ANSWERS)
    ]
    loss = model(
        input_ids=torch.tensor(rows), attention_mask=torch.tensor(mask), labels=torch.tensor(labels)).loss
    loss.backward()
    gradients = {}
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            values = parameter.grad.flatten()
            pattern = torch.cos(torch.arange(len(values), dtype=torch.float64))
            gradients[name.replace(".default", "")] = [values.norm().item(), (values * pattern).sum().item()]
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    with open(os.path.join(HERE, "answers.json"), "w", encoding="utf-8") as file:
        json.dump({"versions": versions, "answers": ANSWERS, "loss": loss.item(), "gradients": gradients}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
