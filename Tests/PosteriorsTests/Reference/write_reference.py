#!/usr/bin/env python3
"""Writes the numbers that the tests of Laplace-LoRA compare with, from the equations and by autograd alone.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.23.0 peft==0.21.2
    venv/bin/python Tests/PosteriorsTests/Reference/write_reference.py

Models, adapters, sequences and labels are those of Tests/TransformersTests/Reference: `llama` is asked for letters, `bert`
scores (question, choice) pairs with a linear head on the mean over the tokens. Everything is computed in float64.

laplace-llama.json and laplace-bert.json name the versions and hold

    log_likelihood   the sum over the examples of log p(label)
    traces           of each matrix of parameters: the trace of G, the sum of g gT over all rows, examples and directions
                     sqrt(p_c) (e_c - p) of the logits' gradient, and that of A, the mean of a aT over all rows, or
                     above the last attention over those that the head reads.
                     bert's head, whose one output all choices share, has G = 1 and A = sum of XT (diag p - p pT) X
    factors          G and A of one matrix each, row after row
    log_determinant  of H + lambda I over all matrices, H = G (x) A, from the dense matrices, for lambda = 1
    covariances      [lambda][example] the logits' covariance J (H + lambda I)^-1 JT by dense solves, row after row, for
                     lambda = 1 and lambda = 100; J by autograd on the parameters
"""
import json
import os

import peft
import safetensors.torch
import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "..", "..", "TransformersTests", "Reference")
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
LAMBDAS = [1.0, 100.0]


def load(name, kind):
    path = os.path.join(MODELS, name)
    model = kind.from_pretrained(path, dtype=torch.float64, attn_implementation="eager")
    model = peft.PeftModel.from_pretrained(model, os.path.join(path, "adapter")).to(torch.float64).eval()
    with open(os.path.join(path, "reference.json"), encoding="utf-8") as file:
        about = json.load(file)
    linears = {}
    for module_name, module in model.named_modules():
        if ".lora_A." in module_name or ".lora_B." in module_name:
            module.weight.requires_grad_(True)
            linears[module_name.replace(".default", "") + ".weight"] = module
    return model, about, linears


def watch(linears):
    """Keeps every input and output of the linear maps, call by call."""
    seen = {name: [] for name in linears}
    for name, module in linears.items():
        module.register_forward_hook(
            lambda _, inputs, output, name=name: seen[name].append((inputs[0], output)))
    return seen


def directions(logits):
    p = torch.softmax(logits, 0)
    return [p[c].sqrt() * (torch.eye(len(p), dtype=p.dtype)[c] - p) for c in range(len(p))]


def laplace(linears, seen, examples, labels, last_row, head=None):
    """`examples` are functions that run one example and give its logits and pooled states; `last_row` says of a matrix
    whether the head sees one row of it, the last; `head` is the name of a trained head."""
    names = list(linears)
    G = {n: torch.zeros(linears[n].out_features, linears[n].out_features, dtype=torch.float64) for n in names}
    A = {n: torch.zeros(linears[n].in_features, linears[n].in_features, dtype=torch.float64) for n in names}
    rows, log_likelihood, jacobians = {n: 0 for n in names}, 0, []
    head_curvature = 0
    for run, label in zip(examples, labels):
        for calls in seen.values():
            calls.clear()
        logits, pooled = run()
        log_likelihood = log_likelihood + torch.log_softmax(logits, 0)[label].item()
        calls = [(n, a.detach().reshape(-1, a.shape[-1]), y) for n in names for (a, y) in seen[n]]
        for v in directions(logits.detach()):
            gradients = torch.autograd.grad((v * logits).sum(), [y for _, _, y in calls], retain_graph=True)
            for (n, a, _), g in zip(calls, gradients):
                g = g.reshape(len(a), -1)
                G[n] += g.T @ g
            if head is not None:
                row = v @ pooled.detach()
                head_curvature = head_curvature + torch.outer(row, row)
        for n, a, _ in calls:
            a = a[-1:] if last_row(n) else a
            A[n] += a.T @ a
            rows[n] += len(a)
        weights = [linears[n].weight for n in names]
        lines = [[g.reshape(-1) for g in torch.autograd.grad(f, weights, retain_graph=True)] for f in logits]
        jacobian = {n: torch.stack([line[i] for line in lines]) for i, n in enumerate(names)}
        if head is not None:
            jacobian[head] = pooled.detach()
        jacobians.append(jacobian)
    for n in names:
        A[n] /= rows[n]
    if head is not None:
        G[head], A[head] = torch.ones(1, 1, dtype=torch.float64), head_curvature
    H = {n: torch.kron(G[n], A[n]) for n in G}
    log_determinant = sum(torch.linalg.slogdet(h + torch.eye(len(h), dtype=h.dtype))[1].item() for h in H.values())
    covariances = []
    for lam in LAMBDAS:
        inverse = {n: torch.linalg.inv(h + lam * torch.eye(len(h), dtype=h.dtype)) for n, h in H.items()}
        covariances.append([sum(j[n] @ inverse[n] @ j[n].T for n in H).reshape(-1).tolist() for j in jacobians])
    return {
        "versions": VERSIONS,
        "log_likelihood": log_likelihood,
        "traces": {n: [G[n].trace().item(), A[n].trace().item()] for n in G},
        "factors": {names[0]: [G[names[0]].reshape(-1).tolist(), []], names[1]: [[], A[names[1]].reshape(-1).tolist()]},
        "log_determinant": log_determinant,
        "covariances": covariances,
    }


def save(name, numbers):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as file:
        json.dump(numbers, file, separators=(",", ":"))
        file.write("\n")


def llama():
    model, about, linears = load("llama", transformers.AutoModelForCausalLM)
    seen = watch(linears)

    def example(ids):
        return lambda: (model(input_ids=torch.tensor([ids])).logits[0][-1, about["letters"]], None)

    def last_row(name):
        return ".layers.3." in name and ".v_proj." not in name

    examples = [example(ids) for ids in about["sequences"]]
    save("laplace-llama.json", laplace(linears, seen, examples, about["answers"], last_row))


def bert():
    model, about, linears = load("bert", transformers.AutoModel)
    seen = watch(linears)
    numbers = safetensors.torch.load_file(os.path.join(MODELS, "bert", "reference.safetensors"))
    weight, bias = numbers["score.weight"].to(torch.float64), numbers["score.bias"].to(torch.float64)

    def example(rows):
        def run():
            pooled = torch.stack([
                model(input_ids=torch.tensor([about["sequences"][i]]), token_type_ids=torch.tensor([about["types"][i]]))
                .last_hidden_state[0].mean(0) for i in rows])
            return (pooled @ weight.T + bias)[:, 0], pooled
        return run

    begin, examples = 0, []
    for count in about["choices"]:
        examples.append(example(range(begin, begin + count)))
        begin += count
    head = "base_model.model.score.weight"
    save("laplace-bert.json", laplace(linears, seen, examples, about["answers"], lambda _: False, head))


if __name__ == "__main__":
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    llama()
    bert()
