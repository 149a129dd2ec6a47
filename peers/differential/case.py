"""One request to the tool and what the peer has to say about the answer."""

import dataclasses
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
