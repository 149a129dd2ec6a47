"""Amounts and times as a ledger writes them."""

from __future__ import annotations

from deml_peer.hashing import checksum_address
from deml_peer.protocol import ETHER, NOBODY, TOKEN


def amount_text(asset: bytes, amount: int) -> str:
    """`0.05 ETH`, exact, without trailing zeros; crumbs and what is no known coin in units."""
    if asset not in (NOBODY, TOKEN):
        return f"{amount} of {asset_name(asset)}"
    if asset == TOKEN and 0 < amount < 10**9:
        return f"{amount:,} units of TEST"
    whole, fraction = divmod(amount, ETHER)
    digits = f"{whole}.{fraction:018d}".rstrip("0").rstrip(".")
    return f"{digits} {'ETH' if asset == NOBODY else 'TEST'}"


def asset_name(asset: bytes) -> str:
    if asset == NOBODY:
        return "Ether"
    text = f"`{checksum_address(asset[:20])}`"
    if len(asset) == 20:
        return text
    standard, number = int.from_bytes(asset[20:22], "big"), int.from_bytes(asset[22:], "big")
    return f"{text} (ERC-{standard}) id {number}"


def clock(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, minutes = divmod(rest // 60, 60)
    return f"{days}d {hours:02d}:{minutes:02d}:{rest % 60:02d}"
