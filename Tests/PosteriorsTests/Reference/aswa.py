"""ASWA (Demir et al. 2024, arXiv:2406.19092) from its algorithm, on a toy softmax regression: which snapshots are accepted
and what average is left. Writes aswa.json. The snapshots lie around good weights, so that
some are accepted and some rejected; scores by accuracy tie, so that >= is told from >. Made with Python 3.11 and NumPy; the versions are in the file."""
import json, platform, numpy as np

rng = np.random.default_rng(7)
examples, features, classes = 12, 2, 3
x = rng.normal(size=(examples, features))
truth = rng.normal(scale=2.0, size=(features, classes))
labels = (x @ truth + rng.gumbel(size=(examples, classes))).argmax(1)
snapshots = np.float32(0.5 * truth.ravel() + rng.normal(scale=1.5, size=(14, features * classes)))


def scores(theta):
    logits = x @ theta.reshape(features, classes)
    log_p = logits - logits.max(1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(1, keepdims=True))
    return {
        "nll": log_p[np.arange(examples), labels].mean(),
        "accuracy": (log_p.argmax(1) == labels).mean(),
    }


def aswa(measure):
    average, count, accepted, best = None, 0, [], -np.inf
    for theta in snapshots.astype(np.float64):
        candidate = theta.copy() if count == 0 else (count * average + theta) / (count + 1)
        score = scores(candidate)[measure]
        accepted.append(bool(score >= best))
        if accepted[-1]:
            average, count, best = candidate, count + 1, score
    return {"accepted": accepted, "average": average.tolist()}


json.dump(
    {
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}",
        "x": x.tolist(), "labels": labels.tolist(), "snapshots": snapshots.astype(float).tolist(),
        "nll": aswa("nll"), "accuracy": aswa("accuracy"),
    },
    open(__file__.replace(".py", ".json"), "w"), indent=1)
