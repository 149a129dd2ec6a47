"""A story as files: story.json for programs, and a README that reads as a ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from deml_peer.hashing import checksum_address
from deml_peer.protocol import NOBODY, TOKEN
from deml_peer.requests import hex0x

from .amounts import amount_text, asset_name, clock

if TYPE_CHECKING:
    from .scenario import Scenario

GENESIS_TIME = 1_760_000_000


def story_json(s: Scenario) -> str:
    public = [
        {k: v for k, v in line.items() if k[0] != "_" and (k not in ("notices", "vouchers") or v)}
        for line in s.lines
    ]
    actors = {hex0x(a): name for a, name in s.actors.items() if a != NOBODY}
    tokens = {"0x" + TOKEN.hex(): {"symbol": "TEST", "decimals": 18}}
    story = {"title": s.title, "actors": actors, "tokens": tokens, "final": final(s)}
    story["blobs"] = sorted(s.store.names)
    head = json.dumps(story, indent=1, ensure_ascii=False)[:-2]
    body = ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in public)
    return f'{head},\n "lines": [\n{body}\n ]\n}}\n'


def final(s: Scenario) -> dict:
    """Balances that are left, and per asset what came in, what left and what nobody has."""
    books = s.books
    balances = [
        {"account": hex0x(owner), "asset": hex0x(asset), "amount": str(amount)}
        for (owner, asset), amount in books.balances.items()
        if amount
    ]
    totals = [
        {
            "asset": hex0x(asset),
            "deposited": str(total),
            "vouchered": str(books.paid_out.get(asset, 0)),
            "escrow": str(sum(job.escrow.get(asset, 0) for job in books.jobs)),
            "burned": str(books.burned.get(asset, 0)),
        }
        for asset, total in books.deposited.items()
    ]
    return {"balances": balances, "totals": totals}


def readme(s: Scenario) -> str:
    rows = [f"# {s.title}", "", s.introduction.strip(), ""]
    rows += ["## Ledger", "", "| line | time | who | what | result |", "|--:|--:|---|---|---|"]
    for line in s.lines:
        result = line["expect"] if line["expect"] == "ok" else f"**{line['expect']}**"
        when = clock(line["_time"] - GENESIS_TIME)
        note = line["note"].replace("|", "\\|")
        rows.append(f"| {line['line']} | {when} | {line['_who']} | {note} | {result} |")
    return "\n".join(rows + money_tables(s)) + "\n"


def money_tables(s: Scenario) -> list[str]:
    books, rows = s.books, ["", "## Money at the end", ""]
    if any(books.balances.values()):
        rows += ["| account | address | balance |", "|---|---|--:|"]
    else:
        rows.append("No account holds anything.")
    for (owner, asset), amount in books.balances.items():
        if amount:
            text = amount_text(asset, amount)
            rows.append(f"| {s.actors[owner]} | `{checksum_address(owner)}` | {text} |")
    rows += ["", "| asset | deposited | in vouchers | burned | left in accounts and escrow |"]
    rows.append("|---|--:|--:|--:|--:|")
    for asset, total in books.deposited.items():
        paid, burned = books.paid_out.get(asset, 0), books.burned.get(asset, 0)
        totals = (total, paid, burned, total - paid - burned)
        is_coin = asset in (NOBODY, TOKEN)
        amounts = [amount_text(asset, n) if is_coin else str(n) for n in totals]
        rows.append(f"| {asset_name(asset)} | {' | '.join(amounts)} |")
    return rows
