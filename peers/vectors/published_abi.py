"""`python -m vectors.published_abi FILE`: messages and notices are those of docs/deml.abi.json."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deml_peer.notices import ARGUMENTS, fields
from deml_peer.protocol import MESSAGES
from eth_utils.abi import collapse_if_tuple


def problems(entries: list[dict]) -> list[str]:
    """Every message of the peer has to be there, and every notice that stories foretell."""
    found = {}
    for entry in entries:
        parameters = [(each.get("name", ""), collapse_if_tuple(each)) for each in entry["inputs"]]
        found[entry["name"]] = parameters
    result = []
    for name, types in MESSAGES.items():
        if [kind for _, kind in found.get(name, [])] != types:
            result.append(f"{name}: {found.get(name)}, the peer has {types}")
    for name in ARGUMENTS:
        if found.get(name) != fields(name):
            result.append(f"{name}: {found.get(name)}, the peer has {fields(name)}")
    return result


def main(arguments: list[str]) -> int:
    found = problems(json.loads(Path(arguments[0]).read_text()))
    print("\n".join(found) or "the published ABI is that of the peer")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
