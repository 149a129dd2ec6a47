"""Requests that bring about a state, input by input, and what each of them is."""

from dataclasses import dataclass

from deml_peer import protocol
from deml_peer.hashing import keccak256, raw_cid
from deml_peer.notices import SELECTORS
from deml_peer.protocol import ETHER, message
from deml_peer.requests import advance_line, hex0x, inspect_line

# What an input is; a bound belongs to each.
PLAIN, SCORING, INSPECT = "plain", "scoring", "inspect"
UNBOUNDED = "unbounded"
RAW_PIECE, DAG_PIECE = "raw piece", "dag piece"
# Of a file, in one input.
PIECE = 64_000

ENDS = {
    key.hex()
    for key, name in SELECTORS.items()
    if name in ("JobSettled", "JobCancelled", "JobDefaulted")
}


def account(number):
    return keccak256(b"account %d of a benchmark" % number)[12:]


@dataclass
class Step:
    """One request: what it is, and whether it may be refused."""

    kind: str
    label: str
    may_fail: bool


class World:
    """Builds a list of requests; every input has a second of its own."""

    def __init__(self):
        self.now, self.jobs = 1_760_000_000, 0
        self.requests, self.steps = [], []
        self.inputs = 0
        self.known = set()

    def advance(self, sender, payload, label="", kind=PLAIN, may_fail=False):
        assert len(payload) <= protocol.MAX_PAYLOAD, len(payload)
        self.now += 1
        fields = {"block_number": 1_000 + self.inputs, "prev_randao": hex0x(bytes(32))}
        self.requests.append(advance_line(sender, payload, self.now, self.inputs, **fields))
        self.inputs += 1
        self.steps.append(Step(kind, label, may_fail))

    def inspect(self, path, kind=INSPECT, may_fail=False):
        self.requests.append(inspect_line(path))
        label = f"inspect {path[:60]!r}" if isinstance(path, bytes) else f"inspect {path[:60]}"
        self.steps.append(Step(kind, label, may_fail))

    def send(self, sender, name, *arguments, label="", kind=PLAIN, may_fail=False):
        # What time ends takes no `advance` any more.
        may_fail = may_fail or name == "advance"
        self.advance(sender, message(name, *arguments), label or name, kind, may_fail)

    def until(self, time):
        """The next input comes no earlier."""
        self.now = max(self.now, time - 1)

    def fund(self, owner, amount=100_000 * ETHER, token=None):
        """A deposit, once for each account and token."""
        if (owner, token) in self.known:
            return
        self.known.add((owner, token))
        if token is None:
            payload, portal = protocol.ether_deposit(owner, amount), protocol.V2_1.ether
        else:
            payload = protocol.erc20_deposit(token, owner, amount)
            portal = protocol.V2_1.erc20
        self.advance(portal, payload, "deposit")

    def upload(self, job, sender, stream, cid=None, size=PIECE, label="upload", kind=None):
        """All pieces of a stream; of a raw file when no CID is given."""
        kind = kind or (RAW_PIECE if cid is None else DAG_PIECE)
        cid = cid or raw_cid(stream)
        for offset in range(0, len(stream), size):
            words = job, cid, len(stream), offset, stream[offset : offset + size]
            self.send(sender, "upload", *words, label=label, kind=kind)

    def upload_part(self, job, sender, stream, cid, cut, first=0):
        """A stream of a DAG that need be neither whole nor right, in pieces of `cut` bytes behind `first`."""
        size, offset = len(stream) + 1_000, 0
        while offset < len(stream):
            end = min(offset + PIECE, first) if offset < first else offset + cut
            words = job, cid, size, offset, stream[offset:end]
            self.send(sender, "upload", *words, label="a DAG", kind=DAG_PIECE, may_fail=True)
            offset = end
