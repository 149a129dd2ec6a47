"""`deml abi encode` and `decode` against eth-abi."""

import signal

import eth_abi
import eth_abi.packed
from deml_peer.requests import hex0x

from .case import Case, expect, expect_refusal
from .values import Type, array, elementary, random_type, tuple_of


def arguments(rng):
    types = [random_type(rng) for _ in range(rng.randint(1, 3))]
    return types, [type.make(rng) for type in types]


def request(types, values, **more):
    return {
        "types": [type.text for type in types],
        "values": [type.to_json(value) for type, value in zip(types, values)],
        **more,
    }


def peer_encode(types, values):
    return eth_abi.encode([type.text for type in types], values)


def valid(rng):
    """Values to their encoding and back."""
    types, values = arguments(rng)
    encoded = hex0x(peer_encode(types, values))
    ask = request(types, values)
    yield Case("abi encode", ask, expect(encoded))
    yield Case("abi decode", {"types": ask["types"], "data": encoded}, expect(ask["values"]))


def corrupt(rng, data):
    """A few changes, most of them to whole words, where offsets and lengths are."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        words = len(data) // 32
        choice = rng.random()
        if choice < 0.35 and words:
            at = 32 * rng.randrange(words)
            edges = [0, 1, 2, 31, 32, 64, 96, len(data), len(data) - 32]
            edges += [1 << 63, (1 << 64) - 1, 1 << 255, (1 << 256) - 1]
            number = rng.choice([*edges, 32 * rng.randrange(words + 2)]) % (1 << 256)
            data[at : at + 32] = number.to_bytes(32, "big")
        elif choice < 0.5 and words:
            at = 32 * rng.randrange(words) + 31
            data[at] = (data[at] + rng.choice([1, 255, 32, 224])) % 256
        elif choice < 0.65 and data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        elif choice < 0.75 and words > 1:
            a, b = (32 * rng.randrange(words) for _ in range(2))
            data[a : a + 32], data[b : b + 32] = data[b : b + 32], data[a : a + 32]
        elif choice < 0.85:
            data = data[: rng.randrange(len(data) + 1)]
        elif choice < 0.95:
            at = 32 * rng.randrange(words + 1)
            data[at:at] = rng.choice([bytes(32), rng.randbytes(32), bytes(31) + b"\x20"])
        else:
            data += rng.choice([b"\0", bytes(32), rng.randbytes(rng.randrange(40))])
    return bytes(data)


def peer_decode(types, data, seconds=2):
    """The peer's values as JSON, or None. It may take for ever on some pointers."""

    def give_up(*_):
        raise TimeoutError

    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return eth_abi.decode([type.text for type in types], data)
    except Exception:  # Whatever it is, it is a refusal.
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def corrupted(rng):
    """An encoding with a few changes."""
    types, values = arguments(rng)
    data = corrupt(rng, peer_encode(types, values))
    found = peer_decode(types, data)

    def check(answer):
        if "error" in answer:
            if found is None:
                return "both refuse"
            if peer_encode(types, found) == data:
                return f"difference: refused, the peer has {found!r} with the same encoding"
            return f"strict, not canonical: {answer['error']['code']}"
        if found is None:
            return "difference: the peer refuses"
        return expect([type.to_json(value) for type, value in zip(types, found)], "same")(answer)

    yield Case("abi decode", {"types": [type.text for type in types], "data": hex0x(data)}, check)


def is_encodable(types, values):
    try:
        peer_encode(types, values)
        return True
    except Exception:
        return False


def not_encodable(rng):
    """One value that is not of its type, perhaps inside of others."""
    base = elementary(rng)
    while base.text in ("string", "bytes"):
        base = elementary(rng)
    bits = int("".join(c for c in base.text if c.isdigit()) or 0)
    strict = None
    if base.text.startswith("uint"):
        wrong = rng.choice([-1, 1 << bits, (1 << bits) + rng.randrange(1 << 40), -(1 << bits)])
    elif base.text.startswith("int"):
        wrong = rng.choice([1 << bits - 1, -(1 << bits - 1) - 1, 1 << bits])
    elif base.text.startswith("bytes"):
        wrong = rng.randbytes(bits + rng.choice([-1, 1]))
        if len(wrong) < bits:
            strict = "strict, short fixed bytes"
    elif base.text == "address":
        wrong = hex0x(rng.randbytes(rng.choice([0, 19, 21, 32])))
    else:
        base = Type("bool", base.make, lambda value: value)
        wrong = rng.choice([0, 1, 2, "true", None])
    type, value = base, wrong
    for _ in range(rng.randrange(3)):
        if rng.random() < 0.5:
            type, value = array(type), [value]
        else:
            type, value = tuple_of([type]), (value,)
    if rng.random() < 0.2:
        # The right value, but not the right number of them.
        type, value, strict = array(base, 2), [base.make(rng)] * rng.choice([0, 1, 3]), None
    if strict is None and is_encodable([type], [value]):
        strict = "difference: the peer encodes it"
    yield Case("abi encode", request([type], [value]), expect_refusal(strict or "both refuse"))


def is_packable(type):
    """What Solidity takes: no structs, no arrays whose elements vary in length."""
    if type.kind == "tuple":
        return False
    if type.kind == "elementary":
        return True
    element = type.parts[0]
    varies = element.text in ("bytes", "string") or (
        element.kind == "array" and element.count is None
    )
    return not varies and is_packable(element)


def peer_pack(type, value):
    """eth-abi does not pad the elements of arrays; Solidity writes them as standard words."""
    if type.kind == "elementary":
        return eth_abi.packed.encode_packed([type.text], [value])
    element = type.parts[0]
    if element.kind == "elementary":
        return b"".join(eth_abi.encode([element.text], [item]) for item in value)
    return b"".join(peer_pack(element, item) for item in value)


def packed(rng):
    types = [random_type(rng, depth=3) for _ in range(rng.randint(1, 3))]
    values = [type.make(rng) for type in types]
    ask = request(types, values, packed=True)
    if all(is_packable(type) for type in types):
        joined = b"".join(peer_pack(type, value) for type, value in zip(types, values))
        yield Case("abi encode", ask, expect(hex0x(joined), "same, packed"))
    else:
        yield Case("abi encode", ask, expect_refusal("not packable in Solidity"))
