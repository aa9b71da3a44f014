#!/usr/bin/env python3
"""Writes promises.json: what other software says of the same forecasts.

    python3 -m venv venv && venv/bin/pip install crepes==0.9.1 mapie==1.6.0 ppi-python==0.2.3 scipy==1.17.1
    venv/bin/python Tests/CalibrationTests/Reference/write_reference.py

Sets are by crepes (LAC, and LAC for each class) and MAPIE (APS), intervals of class shares by ppi-python, beta
quantiles and binomial bounds by SciPy. MAPIE subtracts a random part u of the label's probability where Credence adds
a random part 1 - u of it, and it has none for new rows.
"""

import json
import pathlib

import numpy as np
from crepes import WrapClassifier
from mapie.classification import SplitConformalClassifier
from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
from scipy import stats
from sklearn.base import BaseEstimator, ClassifierMixin

CLASSES, LABELLED, NEW, COVERAGE = 4, 120, 80, 0.85


class Forecasts(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose inputs are its probabilities."""

    classes_ = np.arange(CLASSES)
    n_features_in_ = CLASSES

    def __sklearn_is_fitted__(self):
        return True

    def fit(self, x, y):
        return self

    def predict_proba(self, x):
        return np.asarray(x)

    def predict(self, x):
        return np.argmax(x, axis=1)


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def members(sets):
    return [[int(index) for index in np.flatnonzero(row)] for row in np.asarray(sets)]


def main():
    random = np.random.default_rng(7)
    logits = (1.5 * random.normal(size=(LABELLED + NEW, CLASSES))).astype(np.float32)
    p = softmax(logits.astype(np.float64))
    # Labels from flatter forecasts: the model is overconfident.
    truth = softmax(0.6 * logits.astype(np.float64))
    labels = np.array([random.choice(CLASSES, p=row) for row in truth])[:LABELLED]
    known, new = p[:LABELLED], p[LABELLED:]

    crepes = {}
    for name, by_class in (("all_rows", False), ("each_class", True)):
        wrapped = WrapClassifier(Forecasts())
        wrapped.calibrate(known, labels, class_cond=by_class)
        crepes[name] = [
            sorted(int(label) for label in row)
            for row in wrapped.predict_set(new, confidence=COVERAGE, smoothing=False)
        ]
    mapie = SplitConformalClassifier(
        Forecasts(), confidence_level=COVERAGE, conformity_score="aps", prefit=True, random_state=3
    )
    mapie.conformalize(known, labels)
    sets = mapie.predict_set(new, conformity_score_params={"include_last_label": False})[1]

    shares = []
    for index in range(CLASSES):
        hits, forecasts, others = (labels == index).astype(float), known[:, index], new[:, index]
        low, high = ppi_mean_ci(hits, forecasts, others, alpha=0.05)
        point = ppi_mean_pointestimate(hits, forecasts, others)
        shares.append([float(np.squeeze(x)) for x in (point, low, high)])

    beta = [
        [a, b, q, float(stats.beta.ppf(q, a, b))]
        for a, b in ((81, 10), (1, 1), (226, 26), (2000, 3), (0.5, 7))
        for q in (0.05, 0.5, 0.95)
    ]
    bounds = []
    for successes, trials in ((0, 59), (3, 181), (12, 40), (40, 40), (250, 10000)):
        interval = stats.binomtest(successes, trials).proportion_ci(0.9, "exact")
        below = stats.binom.cdf(successes, trials, 0.05)
        bounds.append([successes, trials, float(interval.low), float(interval.high), float(below)])

    result = {
        "coverage": COVERAGE,
        "logits": logits.astype(float).ravel().tolist(),
        "labels": labels.tolist(),
        "lac": crepes["all_rows"],
        "lac_each_class": crepes["each_class"],
        "random_parts": (1 - np.random.RandomState(3).uniform(size=LABELLED)).tolist(),
        "aps": members(sets[:, :, 0]),
        "shares": shares,
        "beta": beta,
        "bounds": bounds,
    }
    path = pathlib.Path(__file__).with_name("promises.json")
    path.write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
