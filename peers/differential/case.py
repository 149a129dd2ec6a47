"""One request to the tool and what the peer has to say about the answer."""

import dataclasses
import json
import typing


@dataclasses.dataclass
class Case:
    command: str
    request: dict
    # Takes the answer, gives a verdict: what was agreed on, or "difference: …".
    check: typing.Callable[[dict], str]


def expect(value, name="same"):
    """A check for exactly this result."""

    def check(answer):
        if "ok" not in answer:
            return f"difference: refused ({answer['error']['code']}), the peer has {value!r}"
        return name if answer["ok"] == value else f"difference: the peer has {value!r}"

    return check


def expect_refusal(name):
    """A check for any refusal."""

    def check(answer):
        return name if "error" in answer else "difference: the peer refuses"

    return check


def encode(types, values, check, **more):
    return Case("abi encode", {"types": types, "values": values, **more}, check)


def decode(types, data, check):
    return Case("abi decode", {"types": types, "data": data}, check)


def keccak(data, digest):
    return Case("keccak", {"data": data}, expect("0x" + digest))


def load(folder, path):
    """A file of published vectors."""
    return json.loads((folder / path).read_text())
