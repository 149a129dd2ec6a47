"""Plays `deml score` and `deml pack` against numpy, safetensors and the Python DML-1.

    scripts/differential score agree [--deml PATH] [--cases N] [--seed S]

Random networks of every layer, dtype and head are scored by both sides and must agree to the last
bit. Random tensors and samples are written by numpy and safetensors in all their formats, packed by
the tool, and must give the bytes that the Python exporter gives; what the tool exports must be read
back by safetensors as the same numbers. Prints the seed of the first case that differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import ml_dtypes
import numpy as np
from deml_peer import dml1
from deml_peer.architecture import DELTA, DTYPE_NAMES, FULL, I8, I16, I32, U8, Architecture, Head
from deml_peer.blobs import parse_dataset, parse_weights
from deml_peer.export import dataset_blob, to_raw, weights_blob
from deml_peer.hashing import cid_text, raw_cid
from safetensors.numpy import load_file, save_file
from vectors.golden_random import random_architecture, random_data, random_weights

FLOATS = (np.float16, ml_dtypes.bfloat16, np.float32, np.float64)


class Tool:
    """The executable under test, with a folder for files."""

    def __init__(self, deml: str, folder: Path):
        self.deml, self.folder = deml, folder

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def run(self, *arguments, given: str | None = None) -> str:
        command = [self.deml, *map(str, arguments)]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout

    def pack(self, *arguments) -> bytes:
        output = self.folder / "packed"
        told = json.loads(self.run("pack", *arguments, "--json", "-o", output))
        blob = output.read_bytes()
        assert told["cid"] == cid_text(raw_cid(blob)) and told["size"] == len(blob), told
        return blob


# --- score ----------------------------------------------------------------------------------


def score_case(tool: Tool, seed: int) -> tuple[dict, dict]:
    """A request line, and the answer that is due."""
    rng = np.random.default_rng(seed)
    arch, style = random_architecture(rng, 0.5, 12), str(rng.choice(["ordinary", "edges", "few"]))
    base = random_weights(rng, arch, FULL, I32, style)
    base_raw = parse_weights(base, arch)
    kind = int(rng.choice([FULL, DELTA]))
    dtype = int(rng.choice([I8, I16, I32]))
    model = random_weights(rng, arch, kind, dtype, style, base_raw)
    samples = int(rng.integers(1, 40))
    data = random_data(rng, arch, samples, int(rng.choice([I8, I16, I32, U8])), style)
    with_base = kind == DELTA or rng.random() < 0.5
    request = {
        "arch": str(tool.file(f"{seed}.arch", arch.blob)),
        "base": str(tool.file(f"{seed}.base", base)) if with_base else None,
        "model": str(tool.file(f"{seed}.model", model)),
        "data": str(tool.file(f"{seed}.data", data)),
    }
    parsed = parse_dataset(data, arch)
    metrics = dml1.evaluate(arch, parse_weights(model, arch, base_raw), parsed)
    base_loss = str(dml1.evaluate(arch, base_raw, parsed).loss) if with_base else None
    return request, {"ok": metrics.told(arch) | {"baseLoss": base_loss}}


def check_scores(tool: Tool, cases: int, seed: int) -> None:
    pairs = [score_case(tool, seed + index) for index in range(cases)]
    given = "".join(json.dumps(request) + "\n" for request, _ in pairs)
    answers = tool.run("score", "--batch", given=given).splitlines()
    assert len(answers) == cases, len(answers)
    for index, ((_, due), answer) in enumerate(zip(pairs, answers)):
        assert json.loads(answer) == due, (f"seed {seed + index}", due, answer)
    print(f"score: {cases} cases agree")


# --- pack -----------------------------------------------------------------------------------


def random_tensors(rng, arch: Architecture, dtype) -> list[np.ndarray]:
    scale = float(rng.choice([1e-4, 0.1, 1.0, 20.0]))
    return [rng.normal(0, scale, t.shape).astype(dtype) for t in arch.tensors]


def tensor_names(arch: Architecture, rng) -> list[str]:
    """Names in the order of the architecture: as PyTorch numbers modules, or names of its own."""
    owners = [layer for layer, count in owned(arch) for _ in range(count)]
    kinds = ["weight" if tensor.row else "bias" for tensor in arch.tensors]
    prefix = str(rng.choice(["", "net.", "model.layers."]))
    return [f"{prefix}{layer}.{kind}" for layer, kind in zip(owners, kinds)]


def owned(arch: Architecture):
    for index, layer in enumerate(arch.layers):
        if layer.out:
            yield index, 1 + layer.bias


def check_weights(tool: Tool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    arch = random_architecture(rng, 0.5, 12)
    arch_path = tool.file("arch", arch.blob)
    tensors = random_tensors(rng, arch, FLOATS[seed % 4])
    names = tensor_names(arch, rng)
    path = tool.folder / "tensors.safetensors"
    save_file(dict(zip(names, tensors)), path)
    floats = [tensor.astype(np.float64) for tensor in tensors]
    dtype = int(rng.choice([I8, I16, I32]))
    common = ("weights", "--arch", arch_path, "--safetensors", path)
    due = weights_blob(arch, [to_raw(t) for t in floats], dtype)
    assert tool.pack(*common, "--dtype", DTYPE_NAMES[dtype]) == due, f"seed {seed}: weights"
    by_name = tool.pack(*common, "--dtype", DTYPE_NAMES[dtype], "--names", ",".join(names))
    assert by_name == due, f"seed {seed}: weights by name"

    base = [to_raw(t + rng.normal(0, 0.01, t.shape)) for t in floats]
    base_path = tool.file("base", weights_blob(arch, base))
    delta = tool.pack(*common, "--dtype", DTYPE_NAMES[dtype], "--base", base_path)
    assert delta == weights_blob(arch, [to_raw(t) for t in floats], dtype, base), f"seed {seed}"

    exported = tool.folder / "exported.safetensors"
    tool.run(
        "pack", "export", "--arch", arch_path, "--model", tool.file("delta", delta), "--base",
        base_path, "--double", "-o", exported,
    )  # fmt: skip
    raw = parse_weights(delta, arch, base)
    read = load_file(exported)
    for name, tensor in zip([n.split(".")[-2:] for n in names], raw):
        assert np.array_equal(read[".".join(name)] * 65536, tensor), f"seed {seed}: export {name}"


def write_samples(tool: Tool, rng, x, y, form: str) -> list:
    """Files with x and y in one of the formats, as options of `deml pack data`."""
    if form == "csv":
        columns = np.hstack([x.reshape(len(x), -1), y.reshape(len(y), -1)]).astype(np.float64)
        lines = [",".join(map(repr, row)) for row in columns.tolist()]
        if rng.random() < 0.5:
            titles = (f'"column, {i}"' for i in range(columns.shape[1]))
            lines.insert(0, ",".join(titles))
        return ["--csv", tool.file("table.csv", "\r\n".join(lines).encode())]
    if form == "npy":
        np.save(tool.folder / "x.npy", np.asfortranarray(x) if rng.random() < 0.5 else x)
        np.save(tool.folder / "y.npy", y)
        return ["--x", tool.folder / "x.npy", "--y", tool.folder / "y.npy"]
    save = np.savez if form == "npz" else np.savez_compressed
    save(tool.folder / "both.npz", samples=x, labels=y)
    return ["--npz", tool.folder / "both.npz", "--arrays", "samples,labels"]


def check_data(tool: Tool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    arch = random_architecture(rng, 0.5, 12)
    samples = int(rng.integers(1, 60))
    x_dtype = int(rng.choice([I8, I16, I32, U8]))
    stored_as = rng.choice(["<f8", "<f4", ">f8", "<f2", "<i8", "u1", "<i2"])
    x = rng.normal(0, float(rng.choice([0.1, 1.0, 30.0])), (samples, *arch.dims))
    x = (np.abs(x) if x_dtype == U8 or stored_as == "u1" else x).astype(stored_as)
    if arch.head == Head.IDENTITY:
        y = rng.normal(0, 2, (samples, arch.target_width)).astype(rng.choice(["<f8", "<f4"]))
    else:
        y = rng.integers(0, arch.classes, samples).astype(rng.choice(["<i8", "<u2", "<f8"]))
    form = ("npy", "npz", "npz-compressed", "csv")[seed % 4]
    divisor = float(rng.choice([1.0, 16.0, 255.0]))
    files = write_samples(tool, rng, x, y, form)
    blob = tool.pack(
        "data", "--arch", tool.file("arch", arch.blob), *files, "--dtype", DTYPE_NAMES[x_dtype],
        "--divide-by", divisor,
    )  # fmt: skip
    flat = x.astype(np.float64).reshape(samples, -1) / divisor
    due = dataset_blob(arch, flat, y.astype(np.float64), x_dtype)
    assert blob == due, f"seed {seed}: data as {form}, {stored_as}, {DTYPE_NAMES[x_dtype]}"


def check_description(tool: Tool, seed: int) -> None:
    arch = random_architecture(np.random.default_rng(seed), 0.5, 12)
    text = tool.run("pack", "describe", tool.file("arch", arch.blob))
    assert tool.pack("arch", tool.file("arch.json", text.encode())) == arch.blob, f"seed {seed}"


def main() -> None:
    parser = argparse.ArgumentParser(description="deml score and pack against the Python peers")
    parser.add_argument("--deml", default=".build/release/deml", help="the executable")
    parser.add_argument("--cases", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tool = Tool(options.deml, Path(folder))
        check_scores(tool, options.cases, options.seed)
        for check in (check_weights, check_data, check_description):
            for index in range(options.cases):
                check(tool, options.seed + index)
            print(f"{check.__name__.removeprefix('check_')}: {options.cases} cases agree")


if __name__ == "__main__":
    sys.exit(main())
