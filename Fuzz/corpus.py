"""Writes the golden vectors as a corpus for FuzzBlobs: python3 Fuzz/corpus.py FOLDER"""

import json
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    lines = (ROOT / "fixtures" / "golden" / "verifier.jsonl").read_text().splitlines()
    for index, line in enumerate(lines):
        case = json.loads(line)
        arch, model, data = (bytes.fromhex(case[key][2:]) for key in ("arch", "model", "data"))
        if max(len(arch), len(model)) < 1 << 16:
            parts = struct.pack("<H", len(arch)) + arch + struct.pack("<H", len(model)) + model
            (folder / f"{index:03}").write_bytes(parts + data)


if __name__ == "__main__":
    main()
