"""One engine: a `deml run --batch` process, its clock, and what its outputs say."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from deml_peer.hashing import keccak256
from deml_peer.notices import decoded
from deml_peer.protocol import MAX_PAYLOAD, V2_1, ether_deposit
from deml_peer.requests import advance_line, inspect_line
from stories.ledger_page import GENESIS_TIME

SECONDS_PER_BLOCK = 12


class EngineError(Exception):
    """The engine refused what the simulation expected it to take."""


@dataclass(frozen=True)
class Outcome:
    """What one input caused: notices by name, payments by receiver, and codes of refusals."""

    notices: list[dict]
    payments: dict[bytes, int]
    refusals: list[str]

    def of(self, name: str) -> list[dict]:
        return [notice for notice in self.notices if notice["name"] == name]


@dataclass
class Engine:
    """Inputs in, outcomes out. Use it as a context: the process ends with it."""

    deml: Path
    now: int = GENESIS_TIME
    inputs: int = 0
    notices: list[dict] = field(default_factory=list)
    payments: dict[bytes, int] = field(default_factory=dict)

    def __enter__(self) -> Engine:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([self.deml, "run", "--batch"], stdin=pipe, stdout=pipe)
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        if status:
            raise EngineError(f"the engine ended with status {status}")

    def request(self, line: bytes) -> dict:
        """Hands one request over, as the rollup server would, and waits for what it caused."""
        self.process.stdin.write(line.rstrip(b"\n") + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer.get("status", "accept") != "accept" or "error" in answer:
            raise EngineError(f"not accepted: {answer}")
        return answer

    def advance(self, sender: bytes, payload: bytes, may_refuse: tuple[str, ...] = ()) -> Outcome:
        """One input in a block of its own; a refusal that is not expected raises."""
        assert len(payload) <= MAX_PAYLOAD
        self.now += SECONDS_PER_BLOCK
        line = advance_line(sender, payload, self.now, self.inputs)
        self.inputs += 1
        outcome = self.take(self.request(line.encode()))
        for code in outcome.refusals:
            if code not in may_refuse:
                raise EngineError(f"refused with {code}")
        return outcome

    def take(self, answer: dict) -> Outcome:
        """Books the outputs of an answer to an input."""
        notices, payments = [], {}
        for output in answer["outputs"]:
            payload = bytes.fromhex(output["payload"][2:])
            if output["type"] == "notice":
                notice = decoded(payload)
                if notice:
                    notices.append(notice)
            else:
                receiver = bytes.fromhex(output["destination"][2:])
                payments[receiver] = payments.get(receiver, 0) + int(output["value"], 16)
        for receiver, amount in payments.items():
            self.payments[receiver] = self.payments.get(receiver, 0) + amount
        self.notices += notices
        reports = [json.loads(bytes.fromhex(r["payload"][2:])) for r in answer["reports"]]
        return Outcome(notices, payments, [r["error"]["code"] for r in reports if "error" in r])

    def inspect(self, path: str) -> dict:
        reports = self.request(inspect_line(path).encode())["reports"]
        answer = json.loads(b"".join(bytes.fromhex(r["payload"][2:]) for r in reports))
        if "error" in answer:
            raise EngineError(f"{path}: {answer['error']['code']}")
        return answer

    def deposit(self, owner: bytes, amount: int) -> None:
        self.advance(V2_1.ether, ether_deposit(owner, amount))

    def until(self, time: int) -> None:
        """The next input comes no earlier than `time`."""
        self.now = max(self.now, time - SECONDS_PER_BLOCK)


def actor(name: str) -> bytes:
    return keccak256(b"DeML simulation actor " + name.encode())[12:]
