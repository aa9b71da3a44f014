#!/usr/bin/env python3
"""Fits one adapter of an encoder and, with --samples, draws from a SWAG posterior around it and predicts with every
draw. Prints the tokens and the seconds of the passes alone: no start, no reading, no tokenizing. SWAG is that of Maddox
et al. 2019, arXiv:1902.02476: half of the variance diagonal, half from the last deviations."""
import math
import time

import torch
import transformers

import lora


class Swag:
    """The running mean and mean square of the trained parameters, and their last deviations from the mean."""

    def __init__(self, parameters, rank):
        self.parameters, self.rank, self.count = parameters, rank, 0
        self.mean = self.square = torch.zeros_like(self.vector())
        self.deviations = []

    def vector(self):
        return torch.nn.utils.parameters_to_vector(self.parameters).detach()

    def collect(self):
        values = self.vector()
        self.count += 1
        self.mean = self.mean + (values - self.mean) / self.count
        self.square = self.square + (values**2 - self.square) / self.count
        self.deviations = [*self.deviations, values - self.mean][-self.rank:]

    def draw(self):
        """Sets the parameters to a draw. With a single deviation there is no low-rank part to scale."""
        deviation = (self.square - self.mean**2).clamp_min(0).sqrt()
        values = self.mean + deviation * torch.randn_like(deviation) / 2**0.5
        if len(self.deviations) > 1:
            weights = torch.randn(len(self.deviations)) / (2 * (len(self.deviations) - 1)) ** 0.5
            values = values + weights @ torch.stack(self.deviations)
        torch.nn.utils.vector_to_parameters(values, self.parameters)


def train(scorer, questions, options, rate, after_step=None):
    """The seconds of all epochs. The rate falls to zero in a line; where snapshots are collected after the steps, it is
    constant."""
    optimizer, step = scorer.optimizer(rate), 0
    schedule = torch.optim.lr_scheduler.LinearLR(
        optimizer, 1, 1 if after_step else 0, total_iters=count_steps(questions, options))
    scorer.train()
    start = time.perf_counter()
    for epoch in range(options.epochs):
        for inputs, choices, answers in questions.batches(options.batch, options.seed + epoch):
            lora.train_step(scorer, optimizer, inputs, choices, answers)
            schedule.step()
            step += 1
            if after_step:
                after_step(step)
    return time.perf_counter() - start


def count_steps(questions, options):
    return options.epochs * math.ceil(len(questions.rows) / options.batch)


def predict(scorer, swag, questions, options):
    """The seconds of drawing and predicting, and the mean probabilities of the draws."""
    scorer.eval()
    total = None
    start = time.perf_counter()
    for _ in range(options.samples):
        swag.draw()
        if options.merge:
            scorer.network.merge_adapter()
        drawn = lora.predict(scorer, questions)
        if options.merge:
            scorer.network.unmerge_adapter()
        total = drawn if total is None else [old + new for old, new in zip(total, drawn)]
    return time.perf_counter() - start, [each / options.samples for each in total]


def main():
    parser = lora.arguments(__doc__)
    parser.add_argument("--train", required=True, help="questions in OpenBookQA's layout")
    parser.add_argument("--test", help="questions to predict, with --samples")
    parser.add_argument("--limit", type=int, help="the most questions of each file")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8, help="questions in a step")
    parser.add_argument("--samples", type=int, default=0, help="draws from SWAG")
    parser.add_argument("--collections", type=int, default=20, help="snapshots of SWAG, at most one a step")
    parser.add_argument("--merge", action="store_true", help="merge the adapter into the base before predicting")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.samples and not options.test:
        parser.error("--samples needs --test")

    scorer, tokenizer = lora.Encoder(options), transformers.AutoTokenizer.from_pretrained(options.model)
    questions = lora.Questions(options.train, tokenizer, options.limit)
    seconds = train(scorer, questions, options, rate=1e-3)
    print("training_tokens", options.epochs * questions.tokens())
    print(f"training_seconds {seconds:.3f}")
    if not options.samples:
        return

    swag = Swag(scorer.trained(), rank=10)
    steps = count_steps(questions, options)
    wanted = min(steps, options.collections)
    # Evenly spread over the steps: where the share of snapshots that are due passes a whole number.
    due = lambda step: step * wanted // steps
    train(scorer, questions, options, 5e-4, lambda step: swag.collect() if due(step) > due(step - 1) else None)
    test = lora.Questions(options.test, tokenizer, options.limit)
    seconds, probabilities = predict(scorer, swag, test, options)
    right = torch.stack([each[answer] for each, answer in zip(probabilities, test.answers)])
    hits = sum(int(each.argmax()) == answer for each, answer in zip(probabilities, test.answers))
    print("prediction_tokens", options.samples * test.tokens())
    print(f"prediction_seconds {seconds:.3f}")
    print(f"accuracy {hits / len(test.answers):.4f}")
    print(f"negative_log_likelihood {-right.log().mean():.4f}")


if __name__ == "__main__":
    main()
