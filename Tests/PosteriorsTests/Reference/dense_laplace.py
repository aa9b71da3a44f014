#!/usr/bin/env python3
"""Laplace-LoRA on the embedded experiment, written anew from the equations with PyTorch's gradients, once with the exact
curvature and once with Kronecker factors: is a prior or a prediction the method's own, or a fault of ours?

    make evaluate METHODS="point laplace"
    venv/bin/python Tests/PosteriorsTests/Reference/dense_laplace.py runs/almanac data/almanac/base 250

The last number is how many test questions are predicted. The exact curvature H = Mᵀ M, with a row of M for each training
question and direction of its logits, has as many eigenvalues as M has rows: everything follows from M Mᵀ, and nothing of
the size of H is laid out. Needs h5py, numpy, scipy, torch and transformers; a few minutes and 2 GB. Its numbers are in
results/laplace.md; they were made with torch 2.13.0, transformers 5.23.0, numpy 2.4.6."""
import json
import sys

import h5py
import numpy as np
import scipy.linalg
import torch
import transformers

RUN, BASE, QUESTIONS = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_default_dtype(torch.float64)


def load(path):
    with h5py.File(path) as file:
        return {k: v[()] for k, v in file.items() if isinstance(v, h5py.Dataset)}, dict(file.attrs)


tokens, _ = load(f"{RUN}/tokens/almanac.h5")
adapter, about = load(f"{RUN}/adapters/point-0.h5")
fit = json.loads(about["settings"])
scale = fit["alpha"] / fit["rank"]
values = adapter["values"].astype(np.float64)
blocks, place, parameters = [name.decode() for name in adapter["parameter_names"]], {}, {}
for name, (rows, columns) in zip(blocks, adapter["parameter_shapes"]):
    begin = place[blocks[len(place) - 1]].stop if place else 0
    place[name] = slice(begin, begin + rows * columns)
    parameters[name] = torch.tensor(values[place[name]].reshape(rows, columns))

seen = {}


class Adapted(torch.nn.Module):
    """W x + s B A x, which keeps both maps' inputs and outputs."""

    def __init__(self, base, name):
        super().__init__()
        self.base, self.a, self.b = base, f"{name}.lora_A.weight", f"{name}.lora_B.weight"

    def forward(self, x):
        u = torch.nn.functional.linear(x, parameters[self.a])
        u = u if u.requires_grad else u.requires_grad_(True)
        y = scale * torch.nn.functional.linear(u, parameters[self.b])
        seen[self.a], seen[self.b] = (x.detach(), u), (u.detach(), y)
        return self.base(x) + y


model = transformers.AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float64, attn_implementation="eager").eval()
for parameter in model.parameters():
    parameter.requires_grad_(False)
for name, _ in list(model.named_modules()):
    if f"base_model.model.{name}.lora_A.weight" in parameters:
        parent, own = model.get_submodule(name.rsplit(".", 1)[0]), name.rsplit(".", 1)[1]
        setattr(parent, own, Adapted(getattr(parent, own), f"base_model.model.{name}"))


def backward(sequences):
    """Of each sequence: the log-probability of segment 1, inputs and output gradients of each block's rows, and which
    rows predict segment 1. Padding on the right is behind everything that a causal network looks at."""
    ranges = [slice(*tokens["token_offsets"][s:s + 2]) for s in sequences]
    lengths = [r.stop - r.start for r in ranges]
    ids, answer = torch.zeros(len(ranges), max(lengths), dtype=torch.long), torch.zeros(len(ranges), max(lengths))
    for i, r in enumerate(ranges):
        ids[i, :lengths[i]] = torch.tensor(tokens["tokens"][r].astype(np.int64))
        answer[i, :lengths[i]] = torch.tensor(tokens["segments"][r].astype(np.float64))
    log_p = torch.log_softmax(model(input_ids=ids).logits[:, :-1], -1)
    logits = (log_p.gather(2, ids[:, 1:, None])[..., 0] * answer[:, 1:]).sum(1)
    gradients = dict(zip(blocks, torch.autograd.grad(logits.sum(), [seen[b][1] for b in blocks])))
    for i, n in enumerate(lengths):
        rows = {b: (seen[b][0][i, :n].numpy(), gradients[b][i, :n].numpy() * (scale if "lora_B" in b else 1))
                for b in blocks}
        yield logits[i].item(), rows, slice(int(answer[i].argmax()) - 1, n - 1)


def questions(split):
    chosen = [e for e in range(len(tokens["labels"])) if tokens["splits"][e] == split]
    for start in range(0, len(chosen), 16):
        own = [range(*tokens["sequence_offsets"][e:e + 2]) for e in chosen[start:start + 16]]
        answers = backward([s for sequences in own for s in sequences])
        for e, sequences in zip(chosen[start:start + 16], own):
            yield int(tokens["labels"][e]), [next(answers) for _ in sequences]
            if split == 2 and e == chosen[QUESTIONS - 1]:
                return


def jacobian(choices):
    return np.array([np.concatenate([(rows[b][1].T @ rows[b][0]).ravel() for b in blocks]) for _, rows, _ in choices])


def log_softmax(f):
    return f - f.max() - np.log(np.exp(f - f.max()).sum())


# --- The training questions: M, and the Kronecker factors of both kinds (Eschenhagen et al. 2023) ---
M, log_likelihood, row_count = [], 0, dict.fromkeys(blocks, 0)
factors = {(kind, b): [0, 0] for kind in ("expand", "reduce") for b in blocks}
examples = 0
for label, choices in questions(0):
    examples += 1
    log_p = log_softmax(np.array([f for f, _, _ in choices]))
    log_likelihood += log_p[label]
    directions = np.sqrt(np.exp(log_p))[:, None] * (np.eye(len(log_p)) - np.exp(log_p))
    M.append((directions @ jacobian(choices)).astype(np.float32))
    for b in blocks:
        # The last block's queries are worked on only where the head reads.
        parts = [(rows[b][0][read], rows[b][1][read]) if ".layers.3." in b and "q_proj" in b else rows[b]
                 for _, rows, read in choices]
        G, A = factors["expand", b]
        weights = (directions ** 2).sum(0)
        factors["expand", b] = [G + sum(w * g.T @ g for w, (_, g) in zip(weights, parts)),
                                A + sum(a.T @ a for a, _ in parts)]
        row_count[b] += sum(len(a) for a, _ in parts)
        G, A = factors["reduce", b]
        g, a = directions @ np.array([g.sum(0) for _, g in parts]), np.concatenate([a for a, _ in parts]).mean(0)
        factors["reduce", b] = [G + g.T @ g, A + np.outer(a, a)]
M = np.concatenate(M)
eigen = {key: (*np.linalg.eigh(G), *np.linalg.eigh(A / (row_count[key[1]] if key[0] == "expand" else examples)))
         for key, (G, A) in factors.items()}
eigen = {key: (np.maximum(g, 0), U, np.maximum(a, 0), W) for key, (g, U, a, W) in eigen.items()}
norm = float(values @ values)
print(f"{len(values)} parameters, |theta|^2 {norm:.2f}, {examples} questions, log-likelihood {log_likelihood:.2f}")
print("trace of the exact curvature of each block, and of the factors as a share of it: expand, reduce")
for b in blocks:
    exact = float((M[:, place[b]].astype(np.float64) ** 2).sum())
    shares = [eigen[kind, b][0].sum() * eigen[kind, b][2].sum() / exact for kind in ("expand", "reduce")]
    print(f"  {b[b.index('layers.'):]:45} {exact:9.1f} {shares[0]:6.2f} {shares[1]:6.2f}")

# --- The test questions: what the network is linearised with ---
labels, means, J = [], [], []
for label, choices in questions(2):
    labels.append(label)
    means.append(np.array([f for f, _, _ in choices]))
    J.append(jacobian(choices).astype(np.float32))
begins = np.cumsum([0] + [len(j) for j in J])
own = [slice(*begins[i:i + 2]) for i in range(len(J))]
J = np.concatenate(J)
inner = {b: (M[:, place[b]] @ M[:, place[b]].T).astype(np.float64) for b in blocks}
cross = {b: (J[:, place[b]] @ M[:, place[b]].T).astype(np.float64) for b in blocks}
outer = {b: [(J[o, place[b]] @ J[o, place[b]].T).astype(np.float64) for o in own] for b in blocks}


def dense_covariance(inner, cross, outer, precision):
    """J (Mᵀ M + lambda)⁻¹ Jᵀ = (J Jᵀ - J Mᵀ (M Mᵀ + lambda)⁻¹ M Jᵀ) / lambda."""
    root = np.linalg.cholesky(inner + precision * np.eye(len(inner)))
    S = scipy.linalg.solve_triangular(root, cross.T, lower=True)
    return [(jj - S[:, o].T @ S[:, o]) / precision for o, jj in zip(own, outer)]


def kronecker_covariance(kind, precision):
    sums = [0] * len(own)
    for b in blocks:
        g, U, a, W = eigen[kind, b]
        for i, o in enumerate(own):
            x = U.T @ J[o, place[b]].astype(np.float64).reshape(-1, len(g), len(a)) @ W
            x = (x / np.sqrt(np.outer(g, a) + precision)).reshape(len(x), -1)
            sums[i] = sums[i] + x @ x.T
    return sums


def total(dictionary):
    return [sum(dictionary[b][i] for b in blocks) for i in range(len(own))]


def predict(covariances):
    """Mean negative log-likelihood and entropy over 256 draws of each question's logits."""
    loss, entropy, random = 0, 0, np.random.default_rng(0)
    for covariance, mean, label in zip(covariances, means, labels):
        squares, vectors = np.linalg.eigh(covariance)
        x = mean + (random.standard_normal((256, len(mean))) * np.sqrt(np.maximum(squares, 0))) @ vectors.T
        p = np.mean([np.exp(log_softmax(row)) for row in x], 0)
        loss, entropy = loss - np.log(p[label]), entropy - (p * np.log(p)).sum()
    return loss / len(means), entropy / len(means)


def kronecker_eigenvalues(kind):
    return np.concatenate([np.outer(eigen[kind, b][0], eigen[kind, b][2]).ravel() for b in blocks])


def eigenvalues(matrix):
    return np.maximum(np.linalg.eigvalsh(matrix), 0)


everything = sum(inner.values())
cases = {
    "Kronecker, expand": (kronecker_eigenvalues("expand"), lambda l: kronecker_covariance("expand", l)),
    "Kronecker, reduce": (kronecker_eigenvalues("reduce"), lambda l: kronecker_covariance("reduce", l)),
    "exact, each block": (
        np.concatenate([eigenvalues(inner[b]) for b in blocks]),
        lambda l: total({b: dense_covariance(inner[b], cross[b], outer[b], l) for b in blocks})),
    "exact": (eigenvalues(everything), lambda l: dense_covariance(everything, sum(cross.values()), total(outer), l)),
}
print("%d test questions, point estimate: NLL %.3f, entropy %.3f"
      % (len(own), *predict([np.zeros((len(m), len(m))) for m in means])))
for name, (squares, covariance) in cases.items():
    grid = np.exp(np.linspace(np.log(1e-3), np.log(1e5), 400001))
    low, high = 0, len(grid) - 1
    while high - low > 1:
        middle = (low + high) // 2
        rising = (squares / (squares + grid[middle])).sum() > grid[middle] * norm
        low, high = (middle, high) if rising else (low, middle)
    for precision in (grid[low], 316.2):
        evidence = log_likelihood - 0.5 * (np.log1p(squares / precision).sum() + precision * norm)
        print("%-18s lambda %6.1f: log evidence %8.1f, NLL %.3f, entropy %.3f"
              % (name, precision, evidence, *predict(covariance(precision))), flush=True)
