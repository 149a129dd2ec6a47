"""Who gets what is withdrawn: the account itself, or whom it names.

Vault is a contract that can send and not receive: it has no `receive`, and none of the hooks of
ERC-721 and ERC-1155. It deposits one of everything all the same: Ether, a token, a token that will
answer `false`, ERC-721 tokens that were minted to it without asking, and ERC-1155 ids. The vouchers for
what it takes out for itself fail for ever where it would have to receive, so it takes the rest out for
Heir, whom it names in the last argument of the withdrawal. Names that are none, and places
from which nothing comes back, are refused, and take nothing away. The ERC-721 token goes back to Vault
itself by `transferFrom`, since it held it before.

The contracts are those of 3.0.0-alpha.10, so tokens leave by a delegate call of `safeTransfer`: the one
that answers `false` makes it revert, and the voucher waits until the token pays. A batch withdrawal of
257 ids is refused, as no block should have to take it; it goes in parts.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer import protocol
from deml_peer.books import item
from deml_peer.hashing import keccak256
from deml_peer.protocol import APP, ETHER, NOBODY, RELEASES, TOKEN, message, withdrawal, word
from deml_peer.requests import hex0x

from .scenario import Scenario

FALSE_TOKEN = keccak256(b"DeML fixture token that answers false")[12:]
ART, SWORDS = keccak256(b"DeML fixture ERC-721")[12:], keccak256(b"DeML fixture ERC-1155")[12:]
FIRST, SECOND, SWORD = item(ART, 721, 1), item(ART, 721, 2), item(SWORDS, 1155, 7)
MANY = list(range(1000, 1257))


def make(root: Path) -> None:
    contracts = protocol.V3_0_0_ALPHA_10
    title = "Recipients: no asset that can get stuck"
    s = Scenario(root, "recipients", title, __doc__, contracts)
    vault, heir = s.actor("Vault"), s.actor("Heir")
    deposits(s, vault)
    strange_portals(s, vault)
    for asset, text in (
        (NOBODY, "1 ETH"),
        (TOKEN, "1 TEST"),
        (FALSE_TOKEN, "1 of the token that answers false"),
        (FIRST, "the first ERC-721 token"),
        (SWORD, "1 of ERC-1155 id 7"),
    ):
        amount = 1 if len(asset) > 20 else ETHER
        bad_names(s, vault, asset, amount)
        s.withdraw(vault, asset, amount, note=f"withdraws {text} for itself")
    for asset in (NOBODY, TOKEN, FALSE_TOKEN, SECOND, SWORD):
        amount = 1 if asset == SECOND else ETHER if len(asset) == 20 else 2
        note = f"withdraws {'all' if amount > 1 else 'it'} and names Heir"
        s.withdraw(vault, asset, amount, heir, note)
    own = "names itself, which is as good as nobody"
    s.withdraw(vault, SWORD, 1, vault, own)
    batches(s, vault, heir)
    s.refused(vault, "insufficientBalance", "has none left", "WithdrawEther", ETHER, heir)
    s.close(show=("version", f"accounts/{hex0x(vault)}"))


def deposits(s: Scenario, vault: bytes) -> None:
    contracts = s.contracts
    s.deposit_ether(vault, 2 * ETHER)
    s.deposit_token(vault, 2 * ETHER)
    payload = protocol.erc20_deposit(FALSE_TOKEN, vault, 2 * ETHER)
    note = "deposits 2 of a token that will answer false"
    s.deposited(contracts.erc20, vault, FALSE_TOKEN, 2 * ETHER, payload, note, "ok")
    for asset, number in ((FIRST, 1), (SECOND, 2)):
        payload = protocol.erc721_deposit(ART, vault, number)
        note = f"deposits ERC-721 token {number}"
        s.deposited(contracts.erc721, vault, asset, 1, payload, note, "ok")
    payload = protocol.erc1155_deposit(SWORDS, vault, 7, 4)
    s.deposited(contracts.erc1155_single, vault, SWORD, 4, payload, "deposits 4 of id 7", "ok")
    payload = protocol.erc1155_batch_deposit(SWORDS, vault, MANY, [3] * len(MANY))
    s.from_portal(contracts.erc1155_batch, vault, payload, "deposits 3 each of 257 ids", "ok")
    for number in MANY:
        s.books.deposit(vault, item(SWORDS, 1155, number), 3)


def strange_portals(s: Scenario, vault: bytes) -> None:
    """What would be a deposit if the machine had been built for other contracts."""
    data = withdrawal(NOBODY, ETHER)
    for other in RELEASES:
        if other == s.contracts:
            continue
        payloads = [
            protocol.ether_deposit(vault, 5, data),
            protocol.erc20_deposit(TOKEN, vault, 5, data),
            protocol.erc721_deposit(ART, vault, 5, data),
            protocol.erc1155_deposit(SWORDS, vault, 5, 5, data),
            protocol.erc1155_batch_deposit(SWORDS, vault, [5], [5], data),
        ]
        for portal, payload in zip(other.portals, payloads, strict=True):
            note = f"a deposit through a portal of {other.release}"
            s.advance(portal, payload, note, "portalOfAnotherRelease")["_who"] = "a portal"
    note = "a portal of another release with bytes that are a message"
    s.advance(RELEASES[0].ether, data, note, "portalOfAnotherRelease")["_who"] = "a portal"


def bad_names(s: Scenario, vault: bytes, asset: bytes, amount: int) -> None:
    portals = [("the Ether portal", s.contracts.ether), ("a portal of v2.1", RELEASES[1].erc721)]
    for what, name in (
        ("one byte", b"\x01"),
        ("19 bytes", vault[1:]),
        ("21 bytes", vault + b"\0"),
        ("a word with an address in it", word(int.from_bytes(vault, "big"))),
        ("zero", NOBODY),
        ("the application", APP),
        *portals,
    ):
        payload = withdrawal(asset, amount, name)
        s.advance(vault, payload, f"withdraws to {what}", "badRecipient")


def batches(s: Scenario, vault: bytes, heir: bytes) -> None:
    batch, ones = "WithdrawErc1155Batch", [1] * len(MANY)

    def withdraw(ids: list[int], note: str, recipient: bytes = b"") -> None:
        amounts = [1] * len(ids)
        s.advance(vault, message(batch, SWORDS, ids, amounts, recipient), note)
        s.books.withdraw_batch(vault, SWORDS, ids, amounts, recipient)

    note = "withdraws 257 ids at once"
    s.refused(vault, "tooManyIds", note, batch, SWORDS, MANY, ones, heir)
    note = "withdraws a batch to nobody in particular"
    s.refused(vault, "badRecipient", note, batch, SWORDS, MANY[:2], [1, 1], b"\x01")
    withdraw(MANY[:256], "withdraws 256 ids and names Heir", heir)
    withdraw(MANY[256:], "withdraws the last one", heir)
    withdraw(MANY[:256], "withdraws 256 ids for itself")
    withdraw([MANY[0], MANY[1], MANY[256]], "withdraws three of the rest and names Heir", heir)
