"""Golden cases that must be refused, one broken rule each, and their valid twins."""

from __future__ import annotations

import struct

import numpy as np
from deml_peer.architecture import (
    DELTA,
    I8,
    I16,
    Architecture,
    Head,
    Kind,
    Layer,
    conv2d,
    dense,
    pool,
    raw_architecture,
)
from deml_peer.blobs import ROW_LIMIT, encode_dataset, encode_weights

from .vectors import Vectors, full, labelled


def add_invalid_cases(vectors: Vectors) -> None:
    arch = Architecture((3,), (dense(2, 1), Layer(Kind.TANH), dense(2, 0)), Head.SOFTMAX)
    blob = arch.blob
    good = full(arch, [1, 2, 3, 4, 5, 6], [7, 8], [1, 2, 3, 4])
    data = labelled([[1, 2, 3], [4, 5, 6]], [0, 1])
    vectors.add("invalid-twin/allWell", arch, good, data)

    def patched(source: bytes, at: int, new: bytes) -> bytes:
        return source[:at] + new + source[at + len(new) :]

    add_invalid_architectures(vectors, blob, good, data)
    over = struct.pack("<iii", -(1 << 31), ROW_LIMIT - (1 << 31), -1)
    for why, model in (
        ("the weights have another magic", patched(good, 0, b"DMLX")),
        ("the weights version is 2", patched(good, 4, b"\2")),
        ("the weights kind is 2", patched(good, 5, b"\2")),
        ("the weights dtype is 3", patched(good, 6, b"\3")),
        ("a reserved byte of the weights is set", patched(good, 26, b"\1")),
        ("the weights name another architecture", patched(good, 9, b"\xff")),
        ("the tensor count is 2", patched(good, 24, b"\2")),
        ("an exponent is 16", patched(good, 32, b"\x10")),
        ("an exponent is -32", patched(good, 33, b"\xe0")),
        ("the exponent padding is not zero", patched(good, 35, b"\1")),
        ("a row of weights sums to 2^32 - 2^17 + 1", patched(good, 36, over)),
        ("the weights are one byte short", good[:-1]),
        ("the weights have a byte after the end", good + b"\0"),
        ("a delta comes without a base", patched(good, 5, b"\1")),
        ("the weights are empty", b""),
    ):
        vectors.refuse(why, blob, model, data)
    small = encode_weights(arch, I8, [0, 0, 0], [np.full(t.shape, 1) for t in arch.tensors])
    vectors.refuse("an i8 weight is -128", blob, patched(small, 36, b"\x80"), data)
    base = full(arch, [(1 << 31) - 1, 1 << 30, 5, 0, 0, 0], [0, 0], [1, 2, 3, 4])
    zeros = (np.zeros(2), np.zeros((2, 2)))
    delta = encode_weights(arch, I16, [0, 0, 0], [np.full((2, 3), 1), *zeros], DELTA)
    vectors.add("invalid-twin/deltaOnTheBase", arch, delta, data, base)
    delta = encode_weights(arch, I16, [15, 0, 0], [np.full((2, 3), 32767), *zeros], DELTA)
    vectors.refuse("the row sum breaks only after the delta", blob, delta, data, base)
    for why, broken in (
        ("the data have another magic", patched(data, 3, b"W")),
        ("the data version is 0", patched(data, 4, b"\0")),
        ("the x dtype is 0x12", patched(data, 5, b"\x12")),
        ("a softmax head gets targets", patched(data, 6, b"\1")),
        ("the x exponent is 16", patched(data, 7, b"\x10")),
        ("the data have no samples", patched(data[:32], 8, b"\0\0\0\0")),
        ("the data have four features", patched(data, 12, b"\4")),
        ("the target width is 2", patched(data, 16, b"\2")),
        ("a reserved byte of the data is set", patched(data, 31, b"\1")),
        ("a label is 2 of 2 classes", patched(data, len(data) - 2, b"\2\0")),
        ("the data are one byte short", data[:-1]),
        ("the data have a byte after the end", data + b"\0"),
        ("the data claim 2^32 - 1 samples", patched(data, 8, b"\xff\xff\xff\xff")),
    ):
        vectors.refuse(why, blob, good, broken)
    bytes8 = encode_dataset(np.array([[1, 2, 3]]), [0], I8)
    vectors.add("invalid-twin/paddedX", arch, good, bytes8)
    vectors.refuse("the padding after x is not zero", blob, good, patched(bytes8, 35, b"\1"))
    vectors.refuse("an i8 feature is -128", blob, good, patched(bytes8, 32, b"\x80"))


def add_invalid_architectures(vectors: Vectors, blob: bytes, model: bytes, data: bytes) -> None:
    flat, softmax = (dense(2),), Head.SOFTMAX
    unit_pool, wide = pool(Kind.MAX_POOL, (1, 1), (1, 1)), (dense(513), dense(2))
    for why, arch in (
        ("the architecture has another magic", b"DMLB" + blob[4:]),
        ("the architecture version is 2", blob[:4] + b"\2" + blob[5:]),
        ("the rank is 2", raw_architecture((3, 3), flat, softmax)),
        ("an input dimension is 0", raw_architecture((0,), flat, softmax)),
        ("the input has 2^17 + 1 elements", raw_architecture(((1 << 17) + 1,), flat, softmax)),
        ("the dimensions multiply past 2^64", raw_architecture((0xFFFFFFFF,) * 3, flat, softmax)),
        ("there is no layer", raw_architecture((3,), (), softmax)),
        ("there are 65 layers", raw_architecture((2,), (Layer(Kind.RELU),) * 65, softmax)),
        ("the layer count lies", raw_architecture((3,), flat, softmax, count=2)),
        ("a layer code is unknown", raw_architecture((3,), (Layer(0x21),), softmax)),
        ("the bias flag is 2", raw_architecture((3,), (dense(2, 2),), softmax)),
        ("a Dense layer has no output", raw_architecture((3,), (dense(0),), softmax)),
        ("Dense meets rank 3", raw_architecture((1, 2, 2), flat, softmax)),
        ("a pool meets rank 1", raw_architecture((3,), (unit_pool,), softmax)),
        ("the head meets rank 3", raw_architecture((1, 2, 2), (Layer(Kind.RELU),), softmax)),
        ("the head code is 4", raw_architecture((3,), flat, 4)),
        ("softmax has one output", raw_architecture((3,), (dense(1),), softmax)),
        ("sigmoid has two outputs", raw_architecture((3,), flat, Head.SIGMOID)),
        ("there are too many parameters", raw_architecture((512,), wide, softmax)),
        ("the architecture has trailing bytes", blob + b"\0"),
        ("the architecture is cut short", blob[:-1]),
    ):
        vectors.refuse(why, arch, model, data)
    tail = (Layer(Kind.FLATTEN), dense(2))
    for why, layer in (
        ("padding reaches the kernel size", conv2d(1, (2, 2), pads=(2, 0, 0, 0))),
        ("a stride is 0", conv2d(1, (2, 2), stride=(0, 1))),
        ("a kernel is 0", conv2d(1, (0, 1))),
        ("the kernel does not fit", conv2d(1, (5, 1), pads=(0, 0, 0, 0))),
        ("the pool does not fit", pool(Kind.AVG_POOL, (1, 5), (1, 1))),
        ("the convolution works too hard", conv2d(32, (8, 8))),
    ):
        dims = (16, 64, 64) if "hard" in why else (1, 4, 4)
        vectors.refuse(why, raw_architecture(dims, (layer, *tail), softmax), model, data)
