#!/usr/bin/env python3
"""Writes the numbers that the tests of variational training and of OLoRA compare with, computed by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu transformers==5.23.0
    venv/bin/python Tests/AdaptersTests/Reference/write_reference.py

The base, the sequences and the answers are those of Tests/TransformersTests/Reference/bert. Everything is in float64. The
trained vector is a formula of the place: see `theta`. Noise and signs are Philox4x32-10's, as RandomStream makes them.

reference.json:
    versions                torch, transformers
    blob                    one step of BLoB with Flipout: the loss, its gradient by the trained vector, the divergence
                            after AdamW's step, the trained vector after that and the divergence's own step
    me_lora                 the divergence of a core from its prior, and its gradient by means and roots
    olora                   the scores of the sequences with moved factors, on W - s B0 A0 + s B A
"""
import json
import math
import os

import torch
import transformers

HERE = os.path.dirname(os.path.abspath(__file__))
BERT = os.path.join(HERE, "../../TransformersTests/Reference/bert")
RANK, ALPHA, SEED, PRIOR = 2, 3.0, 0x1234567890AB, 0.2
torch.set_default_dtype(torch.float64)


def philox(seed, purpose, place, block):
    c = [block & 0xFFFFFFFF, block >> 32, place[0], place[1]]
    k = [seed & 0xFFFFFFFF, (seed >> 32) ^ (purpose * 0x9E3779B9 & 0xFFFFFFFF)]
    for _ in range(10):
        p0, p1 = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def words(seed, purpose, place, count):
    return [w for block in range((count + 3) // 4) for w in philox(seed, purpose, place, block)]


def normals(seed, place, count):
    w, result = words(seed, 21, place, count + 1), []
    for i in range(count):
        radius = math.sqrt(-2 * math.log((w[i & ~1] + 0.5) / 2**32))
        angle = 2 * math.pi * w[i | 1] / 2**32
        result.append(radius * (math.sin(angle) if i & 1 else math.cos(angle)))
    return torch.tensor(result)


def signs(place, rows, width):
    w = words(SEED, 22, place, (rows * width + 31) // 32)
    return torch.tensor([1.0 - 2 * (w[i >> 5] >> (i & 31) & 1) for i in range(rows * width)]).reshape(rows, width)


def identity(row, place):
    value = 2166136261
    for byte in row.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return (value ^ place) * 16777619 & 0xFFFFFFFF


class Adapted(torch.nn.Module):
    """W x + b + s B (A x + ((x * p) dA') * q)."""

    def __init__(self, linear, number):
        super().__init__()
        self.linear, self.number, self.change, self.sequence = linear, number, None, 0

    def forward(self, x):
        u = x @ self.a.T
        if self.change is not None:
            rows = x.shape[1]
            p = signs((self.sequence, 2 * self.number), rows, x.shape[2])
            q = signs((self.sequence, 2 * self.number + 1), rows, RANK)
            u = u + ((x * p) @ self.change.T) * q
        return self.linear(x) + ALPHA / RANK * (u @ self.b.T)


def float32(values):
    return values.float().double()


about = json.load(open(os.path.join(BERT, "reference.json")))
model = transformers.BertModel.from_pretrained(BERT, add_pooling_layer=False, attn_implementation="eager")
model = model.double().eval()
modules = []
for index, layer in enumerate(model.encoder.layer):
    for place, name in ((0, "query"), (2, "value")):
        adapted = Adapted(getattr(layer.attention.self, name), 6 * index + place)
        setattr(layer.attention.self, name, adapted)
        modules.append(adapted)
hidden = model.config.hidden_size


def scores(weight, bias):
    """The score of every sequence, in the examples' order."""
    result, sequence = [], 0
    for example, choices in enumerate(about["choices"]):
        for choice in range(choices):
            for module in modules:
                module.sequence = identity(f"row-{example}", choice)
            ids, types = about["sequences"][sequence], about["types"][sequence]
            state = model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types])).last_hidden_state[0]
            result.append(state.mean(0) @ weight[0] + bias[0])
            sequence += 1
    return torch.stack(result)


def loss_of(values):
    result, start = 0.0, 0
    for choices, answer in zip(about["choices"], about["answers"]):
        result = result - torch.log_softmax(values[start:start + choices], 0)[answer]
        start += choices
    return result / len(about["choices"])


# --- BLoB: one step ---
sizes = [(RANK, hidden), (hidden, RANK)] * len(modules) + [(1, hidden), (1,)]
count = sum(math.prod(size) for size in sizes)
total = count + len(modules) * RANK * hidden
theta = float32(torch.tensor([
    0.2 * math.sin(0.7 * i + 1) if i < count else 0.3 + 0.1 * math.sin(1.3 * i) for i in range(total)]))
tensors, offset = [], 0
for size in sizes + [(RANK, hidden)] * len(modules):
    tensors.append(theta[offset:offset + math.prod(size)].reshape(size).clone().requires_grad_())
    offset += math.prod(size)
weight, bias, roots = tensors[2 * len(modules)], tensors[2 * len(modules) + 1], tensors[2 * len(modules) + 2:]
for index, (module, root) in enumerate(zip(modules, roots)):
    module.a, module.b = tensors[2 * index], tensors[2 * index + 1]
    module.change = root**2 * normals(SEED, (index, 0), RANK * hidden).reshape(RANK, hidden)
loss = loss_of(scores(weight, bias))
loss.backward()
flat = lambda pieces: torch.cat([piece.detach().flatten() for piece in pieces])
gradient = flat([tensor.grad for tensor in tensors])
means = tensors[0:2 * len(modules):2]
rest = tensors[1:2 * len(modules):2] + [weight, bias]
torch.optim.AdamW(
    [{"params": means + roots, "weight_decay": 0.0}, {"params": rest, "weight_decay": 0.01}], lr=1e-2, eps=1e-6).step()


def divergence_of(means, roots):
    return sum(
        torch.distributions.kl_divergence(
            torch.distributions.Normal(mean, root**2),
            torch.distributions.Normal(torch.zeros_like(mean), torch.full_like(mean, PRIOR))).sum()
        for mean, root in zip(means, roots))


divergence = divergence_of(means, roots)
optimizer = torch.optim.SGD(means + roots, lr=1e-2)
optimizer.zero_grad()
(2**1 / (2**6 - 1) * divergence).backward()
optimizer.step()
blob = {"seed": SEED, "cycle": 5, "rate": 1e-2, "learning_rate": 1e-2, "loss": loss.item(),
        "gradient": gradient.tolist(), "divergence": divergence.item(), "values": flat(tensors).tolist()}

# --- Me-LoRA: the divergence of a core ---
core = float32(torch.eye(3) + torch.tensor([[0.1 * math.sin(3 * i + j) for j in range(3)] for i in range(3)]))
core_root = float32(torch.tensor([[0.05 + 0.1 * i + 0.02 * j for j in range(3)] for i in range(3)]))
core.requires_grad_(), core_root.requires_grad_()
core_divergence = divergence_of([core], [core_root])
core_divergence.backward()
me_lora = {"means": flat([core]).tolist(), "roots": flat([core_root]).tolist(), "divergence": core_divergence.item(),
           "gradient": flat([core.grad, core_root.grad]).tolist()}

# --- OLoRA: the base with its factors taken out and moved ones put in ---
with torch.no_grad():
    start = 0
    for index, module in enumerate(modules):
        module.change = None
        q, r = torch.linalg.qr(module.linear.weight)
        flip = torch.sign(torch.diagonal(r))
        b, a = (q * flip)[:, :RANK], (r * flip[:, None])[:RANK]
        module.linear.weight -= ALPHA / RANK * b @ a
        move = lambda size, at: 0.05 * torch.sin(
            torch.arange(at, at + math.prod(size), dtype=torch.float64)).reshape(size)
        module.a, module.b = a + move(a.shape, start), b + move(b.shape, start + a.numel())
        start += a.numel() + b.numel()
    head = 0.2 * torch.sin(torch.arange(hidden, dtype=torch.float64))[None]
    olora = {"scores": scores(head, torch.zeros(1)).tolist()}

rounded = lambda value: [float(f"{number:.9g}") for number in value] if isinstance(value, list) else value
with open(os.path.join(HERE, "reference.json"), "w") as file:
    json.dump({
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        **{name: {key: rounded(value) for key, value in numbers.items()}
           for name, numbers in (("blob", blob), ("me_lora", me_lora), ("olora", olora))}}, file)
    file.write("\n")
