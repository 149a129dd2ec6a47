"""Puts the same requests to several builds of the core and compares their answers byte by byte:
published vectors, the golden vectors of the verifier, and random cases of the differential test.
What the first build answers is also compared with what the authors and the peers expect, so all are.

    scripts/differential builds [--cases N] [--seed S]      builds them and calls this program
"""

import os
import pathlib

from . import golden, published
from .comparison import ROOT, Comparison, Program, parser


def run_all(comparison, cases, seed):
    """Golden and published vectors, and so many random cases."""
    comparison.run(golden.cases(ROOT / "fixtures/golden/verifier.jsonl"))
    vectors = pathlib.Path(os.environ.get("DEML_VECTORS", ROOT.parent / "shared/vectors"))
    if vectors.is_dir():
        comparison.run(published.cases(vectors))
    else:
        print(f"published vectors: skipped, there is no {vectors}; see DEML_VECTORS")
    comparison.run_random(cases, seed)


def main():
    told = parser("builds", __doc__.splitlines()[0], 3_000)
    told.add_argument("--program", action="append", required=True, help="NAME=COMMAND")
    options = told.parse_args()
    comparison = Comparison([Program(text) for text in options.program])
    run_all(comparison, options.cases, options.seed)
    comparison.conclude(options.seed)


if __name__ == "__main__":
    main()
