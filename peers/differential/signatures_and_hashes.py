"""`deml abi selector`, `keccak` and `recover` against eth-utils and eth-keys."""

import eth_keys
import eth_utils
from deml_peer.requests import hex0x

from .case import Case, expect, expect_refusal
from .values import random_type

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def space(rng):
    return rng.choice(["", "", " ", "  ", "\t", "\n"])


def name(rng):
    return rng.choice(["x", "_value", "$", "a1", "tuple_", "uintX", "transferFrom"])


def written(rng, type):
    """A type as people write it: aliases, white space, names, `tuple`."""
    if type.kind == "array":
        count = "" if type.count is None else str(type.count)
        return f"{written(rng, type.parts[0])}{space(rng)}[{space(rng)}{count}{space(rng)}]"
    if type.kind == "tuple":
        return rng.choice(["", "tuple", "tuple "]) + parameters(rng, type.parts)
    if type.text in ("uint256", "int256") and rng.random() < 0.5:
        return type.text[:-3]
    return type.text


def parameters(rng, types):
    parts = []
    for type in types:
        location = rng.choice(["", "", " memory", " calldata"])
        text = space(rng) + written(rng, type) + location
        if rng.random() < 0.5:
            text += rng.choice([" ", "\n"]) + name(rng)
        parts.append(text + space(rng))
    return "(" + ",".join(parts) + space(rng) + ")"


def selector(rng):
    types = [random_type(rng, depth=3) for _ in range(rng.randrange(4))]
    function = name(rng)
    canonical = f"{function}({','.join(type.text for type in types)})"
    text = (
        rng.choice(["", "function ", " function\t"])
        + function
        + space(rng)
        + parameters(rng, types)
        + rng.choice(["", " external", " public view returns (uint)", " ;", "returns(bool a) ;"])
    )
    peer = hex0x(eth_utils.keccak(text=canonical)[:4])
    yield Case("abi selector", {"signature": text}, expect(peer))


def keccak(rng):
    data = rng.randbytes(rng.choice([0, 1, 135, 136, 137, 272, rng.randrange(600)]))
    yield Case("keccak", {"data": hex0x(data)}, expect(hex0x(eth_utils.keccak(data))))


def recover(rng):
    """A signature, half of the time with one part of it changed."""
    digest = rng.randbytes(32)
    signature = eth_keys.keys.PrivateKey(rng.randbytes(32)).sign_msg_hash(digest)
    v, r, s = signature.vrs
    change = rng.choice(["", "", "", "r", "s", "v", "high s", "digest", "range"])
    if change == "r":
        r ^= 1 << rng.randrange(256)
    elif change == "s":
        s ^= 1 << rng.randrange(256)
    elif change == "v":
        v = rng.choice([1 - v, 2, 3])
    elif change == "high s":
        v, s = 1 - v, ORDER - s
    elif change == "digest":
        digest = rng.randbytes(32)
    elif change == "range":
        r, s = rng.choice([(0, s), (ORDER, s), (r, 0), (r, ORDER), (ORDER + 1, s), (1, 1), (5, 5)])
    wire = v + rng.choice([0, 27])
    ask = {
        "digest": hex0x(digest),
        "signature": hex0x(r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([wire])),
    }
    try:
        if v > 1 or not 0 < r < ORDER or not 0 < s < ORDER:
            raise ValueError
        key = eth_keys.keys.Signature(vrs=(v, r, s)).recover_public_key_from_msg_hash(digest)
        address = key.to_checksum_address()
    except Exception:  # Whatever it is, it is a refusal.
        yield Case("recover", ask, expect_refusal("both refuse"))
        return
    if s > ORDER // 2:
        yield Case("recover", ask, expect_refusal("strict, high s"))
    else:
        yield Case("recover", ask, expect(address))
