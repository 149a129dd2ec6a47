"""`python -m stories ROOT [STEP…]`: remakes the fixtures under ROOT, all steps or those named.

Without a step the blob folder is emptied first, so that only blobs that are still used stay.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import time
from pathlib import Path

PEERS = Path(__file__).resolve().parents[1]

# A story, or a file of vectors, is a module that can `make` its part of the fixtures.
STEPS = {
    path.stem: folder.name
    for folder in (PEERS / "vectors", PEERS / "stories")
    for path in sorted(folder.glob("*.py"))
    if "\ndef make(root: Path)" in path.read_text()
}


def main(arguments: list[str]) -> int:
    if not arguments or any(step not in STEPS for step in arguments[1:]):
        print(f"usage: python -m stories ROOT [{' | '.join(STEPS)}]...", file=sys.stderr)
        return 2
    root = Path(arguments[0])
    if not arguments[1:]:
        shutil.rmtree(root / "blobs", ignore_errors=True)
    for step in arguments[1:] or STEPS:
        started = time.monotonic()
        importlib.import_module(f"{STEPS[step]}.{step}").make(root)
        print(f"{step}: {time.monotonic() - started:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
