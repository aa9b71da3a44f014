#!/usr/bin/env python3
"""Times one training step and one prediction on rows of equal length, in the words of measure-step: the median tokens a
second of either."""
import torch

import lora
from timing import seconds

WARM_UP = 2


def main():
    parser = lora.arguments(__doc__)
    parser.add_argument("--decoder", action="store_true", help="the model is a decoder, each row a question")
    parser.add_argument("--rows", type=int, default=32, help="of an encoder a multiple of 4: the choices of a question")
    parser.add_argument("--length", type=int, default=64, help="tokens in a row")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    if not options.decoder and (options.rows < 4 or options.rows % 4):
        parser.error("--rows must be a multiple of 4")

    scorer = (lora.Decoder if options.decoder else lora.Encoder)(options)
    optimizer = scorer.optimizer(1e-3)
    ids = torch.randint(scorer.network.config.vocab_size, (options.rows, options.length))
    inputs = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    choices = [4] * (options.rows if options.decoder else options.rows // 4)
    answers = torch.randint(4, (len(choices),))

    scorer.train()
    training = seconds(lambda: lora.train_step(scorer, optimizer, inputs, choices, answers), options.rounds, WARM_UP)
    scorer.eval()
    with torch.inference_mode():
        prediction = seconds(lambda: scorer(inputs), options.rounds, WARM_UP)
    print(f"train_tokens_per_second {ids.numel() / training:.0f}")
    print(f"predict_tokens_per_second {ids.numel() / prediction:.0f}")


if __name__ == "__main__":
    main()
