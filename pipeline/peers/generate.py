#!/usr/bin/env python3
"""Times transformers' generate with a cache on prompts of equal length side by side: the median tokens a second after
the first, and beside it what reading the weights once for each step would allow."""
import argparse
import os

# Read when the libraries load. The model is a folder: nothing is looked up in the network.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers

from timing import seconds

WARM_UP = 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="the folder of a decoder")
    parser.add_argument("--rows", type=int, default=32, help="prompts side by side")
    parser.add_argument("--length", type=int, default=32, help="tokens of a prompt")
    parser.add_argument("--new-tokens", type=int, default=49, help="tokens of a text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    model = transformers.AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32).eval()
    torch.manual_seed(0)
    ids = torch.randint(model.config.vocab_size, (options.rows, options.length))
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "do_sample": False}

    def generate(count):
        return lambda: model.generate(**inputs, min_new_tokens=count, max_new_tokens=count)

    with torch.inference_mode():
        first, all_tokens = (seconds(generate(count), options.rounds, WARM_UP) for count in (1, options.new_tokens))
        matrices = [p for p in model.parameters() if p.dim() == 2]
        reading = seconds(lambda: [matrix.sum() for matrix in matrices], 3 * options.rounds, WARM_UP)
    print(f"generate_tokens_per_second {options.rows * (options.new_tokens - 1) / (all_tokens - first):.1f}")
    print(f"reading_tokens_per_second {options.rows / reading:.1f}")


if __name__ == "__main__":
    main()
