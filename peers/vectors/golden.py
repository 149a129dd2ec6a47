"""Golden vectors of the verifier: random, extreme and invalid cases with exact results.

One JSON object per line in fixtures/golden/verifier.jsonl. Invalid cases carry `"error": true`
and a `why` for people instead of results.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from deml_peer import dml1
from deml_peer.architecture import (
    DELTA,
    DTYPE_NAMES,
    FULL,
    I8,
    I16,
    I32,
    U8,
    Architecture,
    Head,
    Kind,
    Layer,
    conv2d,
    dense,
    pool,
)
from deml_peer.blobs import ROW_LIMIT, encode_weights

from .golden_invalid import add_invalid_cases
from .golden_random import LIMITS, SLOPES, add_random_cases, random_data, random_weights, seeded
from .vectors import Vectors, full, labelled, one_dense, targeted


def add_head_cases(vectors: Vectors) -> None:
    one = 65536
    arch = one_dense(2, 4, Head.SOFTMAX)
    data = labelled([[one, 0], [0, one], [one, one], [-one, 3]], [0, 1, 2, 3])
    vectors.add("ties/softmaxPredictsTheLowestIndex", arch, full(arch, [0] * 8), data)
    vectors.add("ties/twoOfFour", arch, full(arch, [0, 0, one, 0, one, 0, 0, 0]), data)
    arch = one_dense(1, 1, Head.SIGMOID)
    x = [[0], [1], [-1], [one], [-one], [(1 << 31) - 1], [-(1 << 31)]]
    data = labelled(x, [0, 1, 1, 1, 0, 1, 0])
    vectors.add("sigmoid/zeroLogitPredictsClass0", arch, full(arch, [one]), data)
    data = labelled([[25 * one], [-25 * one], [16 * one], [-16 * one]], [0, 1, 0, 1])
    vectors.add("sigmoid/lossStopsAt16", arch, full(arch, [one]), data)
    vectors.add("sigmoid/perfectCostsAtLeast1", arch, full(arch, [-one]), data)
    arch = one_dense(2, 2, Head.SOFTMAX)
    eye = full(arch, [one, 0, 0, one])
    data = labelled([[40 * one, -40 * one], [-40 * one, 40 * one], [0, 0]], [0, 1, 1])
    vectors.add("softmax/perfectCosts1", arch, eye, data)
    data = labelled([[40 * one, -40 * one], [2147483647, -2147483648]], [1, 1])
    vectors.add("softmax/lossStopsAt16", arch, eye, data)
    data = labelled([[22 * one, 0], [22 * one - 1, 0], [22 * one + 1, 0]], [0, 0, 0])
    vectors.add("softmax/expVanishesAt22", arch, eye, data)
    data = labelled([[0, 3], [0, 3], [3, 0], [0, 0], [0, 3], [5, 5]], [1, 0, 1, 0, 1, 1])
    vectors.add("auc/tiedPairsCountHalf", arch, eye, data)
    data = labelled([[0, 3], [3, 0]], [1, 1])
    vectors.add("auc/undefinedWithoutNegatives", arch, eye, data)
    data = labelled([[0, 3], [3, 0]], [0, 0])
    vectors.add("auc/undefinedWithoutPositives", arch, eye, data)
    data = labelled([[2147483647, -2147483648], [-2147483648, 2147483647]], [0, 1])
    vectors.add("auc/scoreLeavesInt32", arch, eye, data)
    arch = one_dense(2, 5, Head.SOFTMAX)
    model = full(arch, [one, 0, 0, one, 0, 0, -one, 0, 0, -one])
    data = labelled([[one, 0], [0, one], [one, one]], [0, 1, 1])
    vectors.add("macroF1/emptyClassesStayInTheDenominator", arch, model, data)
    arch = one_dense(1, 3, Head.IDENTITY)
    model = full(arch, [one, one, one])
    data = targeted([[0], [0], [0]], [[3, -3, 1], [1 << 18, -(1 << 18), (1 << 18) + 1], [2, 5, 6]])
    vectors.add("identity/errorStopsAt4", arch, model, data)
    arch = one_dense(1, 70, Head.IDENTITY)
    data = targeted([[0]], [[(1 << 31) - 1] * 70])
    vectors.add("identity/sampleStopsAt16", arch, full(arch, [0] * 70), data)
    arch = one_dense(1, 1, Head.IDENTITY)
    data = targeted([[2147483647], [-2147483648]], [[-2147483648], [2147483647]])
    vectors.add("identity/differenceLeavesInt32", arch, full(arch, [one]), data)


def add_range_cases(vectors: Vectors) -> None:
    low, high = -(1 << 31), (1 << 31) - 1
    arch = one_dense(3, 2, Head.IDENTITY, bias=1)
    most = ROW_LIMIT - (1 << 31)
    model = full(arch, [low, most, 0, high, -most, 1], [high, low])
    data = targeted([[low, low, low], [high, high, high], [low, high, high]], [[0, 0]] * 3)
    vectors.add("range/rowAtTheLimit", arch, model, data)
    arch = one_dense(2, 1, Head.IDENTITY, bias=1)
    for bias in (0, 1):
        model = full(arch, [32768, -32768], [bias])
        data = targeted([[1, 0], [0, 1], [3, 0], [0, 3], [2, 1]], [[0]] * 5)
        vectors.add(f"range/halvesRoundUp{bias}", arch, model, data)
    layers = (dense(2, 0), Layer(Kind.TANH), dense(2, 0), Layer(Kind.SIGMOID))
    arch = Architecture((2,), layers, Head.SOFTMAX)
    model = full(arch, [high, 1 << 30, low, 9], [1 << 29, -high, low, high - (1 << 17)])
    data = labelled([[high, low], [low, high], [low, low], [1, -1]], [0, 1, 0, 1])
    vectors.add("range/saturatedActivations", arch, model, data)
    arch = one_dense(2, 1, Head.IDENTITY, bias=1)
    base = full(arch, [high, -5], [low])
    delta = encode_weights(
        arch, I16, [15, 15], [np.array([[32767, 32767]]), np.array([-32768])], DELTA
    )
    data = targeted([[65536, -65536], [7, 7]], [[1], [2]])
    vectors.add("range/deltaSaturates", arch, delta, data, base)
    for dtype, (least, most) in ((I8, LIMITS[I8]), (I16, LIMITS[I16]), (I32, LIMITS[I32])):
        for exponent in (-31, -1, 0, 1, 15):
            arch = one_dense(1, 2, Head.IDENTITY)
            stored = [np.array([[least], [most]])]
            model = encode_weights(arch, dtype, [exponent], stored)
            name = f"range/{DTYPE_NAMES[dtype]}Exponent{exponent}"
            vectors.add(name, arch, model, targeted([[65536], [-3]], [[0, 1], [2, 3]]))
    for dtype in (I8, I16, I32, U8):
        for exponent in (-31, -3, 15):
            arch = one_dense(4, 2, Head.SOFTMAX)
            least, most = LIMITS[dtype]
            data = labelled([[least, most, 1, 0], [most, 4, 3, least]], [0, 1], dtype, exponent)
            model = full(arch, [65536, 3, -9, 70_000, -65536, 11, 5, 1])
            name = f"range/x{DTYPE_NAMES[dtype]}Exponent{exponent}"
            vectors.add(name, arch, model, data)


def add_layer_cases(vectors: Vectors) -> None:
    for slope in SLOPES:
        arch = Architecture((3,), (Layer(Kind.LEAKY_RELU, slope=slope),), Head.IDENTITY)
        x = [[-(1 << 31), (1 << 31) - 1, -1], [0, -65536, -3]]
        data = targeted(x, [[0, 0, 0], [-65536, 65536, 2]])
        vectors.add(f"layer/leakyReLU{slope}", arch, full(arch), data)
    rng = seeded("layer/pools")
    shapes = (((2, 2), (2, 2)), ((3, 2), (1, 3)), ((1, 1), (2, 2)), ((5, 4), (1, 1)))
    for code, label in ((Kind.MAX_POOL, "max"), (Kind.AVG_POOL, "average")):
        for kernel, stride in shapes:
            layers = (pool(code, kernel, stride), Layer(Kind.FLATTEN))
            arch = Architecture((2, 5, 6), layers, Head.IDENTITY)
            x = rng.integers(-50, 50, size=(3, 60))
            y = rng.integers(-50, 50, size=(3, arch.target_width))
            name = f"layer/{label}Pool{kernel[0]}x{kernel[1]}Stride{stride[0]}x{stride[1]}"
            vectors.add(name, arch, full(arch), targeted(x, y))
    layers = (Layer(Kind.GLOBAL_AVG_POOL), Layer(Kind.FLATTEN))
    for dims in ((3, 1, 1), (2, 3, 5), (4, 2, 2)):
        arch = Architecture(dims, layers, Head.SOFTMAX)
        x = rng.integers(-9, 9, size=(6, arch.features))
        name = "layer/globalAveragePool" + "x".join(map(str, dims))
        vectors.add(name, arch, full(arch), labelled(x, [0, 1, 0, 1, 1, 0]))
    for kernel, stride, pads in (
        ((3, 3), (1, 1), (1, 1, 1, 1)),
        ((2, 3), (2, 1), (0, 2, 1, 0)),
        ((4, 4), (3, 3), (3, 3, 3, 3)),
        ((1, 5), (1, 2), (0, 4, 0, 4)),
        ((6, 5), (1, 1), (0, 0, 0, 0)),
        ((1, 1), (7, 7), (0, 0, 0, 0)),
    ):
        layers = (conv2d(3, kernel, stride, pads), Layer(Kind.RELU), Layer(Kind.FLATTEN), dense(3))
        arch = Architecture((2, 6, 5), layers, Head.SOFTMAX)
        name = f"layer/conv{kernel[0]}x{kernel[1]}Pads{''.join(map(str, pads))}"
        rng = seeded(name)
        model = random_weights(rng, arch, FULL, I16, "ordinary")
        vectors.add(name, arch, model, random_data(rng, arch, 5, I16, "ordinary"))
    arch = Architecture(
        (4,), tuple([dense(3), Layer(Kind.TANH)] * 31 + [Layer(Kind.FLATTEN), dense(2)]), 1
    )
    rng = seeded("layer/sixtyFour")
    model = random_weights(rng, arch, FULL, I8, "ordinary")
    vectors.add("layer/sixtyFour", arch, model, random_data(rng, arch, 6, I8, "ordinary"))
    layers = (Layer(Kind.SIGMOID), Layer(Kind.TANH), Layer(Kind.RELU), Layer(Kind.FLATTEN))
    arch = Architecture((2, 2, 2), layers, Head.SOFTMAX)
    x = rng.integers(-(1 << 20), 1 << 20, size=(8, 8))
    vectors.add("layer/activationsKeepRank3", arch, full(arch), labelled(x, list(range(8))))
    arch = Architecture((30,), (dense(16), Layer(Kind.RELU), dense(1)), Head.SIGMOID)
    rng = seeded("layer/mlp30")
    model = random_weights(rng, arch, FULL, I8, "ordinary")
    vectors.add("layer/mlp30", arch, model, random_data(rng, arch, 97, I8, "ordinary"))


def make(root: Path) -> None:
    dml1.check_golden_hashes()
    vectors = Vectors()
    add_random_cases(vectors)
    add_head_cases(vectors)
    add_range_cases(vectors)
    add_layer_cases(vectors)
    add_invalid_cases(vectors)
    vectors.write(root / "golden" / "verifier.jsonl")
