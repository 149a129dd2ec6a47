"""CPU time of `deml score` beside numpy and onnxruntime on the same models and samples.

    scripts/differential score speed [--deml PATH]

Each side uses one thread. `deml score` reads its blobs, computes in fixed point and counts the
metrics; its time is that of a process with all samples less that of one with a single sample.
numpy and onnxruntime compute the float32 outputs of samples that are already in memory, in batches.
`numpy int64` is the Python DML-1, which gives the same bits as `deml score`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
from deml_peer import dml1
from deml_peer.architecture import I8, I32, Architecture, Head, Kind, Layer, conv2d, dense, pool
from deml_peer.blobs import encode_dataset, encode_weights, parse_dataset, parse_weights
from onnx import TensorProto, helper, numpy_helper

BATCH = 64
REPEATS = 5


def classifier(*dims: int, layers: tuple) -> Architecture:
    return Architecture(dims, layers, Head.SOFTMAX)


def block(out: int) -> tuple[Layer, ...]:
    """A convolution that keeps the size, then half of it."""
    convolution = conv2d(out, (3, 3), pads=(1, 1, 1, 1))
    return convolution, RELU, pool(Kind.MAX_POOL, (2, 2), (2, 2))


RELU, FLAT = Layer(Kind.RELU), Layer(Kind.FLATTEN)
# Networks, and samples for each.
WIDE = (dense(512), RELU, dense(128), RELU, dense(10))
LARGE = (*block(16), *block(32), FLAT, dense(64), RELU, dense(10))
NETWORKS = {
    "breast cancer, linear 30-2": (classifier(30, layers=(dense(2),)), 100_000),
    "digits, MLP 64-32-10": (classifier(64, layers=(dense(32), RELU, dense(10))), 100_000),
    "MLP 256-512-128-10": (classifier(256, layers=WIDE), 20_000),
    "digits, CNN 8-16 on 8×8": (
        classifier(1, 8, 8, layers=(*block(8), *block(16), FLAT, dense(10))),
        20_000,
    ),
    "CNN 16-32 on 3×32×32": (classifier(3, 32, 32, layers=LARGE), 1_000),
}


def macs(arch: Architecture) -> int:
    total, tensors = 0, iter(arch.tensors)
    for index, layer in enumerate(arch.layers):
        if layer.out:
            weights = next(tensors).count
            if layer.bias:
                next(tensors)
            positions = int(np.prod(arch.shapes[index + 1][1:]))
            total += weights * (positions if layer.code == Kind.CONV2D else 1)
    return total


# --- onnx -----------------------------------------------------------------------------------


def onnx_model(arch: Architecture, tensors: list[np.ndarray]) -> bytes:
    nodes, constants, rest, last = [], [], iter(tensors), "input"
    for index, layer in enumerate(arch.layers):
        name, inputs, attributes = f"y{index}", [last], {}
        for part in range(1 + layer.bias if layer.out else 0):
            constant = f"w{index}.{part}"
            constants.append(numpy_helper.from_array(next(rest).astype(np.float32), constant))
            inputs.append(constant)
        kind = {
            Kind.DENSE: "Gemm",
            Kind.CONV2D: "Conv",
            Kind.MAX_POOL: "MaxPool",
            Kind.RELU: "Relu",
        }
        kind = {**kind, Kind.FLATTEN: "Flatten"}[layer.code]
        if layer.code == Kind.DENSE:
            attributes = {"transB": 1}
        if layer.code in (Kind.CONV2D, Kind.MAX_POOL):
            attributes = {"kernel_shape": layer.kernel, "strides": layer.stride}
            attributes["pads"] = layer.pads
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        last = name
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", *arch.dims])
    taken = helper.make_tensor_value_info(last, TensorProto.FLOAT, ["n", *arch.shapes[-1]])
    graph = helper.make_graph(nodes, "network", [given], [taken], constants)
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()


def session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


# --- numpy ----------------------------------------------------------------------------------


def numpy_outputs(arch: Architecture, tensors: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """The float32 network as one would write it in numpy: windows, einsum and matrix products."""
    rest = iter(tensors)
    for layer in arch.layers:
        if layer.code == Kind.DENSE:
            x = x @ next(rest).T + next(rest)
        elif layer.code == Kind.CONV2D:
            top, left, bottom, right = layer.pads
            padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
            seen = np.lib.stride_tricks.sliding_window_view(padded, layer.kernel, axis=(2, 3))
            weight = next(rest)
            columns = seen.transpose(0, 2, 3, 1, 4, 5).reshape(-1, weight[0].size)
            sums = columns @ weight.reshape(len(weight), -1).T + next(rest)
            x = sums.reshape(len(x), *seen.shape[2:4], -1).transpose(0, 3, 1, 2)
        elif layer.code == Kind.MAX_POOL:
            n, c, h, w = x.shape
            x = x.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
        elif layer.code == Kind.RELU:
            x = np.maximum(x, 0)
        else:
            x = x.reshape(len(x), -1)
    return x


def best(work) -> float:
    """The least CPU time in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def process_time(command: list[str]) -> tuple[float, dict]:
    times, answer = [], {}
    for _ in range(REPEATS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times), answer["ok"]


def measure(deml: str, folder: Path, arch: Architecture, samples: int) -> list[float]:
    """Seconds of deml, onnxruntime, numpy float32 and numpy int64, each for all samples."""
    rng = np.random.default_rng(5)
    stored = [np.rint(rng.normal(0, 9000 / t.shape[-1] ** 0.5, t.shape)) for t in arch.tensors]
    stored = [tensor.astype(np.int64) for tensor in stored]
    weights = encode_weights(arch, I32, [0] * len(stored), stored)
    x = rng.integers(-127, 128, (samples, arch.features))
    y = rng.integers(0, arch.classes, samples)
    (folder / "arch").write_bytes(arch.blob)
    (folder / "model").write_bytes(weights)
    (folder / "data").write_bytes(encode_dataset(x, y, I8, 9))
    (folder / "one").write_bytes(encode_dataset(x[:1], y[:1], I8, 9))
    command = [deml, "score", "--json", "--arch", folder / "arch", "--model", folder / "model"]
    whole, answer = process_time([*command, "--data", folder / "data"])
    start, _ = process_time([*command, "--data", folder / "one"])

    few = min(samples, 2_000)
    data = parse_dataset(encode_dataset(x[:few], y[:few], I8, 9), arch)
    raw = parse_weights(weights, arch)
    int64 = best(lambda: dml1.evaluate(arch, raw, data)) * samples / few

    inputs = (x * 512 / 65536).astype(np.float32).reshape(samples, *arch.dims)
    floats = [(tensor / 65536).astype(np.float32) for tensor in raw]
    batches = [inputs[i : i + BATCH] for i in range(0, samples, BATCH)]
    runtime = session(onnx_model(arch, floats))
    outputs = np.concatenate([runtime.run(None, {"input": batch})[0] for batch in batches])
    ours = np.concatenate([numpy_outputs(arch, floats, batch) for batch in batches])
    assert np.abs(outputs - ours).max() < 1e-3
    agreement = abs(int((outputs.argmax(axis=1) == y).sum()) - answer["correct"])
    assert agreement <= max(2, samples // 1000), agreement
    ort = best(lambda: [runtime.run(None, {"input": batch}) for batch in batches])
    float32 = best(lambda: [numpy_outputs(arch, floats, batch) for batch in batches])
    return [whole - start, ort, float32, int64]


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU time of deml score, onnxruntime and numpy")
    parser.add_argument("--deml", default=".build/release/deml", help="a release build")
    options = parser.parse_args()
    print("| network | MAC | deml ns/MAC | onnxruntime f32 | numpy f32 | numpy int64, same bits |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, (arch, samples) in NETWORKS.items():
            deml, *others = measure(options.deml, Path(folder), arch, samples)
            count = macs(arch)
            ratios = " | ".join(f"{deml / other:.2f}×" for other in others)
            print(f"| {name} | {count:,} | {deml / samples / count * 1e9:.2f} | {ratios} |")


if __name__ == "__main__":
    main()
