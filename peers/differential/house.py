"""Compares this checkout with one of an earlier commit: what users and provers see is the same bytes.

    scripts/differential house [COMMIT] [--there FOLDER] [--deml PATH] [--cases N] [--seed S]

The outcomes of every story, recorded and played; the commands of the tool; the answers of every
`--batch` operation to published, golden and random requests; the golden vectors; the published ABI and
the schema of answers. The commit is built in .build-house; --there names a folder that has it built.
"""

import io
import pathlib
import re
import subprocess
import sys
import tarfile

from . import builds, comparison

ROOT = comparison.ROOT
# Recorded bytes that an order of the house does not touch.
KEPT = (
    "fixtures/*/inputs.jsonl",
    "fixtures/*/expected.jsonl",
    "fixtures/*/root.txt",
    "fixtures/golden/*",
    "fixtures/blobs/*",
    "fixtures/pack/*",
    "docs/deml.abi.json",
    "docs/inspect.schema.json",
)
# Before one tree was put in order as "one house".
BEFORE = "187c38d"


def output(*words, **options):
    return subprocess.run(words, stdout=subprocess.PIPE, check=True, **options).stdout


def checkout(commit):
    """The tree of a commit in a folder of its own, with a tool that is built for debug."""
    folder = ROOT / ".build-house" / output("git", "rev-parse", commit, cwd=ROOT).decode().strip()
    if not (folder / "Package.swift").exists():
        folder.mkdir(parents=True)
        archive = output("git", "archive", commit, cwd=ROOT)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
    command = ["swift", "build", "--product", "deml", "--package-path", folder]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return folder


def kept(folder):
    """Paths and bytes; READMEs are for people and may move on."""
    files = (path for pattern in KEPT for path in folder.glob(pattern) if path.suffix != ".md")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def commands(deml, *path):
    """Names of all commands, with those below them."""
    text = output(deml, "help", *path).decode().partition("SUBCOMMANDS:")[2]
    for name in re.findall(r"^  ([a-z][a-z-]*) ", text, re.MULTILINE):
        yield " ".join((*path, name))
        yield from commands(deml, *path, name)


class House:
    """Two trees and their tools: the earlier one, and this."""

    def __init__(self, there, deml):
        self.folders = there, ROOT
        self.tools = there / ".build/debug/deml", pathlib.Path(deml)
        self.differences = 0

    def compare(self, what, values):
        """Two dictionaries from names to what must be equal."""
        before, now = values
        wrong = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
        self.differences += len(wrong)
        for name in wrong[:20]:
            sides = [side for side, has in (("then", before), ("now", now)) if name in has]
            print(f"difference: {what}: {name}" + f", only {sides[0]}" * (len(sides) == 1))
        print(f"{what}: {len(before)} compared, {len(wrong)} differences")

    def stories(self):
        """What each engine makes of the stories of this checkout."""
        stories = sorted(ROOT.glob("fixtures/*/inputs.jsonl"))
        return [
            {
                path.parent.name: output(tool, "run", "--batch", stdin=path.open("rb"))
                for path in stories
            }
            for tool in self.tools
        ]

    def batches(self, cases, seed):
        names = ("then", "now")
        programs = [comparison.Program(f"{n}={t}") for n, t in zip(names, self.tools, strict=True)]
        both = comparison.Comparison(programs)
        builds.run_all(both, cases, seed)
        both.report()
        self.differences += both.differences


def main():
    parser = comparison.parser("house", __doc__.splitlines()[0], 3_000)
    parser.add_argument("commit", nargs="?", default=BEFORE)
    parser.add_argument("--there", type=pathlib.Path, help="a folder with the commit, built")
    parser.add_argument("--deml", default=ROOT / ".build/debug/deml", help="the tool of today")
    options = parser.parse_args()
    house = House(options.there or checkout(options.commit), options.deml)
    house.compare("recorded files", [kept(folder) for folder in house.folders])
    house.compare("commands", [dict.fromkeys(commands(tool), True) for tool in house.tools])
    house.compare("ABI as printed", [{"abi-json": output(t, "abi-json")} for t in house.tools])
    house.compare("stories played", house.stories())
    house.batches(options.cases, options.seed)
    print(f"this house and {options.there or options.commit}: {house.differences} differences")
    sys.exit(1 if house.differences else 0)


if __name__ == "__main__":
    main()
