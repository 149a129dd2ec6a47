"""Requests of a job whose evaluation data is as large as the protocol takes, made from a story.

The first job of the breast cancer story is posted again with over half a million samples: the
story's own, over and over. Its data is 32 MB, and one pass over it is more than the work of one
input, so the requests show both the memory and the most that a single input can cost.
"""

import hashlib
import json
import struct

from run import ROOT

SAMPLES = 1 << 19
FEATURES = 30
CHUNK = 64_000
# Places in the story, and words of the posted terms after the selector.
DEPOSIT, POST, BASE_MODEL, FIRST_DATA = 2, 13, 16, 17
SAMPLES_WORD, EVALUATION_WORD = 13, 39
UPLOAD, ADVANCE = "e78941dd", "71d6ddd6"


def data_blob(story):
    """The story's data set, repeated."""
    cid = bytes.fromhex(payload(story[FIRST_DATA]))[4 + 6 * 32 :][:36]
    digest = cid[4:]
    blobs = (path.read_bytes() for path in (ROOT / "fixtures/blobs").iterdir())
    small = next(blob for blob in blobs if hashlib.sha256(blob).digest() == digest)
    (count,) = struct.unpack_from("<I", small, 8)
    header = small[:8] + struct.pack("<I", SAMPLES) + small[12:32]
    width = FEATURES * 2
    x, y = small[32 : 32 + count * width], small[32 + count * width :]
    assert len(y) == count * 2 and count * width % 4 == 0
    repeat = -(-SAMPLES // count)
    return header + (x * repeat)[: SAMPLES * width] + (y * repeat)[: SAMPLES * 2]


def payload(line):
    return json.loads(line)["data"]["payload"][2:]


def word(value):
    return value.to_bytes(32, "big").hex()


def padded(data):
    return word(len(data)) + data.hex() + "00" * (-len(data) % 32)


def requests():
    story = (ROOT / "fixtures/breast-cancer/inputs.jsonl").read_text().splitlines()
    blob = data_blob(story)
    cid = bytes([1, 0x55, 0x12, 0x20]) + hashlib.sha256(blob).digest()
    template = json.loads(story[POST])
    sponsor = template["data"]["metadata"]["msg_sender"]
    result = [story[DEPOSIT]]

    def send(text):
        request = json.loads(story[POST])
        request["data"]["metadata"]["input_index"] = len(result)
        request["data"]["metadata"]["block_timestamp"] += 12 * len(result)
        request["data"]["metadata"]["msg_sender"] = sponsor
        request["data"]["payload"] = "0x" + text
        result.append(json.dumps(request))

    terms = payload(story[POST])
    for place, value in ((SAMPLES_WORD, word(SAMPLES)), (EVALUATION_WORD, cid[4:].hex())):
        at = 8 + 64 * place
        terms = terms[:at] + value + terms[at + 64 :]
    send(terms)
    send(payload(story[BASE_MODEL]))
    for offset in range(0, len(blob), CHUNK):
        piece = blob[offset : offset + CHUNK]
        names = padded(cid)
        heads = word(0) + word(160) + word(len(blob)) + word(offset) + word(160 + len(names) // 2)
        send(UPLOAD + heads + names + padded(piece))
    for _ in range(4):
        send(ADVANCE + word(0))
    return result, len(blob)
