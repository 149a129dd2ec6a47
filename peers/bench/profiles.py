"""Where the instructions of one request go, function by function."""

import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from .run import BUILT, play


def lines_of(command, given=None):
    """What the command answers to the text that it is given."""
    run = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def symbols():
    """The functions of the program before stripping, by address."""
    tool = Path(shutil.which("swiftc")).resolve().parent / "llvm-nm"
    program = BUILT / "build/release/RollupApp"
    listing = lines_of([tool, "--numeric-sort", "--defined-only", program])
    found = [line.split(maxsplit=2) for line in listing]
    # $x and $d mark code and data; they are no functions.
    return [(int(a, 16), s) for a, kind, s in found if kind in "tTwW" and s[:2] not in ("$x", "$d")]


def profile(requests, cost, what):
    """Prints the functions in which the request with this cost spends the most."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "profile"
        play(requests, profile=(file, *cost.marks))
        blocks = [line.split() for line in file.read_text().splitlines()]
    table = symbols()
    counts = Counter()
    for address, instructions in sorted((int(a, 16), int(n)) for a, n in blocks):
        while len(table) > 1 and table[1][0] <= address:
            table.pop(0)
        counts[table[0][1]] += instructions
    names = [name for name, _ in counts.most_common(40)]
    demangle = ["swift", "demangle", "--compact", "--simplified"]
    plain = lines_of(demangle, "\n".join(names))
    print(f"{cost.instructions:,} instructions: {what}")
    for name, text in zip(names, plain):
        print(f"{counts[name]:>12,}  {text}")
    elsewhere = cost.instructions - sum(counts[name] for name in names)
    print(f"{elsewhere:>12,}  elsewhere")
