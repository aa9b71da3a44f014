#!/usr/bin/env python3
"""Six steps of IVON by its authors' package on a loss that is no quadratic, with the noise that it drew.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu ivon-opt==0.1.3
    venv/bin/python Tests/TrainingTests/Reference/write_ivon.py

The mean loss is sum_i a_i (1 - cos(x_i)) + x_0 x_1 / 2, in float64. ivon.json holds the settings, and of each step the
noise, the gradient at mean plus noise, and after it the mean, the momentum and the curvature h. The third coordinate's
Newton step is clipped.
"""
import json
import os

import ivon
import torch

torch.manual_seed(5)
torch.set_default_dtype(torch.float64)
settings = dict(lr=0.3, ess=40.0, hess_init=0.5, beta1=0.9, beta2=0.95, weight_decay=0.02, clip_radius=0.6)
a = torch.tensor([0.5, 2.0, 30.0])
x = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
optimizer = ivon.IVON([x], **settings)
# The package multiplies the learning rate by hess_init + weight_decay, so that the first step is gradient descent's.
steps = []
for _ in range(6):
    before = x.detach().clone()
    with optimizer.sampled_params(train=True):
        noise = (x.detach() - before).clone()
        optimizer.zero_grad()
        (torch.sum(a * (1 - torch.cos(x))) + 0.5 * x[0] * x[1]).backward()
        gradient = x.grad.clone()
    optimizer.step()
    group = optimizer.param_groups[0]
    steps.append({
        "noise": noise.tolist(), "gradient": gradient.tolist(), "mean": x.detach().tolist(),
        "momentum": group["momentum"].tolist(), "curvature": group["hess"].tolist(),
    })
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ivon.json")
with open(path, "w") as file:
    names = {"lr": "rate", "ess": "sampleSize", "hess_init": "curvature", "weight_decay": "weightDecay", "clip_radius": "clip"}
    given = {names.get(name, name): value for name, value in settings.items()}
    json.dump({"versions": {"torch": torch.__version__, "ivon-opt": "0.1.3"}, "settings": given, "start": [1, -2, 0.5],
               "steps": steps}, file, indent=1)
    file.write("\n")
