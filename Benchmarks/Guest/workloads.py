#!/usr/bin/env python3
"""Guest instructions of the parts that the application is made of.

    workloads.py kernels [--check]     products, whole evaluations, functions, loading, averages
    workloads.py codec [--check]       messages, hashes and signatures

With --check the limits are printed too, and a number above its limit fails. The counts depend on
the program alone: any two runs agree to the instruction.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from run import BUILT

# What may not be exceeded, by the whole name.
LIMITS = {}


def measured(group, *arguments):
    """The parts of a group in order: (name, instructions per unit, most bytes of heap)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks"
        program = subprocess.run(
            ["qemu-riscv64", "-plugin", f"{BUILT}/count.so,marks={file}", BUILT / "Workloads"]
            + [group, *arguments],
            stderr=subprocess.PIPE,
            text=True,
        )
        lines = program.stderr.splitlines()
        if program.returncode != 0:
            sys.exit(f"workloads {group}: {lines[-1:]}, status {program.returncode}")
        marks = [tuple(map(int, line.split())) for line in file.read_text().splitlines()]
    assert len(marks) == 2 * len(lines), "two marks for each part"
    parts = []
    for line, begin, end in zip(lines, marks[::2], marks[1::2]):
        name, units = line.rsplit("|", 1)
        parts.append((name, end[0] - begin[0], int(units), end[1]))
    # The first part is empty: what the marks themselves cost.
    empty = parts[0][1]
    return [(name, (count - empty) / units, heap) for name, count, units, heap in parts[1:]]


def figure(count):
    return f"{count:,.0f}" if count >= 1_000 else f"{count:.2f}" if count < 10 else f"{count:.1f}"


def table(rows):
    print("| what | instructions |\n|---|---|")
    for name, count, _ in rows:
        print(f"| {name} | {figure(count)} |")


def check(rows):
    failed = False
    for name, count, _ in rows:
        limit = LIMITS.get(name)
        over = limit is not None and count > limit
        failed = failed or over
        print(f"{name}: {figure(count)}" + (f" (limit {limit:,})" if limit else "") + " OVER" * over)
    return 1 if failed else 0


def main():
    match sys.argv[1:]:
        case [("kernels" | "codec") as group]:
            table(measured(group))
        case [("kernels" | "codec") as group, "--check"]:
            return check(measured(group))
        case _:
            sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
