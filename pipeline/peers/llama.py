#!/usr/bin/env python3
"""Times llama.cpp on prompts of equal length, in the words of measure-step: the median tokens a second of reading them.
Needs llama-cpp-python, and the GGUF file in float32 that pipeline/models/write_gguf.py writes."""
import argparse
import ctypes
import os
import random
import statistics
import time

import llama_cpp

WARM_UP = 2
# The context of a sequence is a multiple of this.
CONTEXT_STEP = 256


def quantized(path):
    """The file at `path` in Q8_0: written beside it at the first time."""
    target = path.removesuffix(".gguf") + "-q8_0.gguf"
    if not os.path.exists(target):
        options = llama_cpp.llama_model_quantize_default_params()
        options.ftype, options.nthread = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, 1
        if llama_cpp.llama_model_quantize(path.encode(), target.encode(), ctypes.byref(options)) != 0:
            raise SystemExit(f"llama: error: {path} could not be quantized")
    return target


def context(model, options):
    """A context that reads all rows in one pass."""
    settings = llama_cpp.llama_context_default_params()
    settings.n_ctx = options.rows * -(-options.length // CONTEXT_STEP) * CONTEXT_STEP
    settings.n_batch = settings.n_ubatch = options.rows * options.length
    settings.n_seq_max = options.rows
    settings.n_threads = settings.n_threads_batch = options.threads
    return llama_cpp.llama_init_from_model(model, settings)


def filled_batch(options, vocabulary):
    """Random ids; only the last token of a row has logits."""
    choose = random.Random(0)
    batch = llama_cpp.llama_batch_init(options.rows * options.length, 0, 1)
    batch.n_tokens = options.rows * options.length
    for index in range(batch.n_tokens):
        row, position = divmod(index, options.length)
        batch.token[index], batch.pos[index] = choose.randrange(vocabulary), position
        batch.n_seq_id[index], batch.seq_id[index][0] = 1, row
        batch.logits[index] = position == options.length - 1
    return batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--model", required=True, help="a GGUF file in float32")
    parser.add_argument("--type", choices=["f32", "q8_0"], default="f32", help="of the weights")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", type=int, default=8, help="prompts in a pass")
    parser.add_argument("--length", type=int, default=64, help="tokens in a prompt")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()

    llama_cpp.llama_backend_init()
    path = quantized(options.model) if options.type == "q8_0" else options.model
    model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
    reader = context(model, options) if model else None
    if not reader:
        raise SystemExit(f"llama: error: {path} could not be loaded")
    batch = filled_batch(options, llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(model)))
    times = []
    for _ in range(WARM_UP + options.rounds):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(reader), True)
        start = time.perf_counter()
        if llama_cpp.llama_decode(reader, batch) != 0:
            raise SystemExit("llama: error: a pass failed")
        llama_cpp.llama_synchronize(reader)
        times.append(time.perf_counter() - start)
    print(f"predict_tokens_per_second {batch.n_tokens / statistics.median(times[WARM_UP:]):.0f}")


if __name__ == "__main__":
    main()
