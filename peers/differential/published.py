"""Vectors published by others as cases for the tool: requests, and what the authors expect.

They are not part of the project. Each function below yields the cases of one file; where we are
stricter than an author, the verdict says so by name and is counted by that name.
"""

import pathlib
from functools import partial

from deml_peer.hashing import cid_text
from deml_peer.requests import hex0x

from . import published_abi, published_signatures
from .case import Case, expect, expect_refusal, load
from .case import keccak as hashed


def keccak(folder):
    file = load(folder, "keccak/keccak.json")
    for row in file["ethash"]:
        yield hashed("0x" + row["message_hex"], row["keccak256"])
    for row in file["cryptopp"]:
        message = row["text"].encode() * row["repeat"]
        if len(message) <= 1 << 21:
            yield hashed(hex0x(message), row["keccak256"])
    for row in file["libcmt"]:
        text = row["text"]
        if "keccak256" in row:
            yield hashed(hex0x(text.encode()), row["keccak256"])
        if "selector" in row:
            yield Case("abi selector", {"signature": text}, expect("0x" + row["selector"]))


def known_answers(name, folder):
    length, message = 0, ""
    for line in (folder / f"keccak/kat/{name}.txt").read_text().splitlines():
        key, _, value = line.partition(" = ")
        if key == "Len":
            length = int(value)
        elif key == "Msg":
            message = value
        elif key == "MD" and length % 8 == 0:
            yield hashed("0x" + message[: length // 4], value.lower())


def canonical(row):
    """The text that the tool writes: base 32 for version 1; None where the file gives no bytes."""
    if "canonical" in row:
        return row["canonical"]
    if row["cid"].startswith(("b", "Qm")):
        return row["cid"]
    if "hex" not in row:
        return None
    return cid_text(bytes.fromhex(row["hex"]))


def cid(folder):
    file = load(folder, "cid/cid.json")
    for row in file["accept"]:

        def check(answer, row=row, text=canonical(row)):
            if "ok" not in answer:
                code = answer["error"]["code"]
                # Base 64 is optional, and never written by the usual tools.
                is_strict = code == "unknownBase" and row["cid"].startswith("m")
                return "strict, base 64" if is_strict else f"difference: {code}"
            ok = answer["ok"]
            if ok["version"] != row.get("version", ok["version"]):
                return "difference: another version"
            if text is not None and ok["text"] != text:
                return f"difference: another text than {text}"
            return "same"

        yield Case("cid", {"cid": row["cid"]}, check)
        if "hex" in row:
            yield Case("cid", {"cid": "0x" + row["hex"]}, check)
    for row in file["reject"]:
        text = "0x" + row["hex"] if "hex" in row else row["cid"]
        yield Case("cid", {"cid": text}, expect_refusal("both refuse"))


FILES = {
    "keccak/keccak.json": keccak,
    "keccak/kat/ShortMsgKAT_256.txt": partial(known_answers, "ShortMsgKAT_256"),
    "keccak/kat/LongMsgKAT_256.txt": partial(known_answers, "LongMsgKAT_256"),
    "cid/cid.json": cid,
    **published_abi.FILES,
    **published_signatures.FILES,
}


def cases(folder: pathlib.Path):
    """Pairs of a file and a case, file by file."""
    for path, function in FILES.items():
        for case in function(folder):
            yield path, case
