"""Random types of the ABI to depth 4, values of them, and the JSON form of values."""

from deml_peer.requests import hex0x

ALPHABET = 'ab "\\\n\u00e9\u20ac\U0001f680{}[]'


class Type:
    """A type: its text, and how to make a value and write it as JSON."""

    def __init__(
        self, text, make, to_json, is_static=True, kind="elementary", parts=(), count=None
    ):
        self.text = text
        self.make = make
        self.to_json = to_json
        self.is_static = is_static
        self.kind = kind
        self.parts = parts
        self.count = count


def edge_biased(rng, bits, signed):
    """An integer of the type, near an edge as often as not."""
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if rng.random() < 0.5:
        return rng.choice([low, low + 1, high, high - 1, 0, 1, min(high, 1 << rng.randrange(bits))])
    return rng.randint(low, high) >> rng.randrange(bits)


def elementary(rng):
    kind = rng.randrange(7)
    bits = 8 * rng.randint(1, 32)
    if kind == 0:
        return Type(f"uint{bits}", lambda rng: edge_biased(rng, bits, False), str)
    if kind == 1:
        return Type(f"int{bits}", lambda rng: edge_biased(rng, bits, True), str)
    if kind == 2:
        return Type("bool", lambda rng: rng.random() < 0.5, bool)
    if kind == 3:
        return Type("address", lambda rng: hex0x(rng.randbytes(20)), str)
    if kind == 4:
        size = bits // 8
        return Type(f"bytes{size}", lambda rng: rng.randbytes(size), hex0x)
    if kind == 5:
        return Type("bytes", lambda rng: rng.randbytes(length(rng)), hex0x, is_static=False)
    return Type(
        "string", lambda rng: "".join(rng.choices(ALPHABET, k=length(rng))), str, is_static=False
    )


def length(rng):
    return rng.choice([0, 1, 2, 31, 32, 33, rng.randrange(100)])


def array(element, count=None):
    """`T[]`, or `T[k]` with a count."""

    def make(rng):
        size = rng.choice([0, 1, 2, 3]) if count is None else count
        return [element.make(rng) for _ in range(size)]

    return Type(
        f"{element.text}[{'' if count is None else count}]",
        make,
        lambda value: [element.to_json(item) for item in value],
        is_static=count is not None and element.is_static,
        kind="array",
        parts=(element,),
        count=count,
    )


def tuple_of(members):
    return Type(
        "(" + ",".join(member.text for member in members) + ")",
        lambda rng: tuple(member.make(rng) for member in members),
        lambda value: [member.to_json(item) for member, item in zip(members, value)],
        is_static=all(member.is_static for member in members),
        kind="tuple",
        parts=tuple(members),
    )


def random_type(rng, depth=4):
    choice = rng.random()
    if depth <= 1 or choice < 0.45:
        return elementary(rng)
    if choice < 0.65:
        return array(random_type(rng, depth - 1))
    if choice < 0.8:
        return array(random_type(rng, depth - 1), rng.randint(1, 3))
    return tuple_of([random_type(rng, depth - 1) for _ in range(rng.randint(1, 4))])
