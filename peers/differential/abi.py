"""Differential fuzzing of `deml abi`, `keccak`, `recover` and `typed-data` against the Python peers
eth-abi and eth-account: random cases, many per process.
"""

from .comparison import ROOT, Comparison, Program, parser


def main():
    told = parser("run", __doc__.splitlines()[0], 20_000)
    told.add_argument("--deml", help="the tool; else that of .build/release or .build/debug")
    options = told.parse_args()
    built = [ROOT / ".build" / build / "deml" for build in ("release", "debug")]
    found = options.deml or next((path for path in built if path.exists()), None)
    if found is None:
        told.error("no deml in .build: swift build --product deml, or name it with --deml")
    comparison = Comparison([Program(f"deml={found}")])
    comparison.run_random(options.cases, options.seed)
    comparison.conclude(options.seed)


if __name__ == "__main__":
    main()
