"""Random golden cases: every head, weight dtype, kind and data dtype, flat and image networks."""

from __future__ import annotations

import zlib
from itertools import product as every

import numpy as np
from deml_peer.architecture import (
    DELTA,
    DTYPE_NAMES,
    FULL,
    HEAD_NAMES,
    I8,
    I16,
    I32,
    U8,
    Architecture,
    Head,
    Kind,
    Layer,
    Refused,
    conv2d,
    dense,
    pool,
)
from deml_peer.blobs import encode_dataset, encode_weights, parse_weights

from .vectors import Vectors

LIMITS = {I8: (-127, 127), I16: (-32768, 32767), I32: (-(1 << 31), (1 << 31) - 1), U8: (0, 255)}
ACTIVATIONS = (Kind.RELU, Kind.LEAKY_RELU, Kind.SIGMOID, Kind.TANH)
SLOPES = (655, 6553, 0, -65536, 131072, 2147483647, -2147483648)


def seeded(name: str) -> np.random.Generator:
    """A generator of its own per case, so that adding a case leaves the others as they are."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def random_activation(rng) -> Layer:
    code = int(rng.choice(ACTIVATIONS))
    return Layer(code, slope=int(rng.choice(SLOPES))) if code == Kind.LEAKY_RELU else Layer(code)


def random_flat_layers(rng, head: int) -> tuple[Layer, ...]:
    layers = []
    for _ in range(int(rng.integers(0, 3))):
        layers.append(dense(int(rng.integers(1, 10)), int(rng.integers(0, 2))))
        if rng.random() < 0.8:
            layers.append(random_activation(rng))
    layers.append(dense(head_width(rng, head), int(rng.integers(0, 2))))
    if rng.random() < 0.2:
        layers.append(random_activation(rng))
    return tuple(layers)


def head_width(rng, head: int) -> int:
    if head == Head.SIGMOID:
        return 1
    if head == Head.SOFTMAX:
        return int(rng.choice([2, 2, 3, 5, 10]))
    return int(rng.integers(1, 5))


def random_image_arch(rng, head: int) -> Architecture:
    """Conv and pool layers that fit by trial: what does not fit is drawn again."""
    while True:
        dims = tuple(int(n) for n in (rng.integers(1, 4), rng.integers(3, 10), rng.integers(3, 10)))
        layers = []
        for _ in range(int(rng.integers(1, 5))):
            layers.append(random_image_layer(rng))
        if rng.random() < 0.3:
            layers.append(Layer(Kind.GLOBAL_AVG_POOL))
        layers += [Layer(Kind.FLATTEN), dense(head_width(rng, head), int(rng.integers(0, 2)))]
        try:
            arch = Architecture(dims, tuple(layers), head)
        except Refused:
            continue
        if arch.parameters <= 600:
            return arch


def random_architecture(rng, images: float, widest: int) -> Architecture:
    """Of images with this probability, else flat with so many features at most."""
    head = int(rng.choice(list(Head)))
    if rng.random() < images:
        return random_image_arch(rng, head)
    return Architecture((int(rng.integers(1, widest + 1)),), random_flat_layers(rng, head), head)


def random_image_layer(rng) -> Layer:
    kernel = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    stride = (int(rng.integers(1, 4)), int(rng.integers(1, 3)))
    kind = rng.random()
    if kind < 0.45:
        pads = tuple(int(rng.integers(0, k)) for k in (*kernel, *kernel))
        return conv2d(int(rng.integers(1, 5)), kernel, stride, pads, int(rng.integers(0, 2)))
    if kind < 0.7:
        return pool(int(rng.choice([Kind.MAX_POOL, Kind.AVG_POOL])), kernel, stride)
    return random_activation(rng)


def random_stored(rng, shape, dtype: int, style: str) -> np.ndarray:
    low, high = LIMITS[dtype]
    if style == "edges":
        return rng.choice([low, low + 1, -1 if low else 1, 0, 1, high - 1, high], size=shape)
    if style == "few":
        return rng.integers(max(low, -2), 3, size=shape)
    if dtype == I32:
        return np.rint(rng.normal(0, 40_000, size=shape)).astype(np.int64)
    return rng.integers(low, high, size=shape, endpoint=True)


def random_exponent(rng, dtype: int, style: str) -> int:
    if style == "edges":
        return int(rng.choice([-31, -16, -1, 0, 7, 15]))
    if style == "few":
        return {I8: 14, U8: 14, I16: 14, I32: 15}[dtype]
    ordinary = {I8: (6, 12), U8: (6, 12), I16: (-2, 4), I32: (-3, 3)}[dtype]
    return int(rng.integers(*ordinary, endpoint=True))


def random_weights(rng, arch: Architecture, kind: int, dtype: int, style: str, base=None) -> bytes:
    """A blob that passes the load proof: exponents come down until it does."""
    stored = [random_stored(rng, t.shape, dtype, style) for t in arch.tensors]
    exponents = [random_exponent(rng, dtype, style) for _ in arch.tensors]
    while True:
        blob = encode_weights(arch, dtype, exponents, stored, kind)
        try:
            parse_weights(blob, arch, base)
            return blob
        except Refused:
            exponents = [max(-31, e - 1) for e in exponents]


def random_data(rng, arch: Architecture, samples: int, x_dtype: int, style: str) -> bytes:
    x = random_stored(rng, (samples, arch.features), x_dtype, style)
    if style == "ordinary" and x_dtype == I32:
        x = np.rint(rng.normal(0, 131_072, size=x.shape)).astype(np.int64)
    exponent = random_exponent(rng, x_dtype, style)
    if arch.head == Head.IDENTITY:
        spread = 1 << 31 if style == "edges" else 200_000
        y = rng.integers(-spread, spread, size=(samples, arch.target_width))
        return encode_dataset(x, y, x_dtype, exponent)
    return encode_dataset(x, rng.integers(0, arch.classes, samples), x_dtype, exponent)


def add_random_cases(vectors: Vectors) -> None:
    heads = (Head.SOFTMAX, Head.SIGMOID, Head.IDENTITY)
    combinations = list(every(heads, (I8, I16, I32), (FULL, DELTA), (I8, I16, I32, U8)))
    for index, (head, dtype, kind, x_dtype) in enumerate(combinations):
        for family in ("flat", "image"):
            style = ("ordinary", "ordinary", "edges", "few")[(index + (family == "image")) % 4]
            delta = "delta" if kind == DELTA else "full"
            dtypes = f"{DTYPE_NAMES[dtype]}-x{DTYPE_NAMES[x_dtype]}"
            name = f"{family}/{HEAD_NAMES[head]}/{delta}-{dtypes}-{style}"
            rng = seeded(name)
            if family == "flat":
                dims = (int(rng.integers(1, 13)),)
                arch = Architecture(dims, random_flat_layers(rng, head), head)
            else:
                arch = random_image_arch(rng, head)
            base = random_weights(rng, arch, FULL, I32, style) if kind == DELTA else None
            base_raw = None if base is None else parse_weights(base, arch)
            model = random_weights(rng, arch, kind, dtype, style, base_raw)
            data = random_data(rng, arch, int(rng.integers(1, 14)), x_dtype, style)
            vectors.add(name, arch, model, data, base)
