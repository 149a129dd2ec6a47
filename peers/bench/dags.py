"""Streams made to be dear: whole and right, but with blocks that nobody would make.

Blocks are those of the fixtures: `Block(cid, data, size, total, children)`.
"""

from deml_peer import dag
from deml_peer.dag import Block
from deml_peer.hashing import sha256

# Least links: no name, no total.


def least_node(children, own=b""):
    size = len(own) + sum(child.size for child in children)
    parts = [child.size for child in children]
    body = dag.number_field(1, dag.FILE) + (dag.bytes_field(2, own) if own else b"")
    body += dag.number_field(3, size) if size else b""
    body += b"".join(dag.number_field(4, part) for part in parts)
    links = b"".join(dag.bytes_field(2, dag.bytes_field(1, child.cid)) for child in children)
    data = links + dag.bytes_field(1, body)
    return Block(b"\x12\x20" + sha256(data), data, size, 0, tuple(children))


def version_1(block):
    return Block(b"\x01\x70\x12\x20" + block.cid[2:], block.data, block.size, 0, block.children)


def inline(block, is_node):
    """The same block inside of its CID, with nothing to send but what is below it."""
    assert len(block.data) <= 128
    size = len(block.data)
    head = bytes([1, 0x70 if is_node else 0x55, 0]) + (bytes([size]) if size < 128 else b"\x80\x01")
    return Block(head + block.data, block.data, block.size, 0, block.children)


def nested(count, wrap):
    """A node in a node in a node…"""
    block = least_node([])
    for _ in range(count):
        block = least_node([wrap(block)])
    return block


NOTHING = inline(Block(b"", b"", 0, 0), False)
# Blocks without a byte of the file, as small as their kinds allow.
EMPTIES = {
    "raw": dag.raw_leaf(b""),
    "node": least_node([]),
    "node 1": version_1(least_node([])),
    "inline raw": NOTHING,
    "inline node": inline(least_node([]), True),
    "inline nest": inline(least_node([NOTHING] * 9), True),
    "inline chain": inline(nested(8, lambda block: inline(block, True)), True),
    "parent": least_node([dag.raw_leaf(b"")]),
    "chain": nested(12, lambda block: block),
}
KINDS = tuple(EMPTIES)


def leaves_of(blob, leaf, kind):
    chunks = [blob[at : at + leaf] for at in range(0, len(blob), leaf)]
    if kind == "raw":
        return [dag.raw_leaf(chunk) for chunk in chunks]
    if kind == "inline":
        return [inline(Block(b"", chunk, len(chunk), 0), False) for chunk in chunks]
    return [least_node([], chunk) for chunk in chunks]


def grouped(blocks, width):
    while len(blocks) > 1:
        blocks = [least_node(blocks[at : at + width]) for at in range(0, len(blocks), width)]
    return blocks[0]


def stream_of(blob, empties, kind, leaf, leaf_kind, width, first):
    """A CAR file of `blob` with `empties` blocks without a byte before or behind its own leaves."""
    nothing = [EMPTIES[kind]] * empties
    own = leaves_of(blob, leaf, leaf_kind)
    blocks = nothing + own if first else own + nothing
    root = grouped(blocks, width)
    if len(blocks) == 1:
        root = least_node(blocks)
    return root.cid, dag.car(root)


def burst(length, levels, bytes_each, kind, leaves):
    """Nodes in one another, each full of blocks inside of their CIDs, and leaves between those.

    Gives the root, the stream up to the last leaf, which holds all of the file, and where the
    leaves begin: all that is inside of CIDs is read when they come.
    """
    nothing, leaf = EMPTIES[kind], dag.raw_leaf(b"")
    each = len(dag.bytes_field(2, dag.bytes_field(1, nothing.cid))) + 2
    count = min(bytes_each, length // levels) // each
    gaps = max(1, leaves // levels)
    last = Block(dag.raw_leaf(b"never sent").cid, b"", length, 0)
    below = []
    for level in range(levels):
        blocks = below + ([nothing] * (count // gaps) + [leaf]) * gaps
        if level == levels - 1:
            blocks.append(last)
        below = [least_node(blocks)]
    root = below[0]
    parts = dag.sections(root)[:-1]
    front = dag.header(root.cid) + b"".join(parts[:levels])
    return root.cid, front + b"".join(parts[levels:]), len(front)
