"""Files of the breast cancer story, taken from its recorded inputs."""

from __future__ import annotations

import json
from pathlib import Path

from deml_peer.hashing import cid_text
from deml_peer.naming import decoded
from deml_peer.protocol import JobTerms

ARCH = list(JobTerms.__dataclass_fields__).index("arch")


class Story:
    """`arch`, `base` and `data` of job 0, and its `models` in the order of scoring."""

    def __init__(self, root: Path):
        folder = root / "fixtures" / "breast-cancer"
        uploads: dict[bytes, None] = {}
        for line in (folder / "inputs.jsonl").read_text().splitlines():
            payload = bytes.fromhex(json.loads(line)["data"]["payload"][2:])
            match decoded(payload):
                case "postJob", (terms, _):
                    self.arch = getattr(self, "arch", terms[ARCH])
                case "upload", (0, cid, *_):
                    uploads[cid] = None
        blobs = root / "fixtures" / "blobs"
        self.base, self.data, *self.models = [(blobs / cid_text(c)).read_bytes() for c in uploads]

    def save(self, folder: Path) -> dict[str, Path]:
        """The files by name, as a person has them."""
        named = {"arch": self.arch, "base": self.base, "data": self.data}
        named.update({f"model-{i}": model for i, model in enumerate(self.models)})
        files = {}
        for name, blob in named.items():
            files[name] = folder / f"{name}.dml"
            files[name].write_bytes(blob)
        return files
