"""Fidelity cases: what float64 says about real models, for the integer verifier to match.

Each case names an i32 (or i8, i16) model and its evaluation data by CID and carries the float64
results twice: of the quantised blobs (raw/65536, no rounding in between) and of the original
floats. Losses are clipped as DML-1 clips them: 16 per sample, errors at 4.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from deml_peer import dml1
from deml_peer.architecture import HEAD_NAMES, I8, I16, I32, U8, Architecture, Head, Kind
from deml_peer.blobs import parse_dataset, parse_weights
from deml_peer.export import (
    BlobStore,
    Network,
    dataset_blob,
    linear_network,
    mlp_network,
    weights_blob,
)
from scipy.special import expit, log_softmax, softmax
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

MAX_LOSS = 16.0
MAX_ERROR = 4.0


@dataclass(frozen=True)
class Split:
    """A standardised data set: a training part and the held-out part that models are judged on."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


def split(bunch, held: int, seed: int, scale: float | None = None) -> Split:
    """Shuffles and splits; features are standardised by the training part or divided by `scale`."""
    order = np.random.default_rng(seed).permutation(len(bunch.data))
    x, y = bunch.data[order], bunch.target[order]
    if scale is None:
        train = x[held:]
        x = (x - train.mean(axis=0)) / train.std(axis=0)
    else:
        x = x / scale
    return Split(x[held:], y[held:], x[:held], y[:held])


# --- float64 ---------------------------------------------------------------------------------


def float_logits(arch: Architecture, tensors, x: np.ndarray) -> np.ndarray:
    values, at = x, 0
    for layer in arch.layers:
        if layer.code == Kind.DENSE:
            values = values @ tensors[at].T + tensors[at + 1]
            at += 2
        elif layer.code == Kind.RELU:
            values = np.maximum(values, 0)
        else:
            values = expit(values) if layer.code == Kind.SIGMOID else np.tanh(values)
    return values


def float_results(arch: Architecture, z: np.ndarray, y: np.ndarray) -> dict:
    if arch.head == Head.IDENTITY:
        error = np.minimum(np.abs(z - y.reshape(z.shape)), MAX_ERROR)
        losses = np.minimum((error**2).sum(axis=1), MAX_LOSS)
        mean = rounded(losses.mean())
        return {
            "meanLoss": mean,
            "predicted": [],
            "probabilities": [],
            "outputs": [[rounded(v) for v in row] for row in z.tolist()],
            "auc": None,
            "mse": mean,
        }
    if arch.head == Head.SIGMOID:
        score = z[:, 0]
        losses = np.logaddexp(0, np.where(y == 1, -score, score))
        predicted = (score > 0).astype(int)
        probabilities = np.stack([expit(-score), expit(score)], axis=1)
    else:
        losses = -log_softmax(z, axis=1)[np.arange(len(y)), y]
        predicted = z.argmax(axis=1)
        probabilities = softmax(z, axis=1)
        score = z[:, 1] - z[:, 0]
    return {
        "meanLoss": rounded(np.minimum(losses, MAX_LOSS).mean()),
        "predicted": predicted.tolist(),
        "probabilities": [[rounded(p) for p in row] for row in probabilities.tolist()],
        "auc": rounded(float_auc(score, y)) if arch.classes == 2 else None,
        "mse": None,
    }


def float_auc(score: np.ndarray, y: np.ndarray) -> float:
    positive, negative = score[y == 1][:, None], score[y == 0][None, :]
    wins = (positive > negative).sum() + 0.5 * (positive == negative).sum()
    return float(wins / positive.size / negative.size)


def rounded(value: float) -> float:
    return float(f"{value:.10g}")


# --- cases -----------------------------------------------------------------------------------


class Cases:
    """Writes one data set's cases and proves each against the integer reference on the way."""

    def __init__(self, root: Path):
        self.root, self.store, self.cases = root, BlobStore(root), []

    def add(self, name: str, network: Network, data: Split, w_dtype=I32, x_dtype=I32) -> None:
        arch = network.arch
        weights = weights_blob(arch, network.raw, w_dtype)
        blob = dataset_blob(arch, data.held_x, data.held_y, x_dtype)
        raw, parsed = parse_weights(weights, arch), parse_dataset(blob, arch)
        quantised_y = parsed.y / 65536 if arch.head == Head.IDENTITY else parsed.y
        z = float_logits(arch, [t / 65536 for t in raw], parsed.x / 65536)
        original_z = float_logits(arch, network.tensors, data.held_x)
        case = {
            "name": name,
            "arch": self.store.put(arch.blob),
            "weights": self.store.put(weights),
            "data": self.store.put(blob),
            "head": HEAD_NAMES[arch.head],
            "samples": parsed.samples,
            "labels": parsed.y.reshape(-1).tolist(),
            "quantised": float_results(arch, z, quantised_y),
            "original": float_results(arch, original_z, data.held_y),
        }
        prove(case, arch, raw, parsed, against_original=w_dtype == I32 and x_dtype == I32)
        self.cases.append(case)

    def write(self, dataset: str) -> None:
        path = self.root / "fidelity" / f"{dataset}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(case, separators=(",", ":")) for case in self.cases]
        path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def prove(case: dict, arch: Architecture, raw, data, against_original: bool) -> None:
    """The bounds that the verifier's tests demand, checked on the integer reference."""
    metrics = dml1.evaluate(arch, raw, data)
    z = dml1.logits(arch, raw, data.x)
    mean = metrics.loss / metrics.samples / 2**30
    for side in ("quantised", "original") if against_original else ("quantised",):
        expected = case[side]
        if arch.head == Head.IDENTITY:
            assert abs(mean - expected["mse"]) <= 1e-5, (case["name"], side, mean)
            continue
        agreement = np.mean(dml1.predictions(arch, z) == expected["predicted"])
        assert agreement >= 0.999, (case["name"], side, agreement)
        assert abs(mean - expected["meanLoss"]) <= 2e-5, (case["name"], side, mean)
        shown = dml1.shown_probabilities(arch, z) / 2**30
        worst = np.abs(shown - np.array(expected["probabilities"])).max()
        assert worst <= 5e-4, (case["name"], side, worst)
        if expected["auc"] is not None:
            pairs = metrics.auc[1]
            gap = abs(metrics.auc[0] / pairs - expected["auc"])
            assert gap <= 1e-6 + 2 / pairs, (case["name"], side, gap)


def logistic(data: Split, c: float = 1.0):
    return LogisticRegression(C=c, max_iter=2000).fit(data.x, data.y)


def perceptron(data: Split, hidden: int, activation: str, seed: int):
    model = MLPClassifier(
        hidden_layer_sizes=(hidden,), activation=activation, max_iter=150, random_state=seed
    )
    return model.fit(data.x, data.y)


def make_breast_cancer(root: Path) -> None:
    cases, data = Cases(root), split(datasets.load_breast_cancer(), 200, seed=11)
    linear = logistic(data)
    relu, tanh = perceptron(data, 16, "relu", 1), perceptron(data, 12, "tanh", 2)
    cases.add("breast_cancer/logistic", linear_network(linear, Head.SIGMOID), data)
    cases.add("breast_cancer/logistic-softmax", linear_network(linear, Head.SOFTMAX), data)
    cases.add("breast_cancer/mlp-relu", mlp_network(relu, Head.SIGMOID), data)
    cases.add("breast_cancer/mlp-tanh-softmax", mlp_network(tanh, Head.SOFTMAX), data)
    cases.add("breast_cancer/mlp-relu-i16", mlp_network(relu, Head.SIGMOID), data, I16, I16)
    cases.write("breast_cancer")


def make_digits(root: Path) -> None:
    cases, data = Cases(root), split(datasets.load_digits(), 400, seed=12, scale=16.0)
    relu, sigmoid = perceptron(data, 32, "relu", 3), perceptron(data, 24, "logistic", 4)
    cases.add("digits/logistic", linear_network(logistic(data), Head.SOFTMAX), data)
    cases.add("digits/mlp-relu", mlp_network(relu, Head.SOFTMAX), data)
    cases.add("digits/mlp-logistic", mlp_network(sigmoid, Head.SOFTMAX), data)
    cases.add("digits/mlp-relu-i8", mlp_network(relu, Head.SOFTMAX), data, I8, U8)
    cases.write("digits")


def make_small(root: Path, name: str, data: Split, hidden: int, activation: str, seed: int) -> None:
    cases, mlp = Cases(root), perceptron(data, hidden, activation, seed)
    cases.add(f"{name}/logistic", linear_network(logistic(data), Head.SOFTMAX), data)
    cases.add(f"{name}/mlp-{activation}", mlp_network(mlp, Head.SOFTMAX), data)
    cases.write(name)


def make_diabetes(root: Path) -> None:
    bunch = datasets.load_diabetes()
    bunch.target = (bunch.target - bunch.target.mean()) / bunch.target.std()
    cases, data = Cases(root), split(bunch, 142, seed=15)
    ridge = Ridge(alpha=1.0).fit(data.x, data.y)
    mlp = MLPRegressor(
        hidden_layer_sizes=(12,), activation="tanh", max_iter=300, random_state=7
    ).fit(data.x, data.y)
    cases.add("diabetes/ridge", linear_network(ridge, Head.IDENTITY), data)
    cases.add("diabetes/mlp-tanh", mlp_network(mlp, Head.IDENTITY), data)
    cases.write("diabetes")


def make(root: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        make_breast_cancer(root)
        make_digits(root)
        make_small(root, "wine", split(datasets.load_wine(), 60, seed=13), 8, "tanh", 5)
        make_small(root, "iris", split(datasets.load_iris(), 50, seed=14), 10, "relu", 6)
        make_diabetes(root)
