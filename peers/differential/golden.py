"""The golden vectors of the verifier as requests to `score`: each line is one, bytes and all."""

import json

from .case import Case, expect_refusal

RESULTS = ("loss", "correct", "samples", "auc", "macroF1Ppb", "perClass", "work")


def cases(path):
    """Pairs of the file's name and a case."""
    for text in path.read_bytes().splitlines():
        row = json.loads(text)
        check = expect_refusal("refused") if row.get("error") else same(row)
        yield "fixtures/golden/" + path.name, Case("score", text, check)


def same(row):
    def check(answer):
        if "ok" not in answer:
            return f"difference: {row['name']} refused ({answer['error']['code']})"
        found = answer["ok"]
        wrong = [name for name in RESULTS if found.get(name) != row[name]]
        return f"difference: {row['name']}: {wrong}" if wrong else "scored, the same bits"

    return check
