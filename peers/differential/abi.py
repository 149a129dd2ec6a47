"""Differential fuzzing of `deml abi`, `keccak`, `recover` and `typed-data` against the Python peers
eth-abi and eth-account.

Random cases go through `deml … --batch`, many per process. What the peer takes and we refuse is a
difference unless it is one of the documented strictnesses, which are counted by name:

* an encoding that eth-abi decodes but would not write itself (left-over bytes, gaps, overlaps);
* fixed bytes that are shorter than their type, which eth-abi fills up;
* s in the upper half of its range;
* a message without one of its `bytes` or `string` members, which eth-account takes to be empty.

What we take and the peer refuses, or takes for something else, is always a difference.
"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import time

from . import encodings_of_values, signatures_and_hashes, typed_data

SOURCES = [
    (40, encodings_of_values.valid),
    (35, encodings_of_values.corrupted),
    (6, encodings_of_values.not_encodable),
    (6, encodings_of_values.packed),
    (4, signatures_and_hashes.selector),
    (2, signatures_and_hashes.keccak),
    (2, signatures_and_hashes.recover),
    (5, typed_data.hash),
]
CHUNK = 2_000


def find_tool():
    root = pathlib.Path(__file__).resolve().parents[2]
    for build in ("release", "debug"):
        path = root / ".build" / build / "deml"
        if path.exists():
            return str(path)
    sys.exit("no deml in .build: swift build --product deml, or name it with --deml")


def answers(tool, command, requests):
    """What the tool answers to the requests, in order."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    run = subprocess.run(
        [tool, *command.split(), "--batch"], input=lines.encode(), capture_output=True, check=False
    )
    if run.returncode != 0:
        sys.exit(f"{command}: exit status {run.returncode}: {run.stderr.decode()[-500:]}")
    output = run.stdout.decode().splitlines()
    if len(output) != len(requests):
        sys.exit(f"{command}: {len(output)} answers to {len(requests)} requests")
    return [json.loads(line) for line in output]


def run_chunk(tool, rng, count, tally):
    """Makes and checks `count` cases; yields the differences."""
    makers = rng.choices(
        [maker for _, maker in SOURCES], [weight for weight, _ in SOURCES], k=count
    )
    by_command = collections.defaultdict(list)
    for maker in makers:
        for case in maker(rng):
            by_command[case.command].append(case)
    for command, cases in by_command.items():
        for case, answer in zip(cases, answers(tool, command, [case.request for case in cases])):
            verdict = case.check(answer)
            if verdict.startswith("difference"):
                yield f"{verdict}\n  {command} {json.dumps(case.request)}\n  {json.dumps(answer)}"
            tally[f"{command}: {verdict}"] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--deml", default=None, help="the tool; else .build/*/deml")
    options = parser.parse_args()
    tool = options.deml or find_tool()
    tally = collections.Counter()
    differences = 0
    start = time.monotonic()
    for done in range(0, options.cases, CHUNK):
        # One generator per chunk, so that a chunk can be repeated alone.
        seed = f"{options.seed}/{done}"
        for text in run_chunk(tool, random.Random(seed), min(CHUNK, options.cases - done), tally):
            differences += 1
            print(f"chunk {seed}: {text}")
        if sys.stderr.isatty():
            print(f"\r{done + CHUNK} of {options.cases}", end="", file=sys.stderr)
    for name, count in sorted(tally.items()):
        print(f"{count:8} {name}")
    print(
        f"{sum(tally.values())} checks of {options.cases} cases in "
        f"{time.monotonic() - start:.0f} s, seed {options.seed}: {differences} differences"
    )
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
