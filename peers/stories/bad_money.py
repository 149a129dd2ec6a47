"""Deposits with garbage, withdrawals of what is not there, and metadata with holes."""

from __future__ import annotations

from deml_peer import protocol
from deml_peer.books import item
from deml_peer.hashing import keccak256
from deml_peer.protocol import ETHER, NOBODY, ether_deposit, message

from .scenario import Scenario

LYING_TOKEN = keccak256(b"DeML fixture token that lies")[12:]
ART, SWORDS = keccak256(b"DeML fixture ERC-721")[12:], keccak256(b"DeML fixture ERC-1155")[12:]


def bad_deposits(s: Scenario, mallory: bytes, alice: bytes, post: bytes) -> None:
    """`post` is a message that Mallory cannot pay for."""

    def portal(address, payload, note, code):
        entry = s.advance(address, payload, note, code)
        entry["_who"] = "portal"

    cut = ether_deposit(mallory, ETHER)[:-1]
    portal(protocol.V2_1.ether, b"", "an Ether deposit of no bytes", "malformedDeposit")
    portal(protocol.V2_1.ether, cut, "an Ether deposit one byte short", "malformedDeposit")
    cut = protocol.erc20_deposit(LYING_TOKEN, mallory, 1)[:-1]
    portal(protocol.V2_1.erc20, cut, "a token deposit one byte short", "malformedDeposit")
    bad_tail = protocol.erc721_deposit(ART, mallory, 1)[:-32]
    portal(
        protocol.V2_1.erc721,
        bad_tail,
        "an ERC-721 deposit with a broken tail",
        "malformedDeposit",
    )
    uneven = protocol.erc1155_batch_deposit(SWORDS, mallory, [1, 2], [3])
    portal(protocol.V2_1.erc1155_batch, uneven, "two ids with one amount", "malformedDeposit")

    def credited(amount, note, code, exec_data):
        entry = s.deposit_ether(mallory, amount, f"{note}; the deposit counts", exec_data, code)
        entry["stillCredited"] = True

    credited(1000, "deposits with garbage behind it", "unknownMessage", b"garbage")
    cut = post[:-1]
    credited(1000, "deposits with half a message", "malformedMessage", cut)
    credited(1000, "deposits for a job it cannot pay", "insufficientBalance", post)
    nested = message("relay", mallory, 0, 1, b"", b"")
    credited(1000, "deposits with a relayed message", "nestedRelay", nested)

    top = (1 << 256) - 1
    s.books.deposit(mallory, LYING_TOKEN, top)
    payload = protocol.erc20_deposit(LYING_TOKEN, mallory, top)
    s.from_portal(
        protocol.V2_1.erc20, mallory, payload, "deposits 2^256 - 1 of a token that lies", "ok"
    )
    payload = protocol.erc20_deposit(LYING_TOKEN, alice, 1)
    s.from_portal(protocol.V2_1.erc20, alice, payload, "one more of it", "depositOverflow")
    collectibles(s, mallory)


def collectibles(s: Scenario, mallory: bytes) -> None:
    s.books.deposit(mallory, item(ART, 721, 42), 1)
    payload = protocol.erc721_deposit(ART, mallory, 42, b"\x00garbage")
    note = "deposits an ERC-721 token with garbage; the deposit counts"
    s.from_portal(protocol.V2_1.erc721, mallory, payload, note, "unknownMessage")[
        "stillCredited"
    ] = True
    s.books.deposit(mallory, item(SWORDS, 1155, 7), 5)
    payload = protocol.erc1155_deposit(SWORDS, mallory, 7, 5)
    s.from_portal(
        protocol.V2_1.erc1155_single, mallory, payload, "deposits 5 of ERC-1155 id 7", "ok"
    )
    s.books.deposit(mallory, item(SWORDS, 1155, 7), 3 + 4)
    payload = protocol.erc1155_batch_deposit(SWORDS, mallory, [7, 7], [3, 4])
    note = "deposits a batch that names id 7 twice: 3 and 4"
    s.from_portal(protocol.V2_1.erc1155_batch, mallory, payload, note, "ok")


def bad_withdrawals(s: Scenario, mallory: bytes, alice: bytes) -> None:

    def withdraw(sender, note, code, name, *arguments):
        s.advance(sender, message(name, *arguments, b""), note, code)

    withdraw(mallory, "withdraws nothing", "zeroAmount", "WithdrawEther", 0)
    top = (1 << 256) - 1
    withdraw(mallory, "withdraws 2^256 - 1 wei", "insufficientBalance", "WithdrawEther", top)
    note = "withdraws a token of another"
    withdraw(alice, note, "insufficientBalance", "WithdrawErc20", LYING_TOKEN, 1)
    withdraw(alice, note, "insufficientBalance", "WithdrawErc721", ART, 42)
    note = "withdraws id 7 twice in one batch, 8 and 8 of 12"
    batch = "WithdrawErc1155Batch"
    withdraw(mallory, note, "insufficientBalance", batch, SWORDS, [7, 7], [8, 8])
    note = "withdraws two ids and one amount"
    withdraw(mallory, note, "malformedMessage", batch, SWORDS, [7, 8], [1])
    note = "withdraws id 7 twice in one batch, 4 and 8 of 12: that is all of it"
    s.advance(mallory, message(batch, SWORDS, [7, 7], [4, 8], b""), note)
    s.books.withdraw_batch(mallory, SWORDS, [7, 7], [4, 8])


def bad_metadata(s: Scenario, alice: bytes) -> None:
    """Servers of other generations leave fields out: messages are refused, deposits are not."""
    payload = message("advance", 0)

    def without(missing: str, sender: bytes, data: bytes, note: str, code: str) -> None:
        s.advance(sender, data, note, code)
        request = s.requests[-1]["data"]
        del request["metadata"][missing]

    for name in ("chain_id", "app_contract", "block_timestamp", "input_index"):
        note = f"sends a message on a node that gives no {name}"
        without(name, alice, payload, note, "missingMetadata")
    without("msg_sender", alice, payload, "an input from nobody", "missingMetadata")
    s.books.deposit(alice, NOBODY, 77)
    data = ether_deposit(alice, 77)
    note = "deposits 77 wei on a node that gives no block_timestamp"
    without("block_timestamp", protocol.V2_1.ether, data, note, "ok")
