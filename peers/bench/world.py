"""Requests that bring about a state, input by input, and what each of them is."""

import json

from deml_peer import protocol
from deml_peer.hashing import keccak256, raw_cid
from deml_peer.protocol import ETHER, message

# What an input is; a bound belongs to each.
PLAIN, SCORING, INSPECT = "plain", "scoring", "inspect"
UNBOUNDED = "unbounded"
RAW_PIECE, DAG_PIECE = "raw piece", "dag piece"
# Of a file, in one input.
PIECE = 64_000

ENDS = {
    protocol.selector(name, types).hex()
    for name, types in (
        ("JobSettled", ["uint256", "uint32", "uint256"]),
        ("JobCancelled", ["uint256", "uint8"]),
        ("JobDefaulted", ["uint256", "uint32"]),
    )
}


def account(number):
    return keccak256(b"account %d of a benchmark" % number)[12:]


class Step:
    """One request: what it is, and whether it may be refused."""

    def __init__(self, kind, label, may_fail):
        self.kind, self.label, self.may_fail = kind, label, may_fail


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
        metadata = (
            f'{{"chain_id":{protocol.CHAIN_ID},"app_contract":"0x{protocol.APP.hex()}",'
            f'"msg_sender":"0x{sender.hex()}","block_number":{1_000 + self.inputs},'
            f'"block_timestamp":{self.now},"prev_randao":"0x{"00" * 32}",'
            f'"input_index":{self.inputs}}}'
        )
        self.inputs += 1
        data = f'{{"metadata":{metadata},"payload":"0x{payload.hex()}"}}'
        self.requests.append(f'{{"request_type":"advance_state","data":{data}}}')
        self.steps.append(Step(kind, label, may_fail))

    def inspect(self, path, kind=INSPECT, may_fail=False):
        query = path if isinstance(path, bytes) else path.encode()
        data = {"payload": "0x" + query.hex()}
        self.requests.append(json.dumps({"request_type": "inspect_state", "data": data}))
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
            payload, portal = protocol.ether_deposit(owner, amount), protocol.ETHER_PORTAL
        else:
            payload = protocol.erc20_deposit(token, owner, amount)
            portal = protocol.ERC20_PORTAL
        self.advance(portal, payload, "deposit")

    def upload(self, job, sender, stream, cid=None, size=PIECE, label="", kind=None):
        """All pieces of a stream; of a raw file when no CID is given."""
        if kind is None:
            kind = RAW_PIECE if cid is None else DAG_PIECE
        cid = cid or raw_cid(stream)
        for offset in range(0, len(stream), size):
            piece = stream[offset : offset + size]
            self.send(
                sender,
                "upload",
                job,
                cid,
                len(stream),
                offset,
                piece,
                label=label or "upload",
                kind=kind,
            )

    def upload_part(self, job, sender, stream, cid, cut, first=0):
        """A stream of a DAG that need be neither whole nor right, in pieces of `cut` bytes behind `first`."""
        size, offset = len(stream) + 1_000, 0
        while offset < len(stream):
            end = offset + (PIECE if offset < first else cut)
            if offset < first:
                end = min(end, first)
            piece = stream[offset:end]
            self.send(
                sender,
                "upload",
                job,
                cid,
                size,
                offset,
                piece,
                label="a DAG",
                kind=DAG_PIECE,
                may_fail=True,
            )
            offset += len(piece)
