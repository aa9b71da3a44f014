#!/usr/bin/env python3
"""Writes a small random model of every type, and what transformers and PEFT compute with it.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.24.0 peft==0.21.2 h5py
    venv/bin/python Tests/TransformersTests/Reference/write_models.py [--full FOLDER] [NAME ...]

`small_models.py` lists the models. All parameters are random, those of norms and biases too: the ones and zeros that
models start from would hide mistakes. Everything is computed in float64 from float32 weights (transformers itself drops
to float32 inside RMS norms and rotary angles), without padding, one sequence at a time, and stored in float32. Running
it again gives the same files.

Below `models/NAME` (T is the length of sequence `i`, from 0; the width is the vocabulary of a decoder):

    config.json, model.safetensors   a model folder
    config-4.json                    config.json in the spelling of transformers 4, where that differs
    adapter/                         a LoRA of rank 2 and scaling 2 with random A and B, written by PEFT
    reference.json                   kind (encoder or decoder), sequences [[id]], types [[0 or 1]] where there are token
                                     types, scaling (alpha / rank), loss, and what the loss is made of:
                                       decoder: letters [id], answers [index into letters]
                                       encoder: weights [sequence][4]
    reference.safetensors            output.i [T, width]: last hidden states of an encoder, logits of a decoder
                                     adapted_output.i [T, width]: the same with the adapter
                                     gradient.<tensor of adapter_model.safetensors>: of the loss with the adapter
                                     score.weight [4, width] (encoder)

The loss of a decoder is the mean over the sequences of -log softmax(logits of the letters at T - 1)[answer]. That of an
encoder is linear: the sum over sequences and outputs of weights * (score.weight . mean of the T hidden states).

With --full only model folders are written, to FOLDER/NAME: with more tokens, longer sequences, and a tokenizer that is
trained on the embedded questions. They are for whole experiments (Tests/Smoke/models).
"""
import argparse
import os
import shutil

import torch
import transformers

from published import write_version_4
from recording import HERE, adapted, folder, save, sequences
from small_models import DECODERS, MODELS, OFFSET_POSITIONS, configuration
from small_tokenizers import tokenizer

VOCABULARY = 48
LENGTHS = [29, 20, 1]
# The network's attention works on 64 queries at a time. Scores that depend on distances are compared beyond that.
LONG = {"mistral", "bloom", "modernbert", "mpnet", "deberta-v2"}
LONG_LENGTHS = [70, 20, 1]
FIRST_ID = 5  # below are the special tokens
LETTERS, ANSWERS = [5, 6, 7, 8], [2, 0, 3]
SCORES = 4


def randomize(model, seed):
    """Parameters of sizes at which each of them matters."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        lower = name.lower()
        if parameter.dim() > 1:
            value = noise * (0.7 if "embed" in lower else 1.2 / parameter.shape[-1] ** 0.5)
        else:
            # Gemma's norms add one to their weight themselves.
            is_scale = name.endswith("weight") and model.config.model_type[:5] != "gemma"
            value = 0.3 * noise + (1 if is_scale else 0)
        with torch.no_grad():
            parameter.copy_(value)


def model_folder(name, path, vocabulary, positions, seed):
    """Writes the model to `path`, and returns it in float64."""
    config = configuration(name, vocabulary, positions)
    if name in DECODERS:
        model = transformers.AutoModelForCausalLM.from_config(config)
    else:
        has_pooler = hasattr(transformers.AutoModel.from_config(config), "pooler")
        model = transformers.AutoModel.from_config(config, **({"add_pooling_layer": False} if has_pooler else {}))
    randomize(model, seed)
    model.save_pretrained(path)
    if os.path.exists(defaults := os.path.join(path, "generation_config.json")):
        os.remove(defaults)
    return model.to(torch.float64).eval()


def outputs(model, rows, types):
    """Of each row, an encoder's last hidden states or a decoder's logits [T, width]."""
    results = []
    for i, row in enumerate(rows):
        types_of_row = {"token_type_ids": torch.tensor([types[i]])} if types else {}
        result = model(input_ids=torch.tensor([row]), **types_of_row)
        results.append(result["logits" if "logits" in result else "last_hidden_state"][0])
    return results


def decoder_loss(results):
    rows = [torch.log_softmax(result[-1, LETTERS], 0) for result in results]
    return -sum(row[answer] for row, answer in zip(rows, ANSWERS)) / len(rows)


def encoder_loss(results, score, weights):
    return sum((weights[i].to(torch.float64) * (score.to(torch.float64) @ result.mean(0))).sum()
               for i, result in enumerate(results))


def fixture(name):
    # The same seeds for all: models of the same shapes have the same weights, which git stores once.
    seed = 1
    path = folder(os.path.join("models", name))
    shutil.rmtree(path)
    lengths = LONG_LENGTHS if name in LONG else LENGTHS
    model = model_folder(name, path, VOCABULARY, lengths[0] + 10, seed)
    write_version_4(path)
    rows = sequences(lengths, VOCABULARY, seed + 1, first=FIRST_ID)
    about = {"kind": "decoder" if name in DECODERS else "encoder", "sequences": rows, "scaling": 2.0}
    types = None
    if getattr(model.config, "type_vocab_size", 0) > 1:
        about["types"] = types = [[int(2 * position >= len(row)) for position in range(len(row))] for row in rows]
    tensors = {f"output.{i}": result for i, result in enumerate(outputs(model, rows, types))}
    transposed = {"fan_in_fan_out": True} if name == "gpt2" else {}
    model, adapters = adapted(model, MODELS[name][2], seed + 2, os.path.join(path, "adapter"), rank=2, **transposed)
    results = outputs(model, rows, types)
    tensors |= {f"adapted_output.{i}": result for i, result in enumerate(results)}
    if name in DECODERS:
        loss = decoder_loss(results)
        about |= {"letters": LETTERS, "answers": ANSWERS}
    else:
        generator = torch.Generator().manual_seed(seed + 3)
        score = torch.randn(SCORES, results[0].shape[1], generator=generator)
        weights = torch.randn(len(rows), SCORES, generator=generator)
        loss = encoder_loss(results, score, weights)
        about["weights"] = weights.tolist()
        tensors["score.weight"] = score
    loss.backward()
    tensors |= {f"gradient.{tensor}": parameter.grad for tensor, parameter in adapters.items()}
    save(path, {**about, "loss": loss.item()}, tensors)


def whole_folder(name, path):
    questions = os.path.join(HERE, "../../../data/almanac/train.jsonl")
    own = tokenizer("decoder" if name in DECODERS else "roberta" if name in OFFSET_POSITIONS else "encoder", questions)
    model_folder(name, path, len(own), 256, seed=1)
    own.save_pretrained(path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", metavar="FOLDER")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    options = parser.parse_args()
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for name in options.names or MODELS:
        whole_folder(name, os.path.join(options.full, name)) if options.full else fixture(name)


if __name__ == "__main__":
    main()
