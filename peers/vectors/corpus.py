"""Writes seeds for the fuzzers, made of the fixtures: python -m vectors.corpus FOLDER

A folder for each fuzzer: golden models and data for Blobs, whole stories for Inputs, recorded
requests for Requests, messages and notices for ABI, blobs and CIDs for Content, programmes for Stream.
"""

import json
import struct
import sys
from pathlib import Path

from deml_peer.protocol import V2_1
from eth_utils.abi import collapse_if_tuple

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
PORTALS = [portal.hex() for portal in V2_1.portals]
# As FuzzInputs reads its records.
QUERY, FIRST_PORTAL, ANY_ACCOUNT = 14, 8, 7
PASSES_12_S, PASSES_SECONDS, PASSES_TEN_MINUTES = 1 << 4, 2 << 4, 3 << 4
START = 1_760_000_000
STORY_LIMIT = 32_768


def part(data: bytes) -> bytes:
    return struct.pack("<H", len(data)) + data


def blobs():
    lines = (FIXTURES / "golden" / "verifier.jsonl").read_text().splitlines()
    for line in lines:
        case = json.loads(line)
        arch, model, data = (bytes.fromhex(case[key][2:]) for key in ("arch", "model", "data"))
        if max(len(arch), len(model)) < 1 << 16:
            yield part(arch) + part(model) + data


def requests(story: Path):
    for line in story.read_text().splitlines():
        request = json.loads(line)["data"]
        yield request.get("metadata"), bytes.fromhex(request["payload"][2:])


def passing(seconds: int) -> tuple[int, bytes]:
    """The option bits and the bytes that let time pass."""
    if seconds == 12:
        return PASSES_12_S, b""
    if 0 < seconds < 1 << 16:
        return PASSES_SECONDS, struct.pack("<H", seconds)
    if seconds > 0:
        return PASSES_TEN_MINUTES, struct.pack("<H", min(0xFFFF, -(-seconds // 600)))
    return 0, b""


def record(metadata, payload: bytes, accounts: list[str], now: int) -> tuple[bytes, int]:
    """One request as FuzzInputs reads it, and the time after it."""
    if metadata is None:
        return bytes([QUERY]) + part(payload), now
    time = metadata.get("block_timestamp", now)
    bits, delay = passing(time - now)
    sender = metadata.get("msg_sender", "0x" + "00" * 20)[2:]
    if sender in PORTALS:
        head = bytes([FIRST_PORTAL + PORTALS.index(sender) | bits]) + delay
    else:
        if sender not in accounts:
            accounts.append(sender)
        head = bytes([ANY_ACCOUNT | bits]) + delay + bytes([accounts.index(sender)])
    if bits == PASSES_TEN_MINUTES:
        time = now + -(-(time - now) // 600) * 600
    return head + part(payload), max(time, now)


def stories():
    """Stories, or their beginnings, with at most 15 accounts."""
    for story in sorted(FIXTURES.glob("*/inputs.jsonl")):
        accounts, records, now = [], b"", START
        for metadata, payload in requests(story):
            if len(records) + len(payload) > STORY_LIMIT:
                break
            text, now = record(metadata, payload, accounts, now)
            if len(accounts) > 15:
                break
            records += text
        head = bytes([len(accounts[:15])]) + bytes.fromhex("".join(accounts[:15]))
        yield head + records


def server_answers():
    for story in sorted(FIXTURES.glob("*/inputs.jsonl")):
        for line in story.read_bytes().splitlines()[:30]:
            if len(line) < 4_000:
                yield b"\x00" + line
                yield b"\x02" + line
                head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(line)
                yield b"\x01\x10" + head + line
    line = b'{"index":0}'
    yield b"\x01\x07HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n" + line
    yield b"\x01\x03HTTP/1.1 202 OK\r\nConnection: close\r\n\r\nbody"
    yield b"\x03http://127.0.0.1:5004/prefix"


def encodings():
    entries = json.loads((ROOT / "docs" / "deml.abi.json").read_text())
    for entry in entries:
        types = ",".join(collapse_if_tuple(item) for item in entry["inputs"])
        yield b"\x00" + part(f"{entry['name']}({types})".encode())
        yield b"\x01" + types.encode()
    yield b"\x00" + part(b"f(uint256[2][],(bool,string)[],bytes3)") + bytes(64)
    for story in sorted(FIXTURES.glob("*/inputs.jsonl")):
        for metadata, payload in requests(story):
            if metadata and 4 <= len(payload) < 3_000:
                for index in range(34):
                    if index % 7 == len(payload) % 7:
                        yield bytes([34 + index]) + payload[4:]
    yield b"\x02" + bytes(200)


def content():
    for path in sorted((FIXTURES / "blobs").iterdir())[:20]:
        yield b"\x00" + path.name.encode()
        yield b"\x00" + bytes.fromhex("01551220") + path.read_bytes()[:32]
    leaf = bytes.fromhex("01551220") + bytes(32)
    link = b"\x0a" + bytes([len(leaf)]) + leaf + b"\x12\x00\x18\x08"
    unixfs = b"\x0a\x06\x08\x02\x18\x08\x20\x08"
    node = b"\x12" + bytes([len(link)]) + link + unixfs
    yield b"\x01" + node
    yield b"\x01\x0a\x09\x08\x02\x12\x03abc\x18\x03"
    header = bytes.fromhex("a265726f6f747381d82a5825000155122000") + bytes(31)
    header += bytes.fromhex("6776657273696f6e01")
    block = leaf + b"abcdefgh"
    yield b"\x02" + bytes([len(header)]) + header + bytes([len(block)]) + block


def streams():
    """Programmes for FuzzStream: options, parts, then how the stream is cut."""
    leaf, long_leaf = b"\x00\x04abcd", b"\x04\x78\x77"

    def node(*links, options=0, damage=b""):
        return b"\x08" + bytes([options, len(links)]) + b"".join(links) + damage

    def programme(*parts, options=8, tail=b""):
        return bytes([options, len(parts)]) + b"".join(parts) + tail + b"\x60\x00\x07"

    newest, second = b"\x00", b"\x01"
    yield b"\x08\x01" + leaf + b"\x02\x00\x03"
    yield programme(leaf, node(newest, newest))
    yield programme(leaf, long_leaf, node(newest, second), node(newest, second, options=1))
    # Blocks inside of CIDs, a few and too many; the same block often; too deep.
    yield programme(leaf, node(b"\x20"), node(b"\x20", newest))
    yield programme(long_leaf, node(b"\xa0\x20"), node(b"\x80\x1f"))
    yield programme(long_leaf, node(b"\x80\x7f"))
    yield programme(leaf, *[node(newest)] * 17)
    # A name, another size, one size too few, none; damage of each kind before the node is hashed.
    for options in (2, 8, 12):
        yield programme(leaf, node(b"\x40" + bytes([options])))
    for damage in (b"\x01\x03\x00\x01", b"\x02\x01", b"\x03\x01"):
        yield programme(leaf, node(newest, options=0x80, damage=damage))
    # A leaf and a node that are too large, a header of its own, five kinds of damage behind.
    yield programme(b"\x06\x00\x00\x01", node(newest))
    yield programme(b"\x06\x00\x01\x01", node(newest))
    yield programme(leaf, node(newest), options=0x28, tail=b"\x03abc")
    for damage in range(6):
        yield programme(leaf, node(newest), options=1, tail=bytes([damage, 70, 0, 9, 3, 1, 2, 3]))


def main() -> None:
    folder = Path(sys.argv[1])
    makers = {
        "Blobs": blobs,
        "Inputs": stories,
        "Requests": server_answers,
        "ABI": encodings,
        "Content": content,
        "Stream": streams,
    }
    for name, maker in makers.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index, seed in enumerate(maker()):
            (folder / name / f"{index:04}").write_bytes(seed)


if __name__ == "__main__":
    main()
