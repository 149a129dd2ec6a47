"""Files of the breast cancer story, taken from its recorded inputs."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

POST_JOB_ARCH = 10
"""Place of the architecture in the tuple of the terms."""


def cid_of(blob: bytes) -> str:
    binary = b"\x01\x55\x12\x20" + hashlib.sha256(blob).digest()
    return "b" + base64.b32encode(binary).decode().lower().rstrip("=")


def word(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 32], "big")


def dynamic(data: bytes, start: int, index: int) -> bytes:
    """Argument `index`, of type bytes, of the tuple that begins at `start`."""
    place = start + word(data, start + 32 * index)
    return data[place + 32 : place + 32 + word(data, place)]


class Story:
    """`arch`, `base` and `data` of job 0, and its `models` in the order of scoring."""

    def __init__(self, root: Path, selectors: dict[str, str]):
        self.blobs = root / "fixtures" / "blobs"
        folder = root / "fixtures" / "breast-cancer"
        uploads: list[bytes] = []
        for line in (folder / "inputs.jsonl").read_text().splitlines():
            payload = bytes.fromhex(json.loads(line)["data"]["payload"][2:])
            selector, arguments = payload[:4].hex(), payload[4:]
            if selector == selectors["postJob"] and not hasattr(self, "arch"):
                self.arch = dynamic(arguments, word(arguments, 0), POST_JOB_ARCH)
            if selector == selectors["upload"] and word(arguments, 0) == 0:
                cid = dynamic(arguments, 0, 1)
                if cid not in uploads:
                    uploads.append(cid)
        blobs = [self.blob(cid) for cid in uploads]
        self.base, self.data = blobs[0], blobs[1]
        self.models = blobs[2:]

    def blob(self, cid: bytes) -> bytes:
        text = (
            cid.decode()
            if cid[:1] != b"\x01"
            else "b" + base64.b32encode(cid).decode().lower().rstrip("=")
        )
        return (self.blobs / text).read_bytes()

    def save(self, folder: Path) -> dict[str, Path]:
        """The files by name, as a person has them."""
        named = {"arch": self.arch, "base": self.base, "data": self.data}
        named.update({f"model-{i}": model for i, model in enumerate(self.models)})
        files = {}
        for name, blob in named.items():
            files[name] = folder / f"{name}.dml"
            files[name].write_bytes(blob)
        return files
