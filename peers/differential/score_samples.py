"""Writes fixtures/pack: small files as numpy and safetensors write them, and the blobs due.

    scripts/differential score samples

The blobs come from the Python exporter, which shares no code with `deml pack`.
"""

from __future__ import annotations

from pathlib import Path

import ml_dtypes
import numpy as np
from deml_peer.architecture import (
    I8,
    I16,
    I32,
    Architecture,
    Head,
    Kind,
    Layer,
    conv2d,
    dense,
    pool,
)
from deml_peer.export import dataset_blob, to_raw, weights_blob
from safetensors.numpy import save_file

DESCRIPTION = """{"input": [1, 4, 4],
 "layers": [{"type": "conv2d", "outputs": 2, "kernel": 3, "padding": 1},
            {"type": "leakyRelu", "slope": 0.01},
            {"type": "maxPool", "kernel": [2, 2]},
            "flatten",
            {"type": "dense", "outputs": 3, "bias": false}],
 "head": "softmax"}
"""


def network() -> Architecture:
    layers = (
        conv2d(2, (3, 3), pads=(1, 1, 1, 1)),
        Layer(Kind.LEAKY_RELU, slope=655),
        pool(Kind.MAX_POOL, (2, 2), (2, 2)),
        Layer(Kind.FLATTEN),
        dense(3, bias=0),
    )
    return Architecture((1, 4, 4), layers, Head.SOFTMAX)


def make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20)
    arch = network()
    (folder / "arch.json").write_text(DESCRIPTION)
    (folder / "arch.dmla").write_bytes(arch.blob)

    x = np.round(rng.normal(0, 2, (6, 1, 4, 4)), 3)
    y = rng.integers(0, 3, 6)
    np.save(folder / "x-column-major.npy", np.asfortranarray(x))
    np.save(folder / "x-big-endian.npy", x.astype(">f8"))
    np.save(folder / "y.npy", y)
    np.savez(folder / "stored.npz", x=x, y=y)
    np.savez_compressed(folder / "deflated.npz", x=x, y=y)
    rows = ["label," + ",".join(f"x{i}" for i in range(16))]
    rows += [",".join(map(repr, [int(c), *row])) for c, row in zip(y, x.reshape(6, 16).tolist())]
    (folder / "table.csv").write_text("\n".join(rows) + "\n")
    for name, dtype in (("i8", I8), ("i16", I16), ("i32", I32)):
        blob = dataset_blob(arch, x.reshape(6, 16), y, dtype)
        (folder / f"data-{name}.dmld").write_bytes(blob)

    tensors = [rng.normal(0, 0.5, t.shape) for t in arch.tensors]
    names = ("0.weight", "0.bias", "4.weight")
    formats = {"f32": np.float32, "f64": np.float64, "f16": np.float16}
    for name, dtype in {**formats, "bf16": ml_dtypes.bfloat16}.items():
        stored = [tensor.astype(dtype) for tensor in tensors]
        save_file(dict(zip(names, stored)), folder / f"{name}.safetensors")
        raw = [to_raw(tensor.astype(np.float64)) for tensor in stored]
        (folder / f"{name}-as-i32.dmlw").write_bytes(weights_blob(arch, raw))
        (folder / f"{name}-as-i8.dmlw").write_bytes(weights_blob(arch, raw, I8))
    raw = [to_raw(tensor) for tensor in tensors]
    base = [tensor + 1000 for tensor in raw]
    (folder / "base.dmlw").write_bytes(weights_blob(arch, base))
    (folder / "f64-as-i8-delta.dmlw").write_bytes(weights_blob(arch, raw, I8, base))


if __name__ == "__main__":
    make(Path(__file__).resolve().parents[2] / "fixtures" / "pack")
