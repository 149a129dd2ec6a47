#!/usr/bin/env python3
"""Guest instructions of the rollup application: start, requests by kind, whole stories.

    measure.py                      the tables of docs/performance.md
    measure.py --check              the key numbers, and whether they keep to their limits
    measure.py --search MINUTES [--seed N] [--keep]
                                    looks for dearer inputs than those that --check plays
    measure.py --profile STORY LINE where the instructions of one request of a story go
    measure.py --profile-worst KIND BUILDER PARAMETERS
                                    the same of the dearest input of a builder

Counted are the instructions of our process, without the kernel and the rollup server around it.
They depend on the program and the requests alone, so any two runs agree to the instruction.
"""

import json
import statistics
import sys
from pathlib import Path

from deml_peer.naming import NAMES
from deml_peer.requests import inspect_line

from . import large, worst
from .profiles import profile
from .run import ROOT, play, verdict
from .world import PIECE

# What may not be exceeded, by the beginning of its name: a message of 1 KB outside scoring, and the
# start. The bounds of whole kinds of inputs are in worst.py.
LIMITS = {
    "a refused message of 1,024": 500_000,
    "an upload of 1 KB": 500_000,
    "start": 500_000,
}


def requests_of(story):
    return (ROOT / "fixtures" / story / "inputs.jsonl").read_text().splitlines()


def lines_of(story):
    return json.loads((ROOT / "fixtures" / story / "story.json").read_text())["lines"]


def unknown_message(size):
    """An advance whose payload starts with a selector that no message has."""
    model = next(r for r in requests_of("bad-inputs") if '"advance_state"' in r)
    request = json.loads(model)
    request["data"]["payload"] = "0x" + "de" * size
    return json.dumps(request)


def steady(request):
    """The cost of a request that came before."""
    _, costs = play([request] * 4)
    return costs[-1]


def scores(line):
    return "loss" in line or "baseLoss" in line


def key_numbers():
    start, costs = play(requests_of("breast-cancer"))
    lines = lines_of("breast-cancer")
    # A piece of a model, a little over 1 KB, which neither begins nor ends a scored submission.
    pieces = [
        cost
        for request, line, cost in zip(requests_of("breast-cancer"), lines, costs)
        if line["note"].startswith("uploads")
        and 1_000 < len(json.loads(request)["data"]["payload"]) // 2 - 1 < 1_500
        and not scores(line)
    ]
    scored = [cost.instructions for cost, line in zip(costs, lines) if scores(line)]
    return [
        ("start to the first `/finish`", start.instructions),
        ("inspect `version`", steady(inspect_line("version")).instructions),
        ("inspect `jobs/0`, of a live job", costs[index(lines, "inspect `jobs/0`")].instructions),
        ("a refused message of 4 bytes", steady(unknown_message(4)).instructions),
        ("a refused message of 1,024 bytes", steady(unknown_message(1_024)).instructions),
        ("a refused message of 65,216 bytes", steady(unknown_message(65_216)).instructions),
        ("an upload of 1 KB, accepted, worst of its kind", max(c.instructions for c in pieces)),
        ("an input that scores a submission, median", int(statistics.median(scored))),
        ("the breast cancer story", sum(c.instructions for c in costs)),
    ]


def large_numbers():
    """One job with the largest evaluation data: instructions, and bytes of heap."""
    world, size = large.requests()
    _, costs = play(world.requests)
    pieces = [c.instructions for step, c in zip(world.steps, costs) if step.kind == worst.RAW_PIECE]
    return [
        (f"an upload of {PIECE:,} bytes, median", int(statistics.median(pieces))),
        (f"an upload of {PIECE:,} bytes, the most", max(pieces)),
        (
            f"takes {size:,} bytes of data, then scores to the budget",
            max(c.instructions for c in costs),
        ),
    ], max(c.heap for c in costs)


def index(lines, note):
    return next(i for i, line in enumerate(lines) if line["note"] == note)


def print_table(heads, rows):
    print("| " + " | ".join(heads) + " |")
    print("|---" * len(heads) + "|")
    for row in rows:
        print("| " + " | ".join(f"{c:,}" if isinstance(c, int) else c for c in row) + " |")


def kind(request, line):
    if line["expect"] != "ok":
        return "refused"
    request = json.loads(request)
    if request["request_type"] == "inspect_state":
        return "inspect"
    name = NAMES.get(bytes.fromhex(request["data"]["payload"][2:10]), "deposit and others")
    return name + ", with scoring" if scores(line) else name


def tables():
    rows, heap = large_numbers()
    print_table(["what", "guest instructions"], key_numbers() + rows)
    print(f"\nHeap with the large evaluation data: {heap:,} bytes at most.")
    _, costs = play(large.full_ledger())
    heap, dearest = (max(getattr(c, name) for c in costs) for name in ("heap", "instructions"))
    print(
        f"Heap with a ledger full of token ids: {heap:,} bytes; a deposit of them costs at most "
        f"{dearest:,} instructions, and one that is sent back {costs[-1].instructions:,}."
    )
    for story in sorted(path.parent.name for path in (ROOT / "fixtures").glob("*/story.json")):
        _, costs = play(requests_of(story))
        kinds = {}
        for request, line, cost in zip(requests_of(story), lines_of(story), costs):
            kinds.setdefault(kind(request, line), []).append(cost.instructions)
        total, heap = sum(c.instructions for c in costs), max(c.heap for c in costs)
        print(f"\n{story}: {len(costs)} requests, {total:,} instructions, heap {heap:,} bytes\n")
        print_table(
            ["request", "count", "median", "most"],
            [
                (name, len(found), int(statistics.median(found)), max(found))
                for name, found in sorted(kinds.items())
            ],
        )


def check():
    failed = []
    for name, count in key_numbers():
        limit = next((n for start, n in LIMITS.items() if name.startswith(start)), None)
        failed.append(verdict(name, f"{count:,}", limit, limit is not None and count > limit))
    return 0 if worst.check() and not any(failed) else 1


def main():
    match sys.argv[1:]:
        case []:
            tables()
        case ["--check"]:
            return check()
        case ["--profile", story, number]:
            requests, lines = requests_of(Path(story).name), lines_of(Path(story).name)
            at = int(number) - 1
            profile(requests, play(requests)[1][at], lines[at]["note"])
        case ["--profile-worst", kind, name, parameters]:
            worst.show(kind, name, parameters)
        case ["--search", *rest]:
            return worst.main(rest)
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
