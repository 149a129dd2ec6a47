"""Architectures as a search sees them: shapes of layers that may be changed, and their blobs."""

import struct

from deml_peer.architecture import (
    MAX_CLASSES,
    MAX_ELEMENTS,
    MAX_LAYERS,
    MAX_PARAMETERS,
    Head,
    product,
)

IMAGE_LAYERS = ("conv", "max", "mean", "global")
# Code and numbers of each kind of layer; a layer is its kind and its numbers, in the order of the blob.
KINDS = {
    "dense": (0x01, "<IB"),
    "conv": (0x02, "<H9B"),
    "max": (0x03, "<4B"),
    "mean": (0x04, "<4B"),
    "global": (0x05, ""),
    "relu": (0x10, ""),
    "leaky": (0x11, "<i"),
    "sigmoid": (0x12, ""),
    "tanh": (0x13, ""),
    "flatten": (0x20, ""),
}
NAMES = {code: kind for kind, (code, _) in KINDS.items()}


def encode(layer):
    kind, *numbers = layer
    code, form = KINDS[kind]
    return bytes([code]) + struct.pack(form, *numbers)


def blob(dims, layers, head):
    front = b"DMLA" + bytes([1, len(dims)]) + struct.pack(f"<{len(dims)}I", *dims)
    return front + bytes([len(layers)]) + b"".join(map(encode, layers)) + bytes([head])


def decoded(blob):
    """(dims, layers, head) of a blob that `blob` made."""
    rank, layers = blob[5], []
    dims, at = list(struct.unpack_from(f"<{rank}I", blob, 6)), 7 + 4 * rank
    for _ in range(blob[at - 1]):
        kind = NAMES[blob[at]]
        form = KINDS[kind][1]
        layers.append((kind, *struct.unpack_from(form, blob, at + 1)))
        at += 1 + struct.calcsize(form)
    return dims, layers, blob[at]


def fitted(layer, shape):
    """The layer with numbers that `shape` allows, and what leaves it; None where there is none."""
    kind, *numbers = layer
    match kind:
        case "dense":
            out, bias = numbers
            out = max(1, min(out, MAX_ELEMENTS, MAX_PARAMETERS // shape[0]))
            return ("dense", out, bias), (out,)
        case "conv":
            out, kh, kw, sh, sw, top, left, bottom, right, bias = numbers
            channels, height, width = shape
            # A kernel that is too large for the image gets the padding that it needs.
            kh, kw = min(kh, 2 * height + 254, 255), min(kw, 2 * width + 254, 255)
            top, bottom = min(top, kh - 1), min(bottom, kh - 1)
            left, right = min(left, kw - 1), min(right, kw - 1)
            if height + top + bottom < kh:
                top = bottom = kh - 1
            if width + left + right < kw:
                left = right = kw - 1
            spare = height + top + bottom - kh, width + left + right - kw
            rows, columns = spare[0] // sh + 1, spare[1] // sw + 1
            out = min(
                out,
                65_535,
                MAX_ELEMENTS // (rows * columns),
                MAX_PARAMETERS // (channels * kh * kw),
            )
            if out < 1 or min(spare) < 0:
                return None
            numbers = out, kh, kw, sh, sw, top, left, bottom, right, bias
            return ("conv", *numbers), (out, rows, columns)
        case "max" | "mean":
            kh, kw, sh, sw = numbers
            channels, height, width = shape
            kh, kw = min(kh, height), min(kw, width)
            return (kind, kh, kw, sh, sw), (
                channels,
                (height - kh) // sh + 1,
                (width - kw) // sw + 1,
            )
        case "global":
            return layer, (shape[0], 1, 1)
        case "flatten":
            return layer, (product(shape),)
    return layer, shape


def parameters(layer, shape):
    match layer:
        case ["dense", out, bias]:
            return out * (shape[0] + bias)
        case ["conv", out, kh, kw, *_, bias]:
            return out * (shape[0] * kh * kw + bias)
    return 0


def operations(layer, shape, after):
    """About the time that a layer takes, to keep candidates small."""
    match layer:
        case ["dense", out, _]:
            return out * shape[0]
        case ["conv", _, kh, kw, *_]:
            return product(after) * shape[0] * kh * kw
        case [("max" | "mean"), kh, kw, *_]:
            return product(after) * kh * kw
    return product(shape) + product(after)


def repaired(dims, layers, head, most_operations):
    """The nearest architecture within the limits: a layer that cannot be is left out."""
    shape = tuple(dims)
    used = total = 0
    kept = []
    for layer in layers:
        if len(kept) == MAX_LAYERS - 1:
            break
        kind = layer[0]
        if kind in IMAGE_LAYERS and len(shape) != 3:
            continue
        if kind == "dense" and len(shape) == 3:
            kept.append(("flatten",))
            shape = (product(shape),)
        found = fitted(layer, shape)
        if found is None:
            continue
        layer, after = found
        count = used + parameters(layer, shape)
        cost = total + operations(layer, shape, after)
        if product(after) > MAX_ELEMENTS or count > MAX_PARAMETERS or cost > most_operations:
            continue
        kept.append(layer)
        shape, used, total = after, count, cost
    kept = kept[: MAX_LAYERS - 1]
    if len(shape) == 3 or not kept:
        kept.append(("flatten",))
        shape = (product(shape),)
    if (head == Head.SIGMOID and shape[0] != 1) or (
        head == Head.SOFTMAX and not 2 <= shape[0] <= MAX_CLASSES
    ):
        head = Head.IDENTITY
    if head == Head.IDENTITY and shape[0] >= MAX_CLASSES:
        kept[-1:] = [kept[-1], ("dense", 1, 0)][: 2 if len(kept) < MAX_LAYERS else 1]
        shape = (1,)
    return dims, kept, head, total, shape[0]
