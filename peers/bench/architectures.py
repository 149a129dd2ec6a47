"""Architectures as a search sees them: shapes of layers that may be changed, and their blobs."""

import struct

LAYERS, ELEMENTS, PARAMETERS, WORK = 64, 1 << 17, 262_144, 10**8
CLASSES = 65_536
SOFTMAX, SIGMOID, IDENTITY = 1, 2, 3
IMAGE_LAYERS = ("conv", "max", "mean", "global")
PLAIN = {
    "global": 0x05,
    "relu": 0x10,
    "leaky": 0x11,
    "sigmoid": 0x12,
    "tanh": 0x13,
    "flatten": 0x20,
}


def encode(layer):
    """A layer is its kind and its numbers, in the order of the blob."""
    kind, *numbers = layer
    match kind:
        case "dense":
            return struct.pack("<BIB", 0x01, *numbers)
        case "conv":
            return struct.pack("<BH9B", 0x02, *numbers)
        case "max" | "mean":
            return struct.pack("<5B", 0x03 if kind == "max" else 0x04, *numbers)
        case "leaky":
            return struct.pack("<Bi", 0x11, *numbers)
    return bytes([PLAIN[kind]])


def blob(dims, layers, head):
    front = b"DMLA" + bytes([1, len(dims)]) + struct.pack(f"<{len(dims)}I", *dims)
    return front + bytes([len(layers)]) + b"".join(map(encode, layers)) + bytes([head])


FIELDS = {"dense": "IB", "conv": "H9B", "max": "4B", "mean": "4B", "leaky": "i"}
KINDS = {0x01: "dense", 0x02: "conv", 0x03: "max", 0x04: "mean"}
KINDS |= {code: kind for kind, code in PLAIN.items()}


def decoded(blob):
    """(dims, layers, head) of a blob that `blob` made."""
    rank = blob[5]
    dims = list(struct.unpack_from(f"<{rank}I", blob, 6))
    at = 6 + 4 * rank
    layers = []
    count, at = blob[at], at + 1
    for _ in range(count):
        kind = KINDS[blob[at]]
        form = "<" + FIELDS.get(kind, "")
        layers.append((kind, *struct.unpack_from(form, blob, at + 1)))
        at += 1 + struct.calcsize(form)
    return dims, layers, blob[at]


def size(shape):
    result = 1
    for extent in shape:
        result *= extent
    return result


def fitted(layer, shape):
    """The layer with numbers that `shape` allows, and what leaves it; None where there is none."""
    kind, *numbers = layer
    match kind:
        case "dense":
            out, bias = numbers
            out = max(1, min(out, ELEMENTS, PARAMETERS // shape[0]))
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
            out = min(out, 65_535, ELEMENTS // (rows * columns), PARAMETERS // (channels * kh * kw))
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
            return layer, (size(shape),)
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
            return size(after) * shape[0] * kh * kw
        case [("max" | "mean"), kh, kw, *_]:
            return size(after) * kh * kw
    return size(shape) + size(after)


def repaired(dims, layers, head, most_operations):
    """The nearest architecture within the limits: a layer that cannot be is left out."""
    shape = tuple(dims)
    used = total = 0
    kept = []
    for layer in layers:
        if len(kept) == LAYERS - 1:
            break
        kind = layer[0]
        if kind in IMAGE_LAYERS and len(shape) != 3:
            continue
        if kind == "dense" and len(shape) == 3:
            kept.append(("flatten",))
            shape = (size(shape),)
        found = fitted(layer, shape)
        if found is None:
            continue
        layer, after = found
        count = used + parameters(layer, shape)
        cost = total + operations(layer, shape, after)
        if size(after) > ELEMENTS or count > PARAMETERS or cost > most_operations:
            continue
        kept.append(layer)
        shape, used, total = after, count, cost
    kept = kept[: LAYERS - 1]
    if len(shape) == 3 or not kept:
        kept.append(("flatten",))
        shape = (size(shape),)
    if (head == SIGMOID and shape[0] != 1) or (head == SOFTMAX and not 2 <= shape[0] <= CLASSES):
        head = IDENTITY
    if head == IDENTITY and shape[0] >= CLASSES:
        kept[-1:] = [kept[-1], ("dense", 1, 0)][: 2 if len(kept) < LAYERS else 1]
        shape = (1,)
    return dims, kept, head, total, shape[0]
