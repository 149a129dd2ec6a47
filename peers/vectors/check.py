"""`python -m vectors.check DEML FOLDER…`: plays stories and compares every figure foretold.

Each refusal, files, scores, rewards, forfeits, rounds and settlements, every voucher, each balance
that is left and each asset's totals. `deml replay` compares them too; this shares no code with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from deml_peer.books import item
from deml_peer.hashing import checksum_address
from deml_peer.notices import decoded
from deml_peer.protocol import NOBODY
from deml_peer.requests import hex0x, inspect_line


def unhex(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def played(deml: str, lines: list[str], variables: dict[str, str] | None = None) -> list[dict]:
    command, given = [deml, "run", "--batch"], "\n".join(lines) + "\n"
    run = subprocess.run(
        command,
        input=given,
        env=os.environ | (variables or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(run.stderr)
    return [json.loads(line) for line in run.stdout.splitlines()]


def ordered(things: list[dict]) -> list[str]:
    """The protocol says what a line states, not in which order."""
    return sorted(json.dumps(n, sort_keys=True) for n in things)


def stated(outcome: dict) -> tuple[list[str], list[dict]]:
    """The foretold kinds of notices, and the vouchers, in an outcome."""
    notices, vouchers = [], []
    for output in outcome["outputs"]:
        if output["type"] == "notice":
            notices.append(decoded(unhex(output["payload"])))
        else:
            voucher = {"destination": output["destination"].lower()}
            if output["type"] == "voucher":
                voucher["value"] = str(int(output["value"], 16))
            vouchers.append(voucher | {"payload": output["payload"]})
    return ordered([n for n in notices if n]), vouchers


def report(outcome: dict) -> dict:
    return json.loads(b"".join(unhex(report["payload"]) for report in outcome["reports"]))


def codes(outcome: dict) -> str:
    """The codes of all refusals and faults that are reported, or ok."""
    texts = [unhex(report["payload"]) for report in outcome["reports"]]
    if len(texts) > 1 or (texts and texts[0][:9] == b'{"error":'):
        reports = [json.loads(text) for text in texts if text[:1] == b"{" and text[-1:] == b"}"]
        return ", ".join(r["error"]["code"] for r in reports if "error" in r) or "ok"
    return "ok"


def line_problems(line: dict, outcome: dict) -> list[str]:
    notices, vouchers = stated(outcome)
    told = ordered(line.get("notices", []))
    problems = [f"not stated: {text}" for text in told if text not in notices]
    problems += [f"not foretold: {text}" for text in notices if text not in told]
    if (code := codes(outcome)) != line["expect"]:
        problems.append(f"{code}, foretold {line['expect']}")
    if "at" in line and (place := report(outcome)["error"]["at"]) != line["at"]:
        problems.append(f"at {place}, foretold {line['at']}")
    if ordered(vouchers) != ordered(line.get("vouchers", [])):
        problems.append(f"vouchers {vouchers}, foretold {line.get('vouchers', [])}")
    return [f"line {line['line']} ({line['note']}): {problem}" for problem in problems]


def asset_key(entry: dict) -> bytes:
    """The same bytes as in `final`: a token address, and standard and id where there are any."""
    token, kind = unhex(entry["token"] or hex0x(NOBODY)), entry["kind"]
    if kind in ("erc721", "erc1155"):
        return item(token, int(kind[3:]), int(entry["id"]))
    return token


def pages(path: str, count: int) -> list[str]:
    """As many pages as hold what is told, and room for something untold."""
    return [path] + [f"{path}?offset={100 * page}" for page in range(1, count // 100 + 1)]


def environment(folder: Path) -> dict[str, str]:
    """What the machine of the recording was built with."""
    lines = (folder / "machine.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def check(deml: str, folder: Path) -> list[str]:
    story = json.loads((folder / "story.json").read_text())
    lines = (folder / "inputs.jsonl").read_text().splitlines()
    people = list(story["actors"])
    final = story["final"]
    held = [sum(b["account"] == person for b in final["balances"]) for person in people]
    asked = [(None, path) for path in pages("audit", len(final["totals"]))]
    for person, count in zip(people, held):
        path = f"accounts/{checksum_address(unhex(person))}"
        asked += [(person, page) for page in pages(path, count)]
    outcomes = played(deml, lines + [inspect_line(path) for _, path in asked], environment(folder))
    problems = []
    for line, outcome in zip(story["lines"], outcomes):
        problems += line_problems(line, outcome)
    answers = [(who, report(line)) for (who, _), line in zip(asked, outcomes[len(lines) :])]
    found = {
        (person, hex0x(asset_key(balance))): balance["amount"]
        for person, account in answers
        if person
        for balance in account["balances"]["items"]
    }
    told = {(b["account"], b["asset"]): b["amount"] for b in final["balances"]}
    for key in sorted(found.keys() | told.keys()):
        if found.get(key, "0") != told.get(key, "0"):
            problems.append(f"balance {key}: {found.get(key)}, foretold {told.get(key)}")
    totals = {
        hex0x(asset_key(asset)): asset
        for person, audit in answers
        if not person
        for asset in audit["assets"]
    }
    for total in final["totals"]:
        asset = totals.get(total["asset"], {})
        for field in ("deposited", "vouchered", "escrow", "burned"):
            name = "inEscrow" if field == "escrow" else field
            if asset.get(name, "0") != total[field]:
                problems.append(f"{total['asset']} {field}: {asset.get(name)} not {total[field]}")
    return problems


def main(arguments: list[str]) -> int:
    deml, *folders = arguments
    failed = 0
    for folder in map(Path, folders):
        problems = check(deml, folder)
        print(f"{folder.name}: {'as foretold' if not problems else ''}")
        for problem in problems:
            print(f"  {problem}")
        failed += bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
