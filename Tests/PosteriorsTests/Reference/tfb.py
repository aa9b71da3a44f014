"""TFB's search (Shi et al. 2024, arXiv:2412.05723) from its equations, on a toy softmax regression whose weights are
W0 + B A: the turned factors, the scales that are tried, by how much the answers change at each, and what is accepted.
Writes tfb.json. Signs of the decomposition are fixed as the project fixes them: the largest element of each right
singular vector is positive. Versions are in the file."""
import json, platform, numpy as np

rng = np.random.default_rng(11)
anchors, inputs, classes, rank, samples = 30, 5, 3, 2, 4
x = np.float32(rng.normal(size=(anchors, inputs))).astype(float)
w0 = np.float32(rng.normal(scale=0.3, size=(classes, inputs))).astype(float)
a = np.float32(rng.normal(size=(rank, inputs))).astype(float)
b = np.float32(rng.normal(size=(classes, rank)) * [1.0, 0.2]).astype(float)
noise = np.float32(rng.normal(size=(samples, rank, inputs))).astype(float)


def log_p(a, b):
    z = x @ (w0 + b @ a).T
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


u, d, vt = np.linalg.svd(b, full_matrices=False)
signs = np.sign(vt[np.arange(rank), np.abs(vt).argmax(1)])
u, vt = u * signs, vt * signs[:, None]
turned_b, turned_a = u * d, vt @ a
before = log_p(a, b)
answers = before.argmax(1)
nll = -before[np.arange(anchors), answers].mean()


def search(measure, tolerance, low, high, iterations=5):
    betas, changes, accepted = [], [], []
    for _ in range(iterations):
        beta = (low + high) / 2
        p = np.mean([np.exp(log_p(turned_a + beta / (d[:, None] + 1e-6) * e, turned_b)) for e in noise], axis=0)
        if measure == "nll":
            change = abs(-np.log(p[np.arange(anchors), answers]).mean() - nll) / nll
        else:
            change = (p.argmax(1) != answers).mean()
        betas.append(beta), changes.append(change), accepted.append(bool(change <= tolerance))
        low, high = (beta, high) if accepted[-1] else (low, beta)
    return {"tolerance": tolerance, "low": 0.001, "betas": betas, "changes": changes,
            "accepted": accepted, "beta": low}


high0 = 1.5
json.dump(
    {
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}",
        "x": x.tolist(), "w0": w0.tolist(), "a": a.tolist(), "b": b.tolist(), "noise": noise.reshape(samples, -1).tolist(),
        "turnedA": turned_a.tolist(), "turnedB": turned_b.tolist(), "high": high0,
        "nll": search("nll", 0.03, 0.001, high0), "flips": search("flips", 0.12, 0.001, high0),
    },
    open(__file__.replace(".py", ".json"), "w"), indent=1)
