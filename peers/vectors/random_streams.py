"""`python -m vectors.random_streams DEML [--cases N] [--seed S]`: files that come in random pieces.

Each case is a stream for the base model of one job: raw or a DAG of random shape, whole or with a
fault somewhere, cut anywhere. The books say of every piece whether it is taken, whether it shows the
file to be none, and when the file is whole; the application has to say the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise

import numpy as np
from deml_peer import dag
from deml_peer.architecture import I32, Architecture, Head, dense
from deml_peer.dag import Block
from deml_peer.faults import Fault
from deml_peer.hashing import raw_cid, sha256
from deml_peer.protocol import V2_1, JobTerms, ether_deposit, message, post_job
from deml_peer.requests import advance_line
from deml_peer.streams import File

from .check import codes, played, stated
from .random_cases import asked, concluded

# The part of nodes that are not as an encoder makes them, and what is put into them.
ODD_NODES = 0.1
FIELDS = [b"\x18\0", b"\x20\0", b"\x38\1", b"\x12\0", b"\x0a\0", b"\x0a\2\x08\2", b"\x80", b"\0"]
SPONSOR, RICH = bytes(range(20)), 1 << 120
ARCH = Architecture((20,), (dense(30), dense(3)), Head.SOFTMAX)
SIZE = ARCH.weights_size(I32)


def odd(rng, block: Block) -> Block:
    """Now and then another block than an encoder makes: bytes of it changed, left out, put in.

    Under the CID that the other one has, so that it is the reader of nodes that has to notice.
    """
    if rng.random() > ODD_NODES or block.cid[1] == 0x55 or not block.data:
        return block
    data, at = bytearray(block.data), int(rng.integers(0, len(block.data)))
    match str(rng.choice(["bit", "leave out", "twice", "put in", "small number"])):
        case "bit":
            data[at] ^= 1 << int(rng.integers(0, 8))
        case "leave out":
            del data[at]
        case "twice":
            end = int(rng.integers(at, len(data) + 1))
            data[at:at] = data[at:end]
        case "put in":
            data[at:at] = rng.choice(FIELDS)
        case _:
            data[at] = int(rng.integers(0, 9))
    digest = bytes([0x12, 0x20]) + sha256(bytes(data))
    cid = digest if block.cid[0] == 0x12 else bytes([0x01, 0x70]) + digest
    return Block(cid, bytes(data), block.size, block.total, block.children)


def with_time(rng, content: bytes) -> Block:
    """A leaf with what UnixFS 1.5 adds: permissions, and a time of change."""
    seconds = bytes([8]) + dag.varint(int(rng.integers(0, 1 << 62)))
    nanoseconds = bytes([0x15]) + int(rng.integers(0, 1_100_000_000)).to_bytes(4, "little")
    time = seconds + (nanoseconds if rng.random() < 0.7 else b"")
    message = dag.unixfs(2, content, len(content))
    message += dag.number_field(7, int(rng.integers(0, 1 << 32))) if rng.random() < 0.5 else b""
    return dag.node([], message + dag.bytes_field(8, time), len(content), 1)


def empties(rng, content: bytes) -> Block:
    """Many links to nothing, all inside of CIDs, which cost a node of a few bytes again and again."""
    nothing = dag.identity_leaf(b"")
    many = dag.file_node([nothing] * int(rng.integers(200, 280)), 1)
    return dag.file_node([many] * int(rng.integers(30, 50)) + [dag.raw_leaf(content)], 1)


def random_leaf(rng, chunk: bytes) -> Block:
    if len(chunk) <= 128 and rng.random() < 0.3:
        return dag.identity_leaf(chunk)
    if rng.random() < 0.6:
        return dag.raw_leaf(chunk)
    return odd(rng, dag.node_leaf(chunk) if rng.random() < 0.7 else with_time(rng, chunk))


def random_tree(rng, content: bytes, depth: int) -> Block:
    """A DAG over the content, of any shape, with own bytes in a node now and then."""
    if depth == 0 or len(content) < 2 or rng.random() < 0.2:
        return random_leaf(rng, content)
    count = int(rng.integers(1, 6))
    cuts = sorted(int(n) for n in rng.integers(0, len(content) + 1, count - 1))
    edges = [0, *cuts, len(content)]
    own = edges[1] if count > 1 and rng.random() < 0.3 else 0
    parts = [content[a:b] for a, b in pairwise(edges)][1 if own else 0 :]
    children = [random_tree(rng, part, depth - 1) for part in parts]
    version = int(rng.integers(0, 2))
    if not own:
        return odd(rng, dag.file_node(children, version))
    sizes = [child.size for child in children]
    data = dag.unixfs(2, content[:own], own + sum(sizes), sizes)
    return odd(rng, dag.node(children, data, own + sum(sizes), version))


def deep_tree(rng, content: bytes) -> Block:
    """Nodes one in the other, about as deep as is allowed."""
    root = dag.raw_leaf(content)
    for _ in range(int(rng.integers(13, 18))):
        root = dag.file_node([root], 1)
    return root


def crumbs(rng, content: bytes) -> Block:
    """So many links that they may be more than is reserved for a file of this size."""
    size = int(rng.integers(8, 200))
    return dag.file_node(
        [dag.raw_leaf(content[at : at + size]) for at in range(0, len(content), size)], 1
    )


def random_root(rng, content: bytes) -> Block:
    kinds = ["deep", "crumbs", "other size", "directory", "empties"]
    make = str(rng.choice(["tree"] * 12 + kinds))
    if make == "empties":
        return empties(rng, content)
    if make == "deep":
        return deep_tree(rng, content)
    if make == "crumbs":
        return crumbs(rng, content)
    if make == "directory":
        return dag.node([], dag.unixfs(dag.DIRECTORY), 0, 1)
    if make == "other size":
        content = content[: -int(rng.integers(1, 9))] if rng.random() < 0.5 else content + b"more"
    root = random_tree(rng, content, int(rng.integers(1, 5)))
    # The bytes of a raw CID come as they are, and an identity CID names no file.
    return root if root.children or root.cid[0] == 0x12 else dag.file_node([root], 1)


def random_stream(rng, root: Block) -> bytes:
    """The stream of the root, in three of five cases with a fault."""
    whole, parts = dag.car(root), dag.sections(root)
    match str(rng.choice(["", "", "bit", "bit", "swap", "twice", "leave out", "behind", "cut"])):
        case "bit":
            data = bytearray(whole)
            data[int(rng.integers(0, len(data)))] ^= 1 << int(rng.integers(0, 8))
            return bytes(data)
        case "swap" if len(parts) > 1:
            at = int(rng.integers(0, len(parts) - 1))
            parts[at : at + 2] = parts[at + 1], parts[at]
        case "twice":
            at = int(rng.integers(0, len(parts)))
            parts.insert(at, parts[at])
        case "leave out":
            del parts[int(rng.integers(0, len(parts)))]
        case "behind":
            extra = [b"\0", b"\1", dag.section(dag.raw_leaf(b"more")), bytes(40)]
            parts.append(extra[int(rng.integers(0, len(extra)))])
        case "cut":
            return whole[: int(rng.integers(1, len(whole)))]
    return dag.header(root.cid) + b"".join(parts)


class Run:
    """The lines, and for each piece what the books say: its code, and whether the file is whole."""

    def __init__(self):
        self.lines, self.told, self.jobs, self.codes = [], [], 0, Counter()
        self.send(V2_1.ether, ether_deposit(SPONSOR, RICH))

    def send(self, sender: bytes, payload: bytes, code="ok", is_whole=False) -> None:
        self.lines.append(advance_line(sender, payload, 1_760_000_000, len(self.lines)))
        self.told.append((code, is_whole))

    def case(self, rng) -> None:
        content = rng.bytes(SIZE)
        if rng.random() < 0.1:
            cid, data = raw_cid(content), content
            if rng.random() < 0.5:
                data = content[:-1] + bytes([content[-1] ^ 1])
        else:
            root = random_root(rng, content)
            cid, data = root.cid, random_stream(rng, root)
        terms = JobTerms(
            reward=1,
            client_bond=1,
            arch=ARCH.blob,
            base_model_cid=cid,
            evaluation=(sha256(b"never"),),
        )
        self.send(SPONSOR, post_job(terms, RICH))
        self.pieces(rng, File(cid, len(data), SIZE), data)
        self.send(SPONSOR, message("cancelJob", self.jobs))
        self.jobs += 1

    def pieces(self, rng, file: File, data: bytes) -> None:
        at, most = 0, max(3_000, len(data) // 4)
        while at < len(data):
            size = int(rng.integers(1, most if rng.random() < 0.5 or most > 3_000 else 60))
            chunk, code = data[at : at + size], "ok"
            try:
                file.receive(chunk)
            except Fault as fault:
                code = str(fault)
            payload = message("upload", self.jobs, file.cid, file.size, at, chunk)
            self.send(SPONSOR, payload, code, file.is_whole)
            if code != "ok" or file.is_whole:
                self.codes[code] += 1
                return
            at += size
        raise AssertionError("a stream that ends is whole, or not a file")


def main(arguments: list[str]) -> int:
    given = asked("fixtures.random_streams", arguments)
    rng, run = np.random.default_rng(given.seed), Run()
    for _ in range(given.cases):
        run.case(rng)
    found = []
    for line, (told, outcome) in enumerate(
        zip(run.told, played(str(given.deml), run.lines), strict=True), 1
    ):
        is_whole = any('"ContentStored"' in text for text in stated(outcome)[0])
        if (codes(outcome), is_whole) != told:
            found.append(f"line {line}: {codes(outcome)}, whole {is_whole}, foretold {told}")
    return concluded(f"{given.cases} streams", run.codes, found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
