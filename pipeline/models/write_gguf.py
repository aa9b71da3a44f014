#!/usr/bin/env python3
"""Writes a Hugging Face folder of a Llama as a GGUF file in float32, for llama.cpp:

    python3 pipeline/models/write_gguf.py FOLDER FILE

Without a tokenizer, since the benchmark gives ids. Needs torch and safetensors. The format is named in gguf.py."""
import json
import os
import struct
import sys

import safetensors.torch

import gguf

ALIGNMENT = 32
UNSIGNED, FLOAT = 4, 6


def in_pairs(rows, heads):
    """The rows of q or k from the order of transformers to that of GGUF: undoes `gguf.in_halves`."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def metadata(config):
    """Name, type and value of each entry."""
    width, heads = config["hidden_size"], config["num_attention_heads"]
    yield "general.architecture", gguf.TEXT, "llama"
    yield "tokenizer.ggml.model", gguf.TEXT, "none"
    yield "llama.vocab_size", UNSIGNED, config["vocab_size"]
    yield "llama.context_length", UNSIGNED, config["max_position_embeddings"]
    yield "llama.embedding_length", UNSIGNED, width
    yield "llama.block_count", UNSIGNED, config["num_hidden_layers"]
    yield "llama.feed_forward_length", UNSIGNED, config["intermediate_size"]
    yield "llama.attention.head_count", UNSIGNED, heads
    yield "llama.attention.head_count_kv", UNSIGNED, config["num_key_value_heads"]
    yield "llama.rope.dimension_count", UNSIGNED, config.get("head_dim") or width // heads
    yield "llama.rope.freq_base", FLOAT, config["rope_theta"]
    yield "llama.attention.layer_norm_rms_epsilon", FLOAT, config["rms_norm_eps"]


def packed(name, kind, value):
    value = text(value) if kind == gguf.TEXT else struct.pack("<" + gguf.SCALARS[kind], value)
    return text(name) + struct.pack("<I", kind) + value


def tensors(folder, config):
    """Name and values of each tensor, as GGUF calls it."""
    modules = {module: name for name, module in gguf.MODULES.items()}
    outer = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".safetensors"):
            continue
        for key, tensor in safetensors.torch.load_file(os.path.join(folder, file)).items():
            key, values = key.removesuffix(".weight"), tensor.float().numpy()
            if key in outer:
                yield f"{outer[key]}.weight", values
                continue
            _, _, block, module = key.split(".", 3)
            name = modules[module]
            yield f"blk.{block}.{name}.weight", in_pairs(values, heads[name]) if name in heads else values


def main():
    if len(sys.argv) != 3:
        raise SystemExit("write_gguf: error: expected the folder of a Llama and the file to write")
    folder, path = sys.argv[1:]
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    if config["model_type"] != "llama":
        raise SystemExit(f"write_gguf: error: {folder}: found model type {config['model_type']}, expected llama")
    entries, found = list(metadata(config)), dict(tensors(folder, config))
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(found), len(entries)) + b"".join(packed(*entry) for entry in entries)
    offset = 0
    for name, values in found.items():
        # The innermost dimension comes first.
        head += text(name) + struct.pack(f"<I{values.ndim}Q", values.ndim, *values.shape[::-1])
        head += struct.pack("<IQ", gguf.F32, offset)
        offset += -(-values.nbytes // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as file:
        for part in [head, *(values.tobytes() for values in found.values())]:
            file.write(part + b"\0" * (-len(part) % ALIGNMENT))


if __name__ == "__main__":
    main()
