"""A client who signs and never sends: everything after its deposit is relayed by another.

Wanda has a key and one deposit. She signs typed data (EIP-712), and Xaver pays for the
transactions. He takes the slot for her, commits, uploads and submits in her name; her account acts,
and her address is paid. Xaver can neither change a message, nor send one twice, nor use one that
was signed for another application or chain, nor one that is too late.

Every message of hers that is taken counts, and only such: what is refused keeps its nonce, so a
relay that Xaver sends too early can be sent again when it is due. Once she acts herself, everything
that she had signed before is void. Who has no account cannot be relayed at all.
"""

from __future__ import annotations

from pathlib import Path

from deml_peer.hashing import checksum_address, raw_cid
from deml_peer.protocol import ETHER, commitment, message
from deml_peer.relay import Wallet

from .cellar import Cellar
from .scenario import salt_of
from .sealed_scenario import HOUR, SealedScenario

# The order of secp256k1: a signature (r, s, v) has a twin (r, order - s, the other v).
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Relayer:
    """Sends what Wanda signs, and counts her messages as she must."""

    def __init__(self, s: SealedScenario, wallet: Wallet):
        self.s, self.wallet, self.nonce = s, wallet, 0
        self.sender = s.actor("Xaver")
        self.deadline = s.now + 30 * 24 * HOUR

    def payload(self, inner: bytes, **domain) -> bytes:
        return self.wallet.relay(self.nonce, self.deadline, inner, **domain)

    def send(self, inner: bytes, note: str, expect="ok") -> dict:
        """A relay that is in order, whatever becomes of the message in it."""
        entry = self.s.advance(self.sender, self.payload(inner), f"relays: {note}", expect)
        self.nonce += expect == "ok"
        return entry

    def refused(self, payload: bytes, note: str, code: str) -> dict:
        """A relay that is not."""
        return self.s.advance(self.sender, payload, note, code)


def make(root: Path) -> None:
    title = "A relayed client: signed by one, sent by another"
    s = SealedScenario(root, "relayed-client", title, __doc__)
    cellar, wallet = Cellar(s.store), Wallet("Wanda")
    wanda, yara = wallet.address, s.actor("Yara")
    s.actors[wanda] = "Wanda"
    relayer = Relayer(s, wallet)
    s.deposit_ether(yara, ETHER)
    s.deposit_ether(wanda, ETHER // 50)
    terms = cellar.terms(job_salt=salt_of("relayed"))
    job = s.post(yara, terms, *cellar.content, "posts job 0")
    s.fill(job, 1, 1)
    slot(relayer, job)
    forgeries(relayer)
    work(relayer, cellar, job)
    s.settle(job, relayer.sender)
    withdrawals(relayer)
    s.close(yara, show=(f"accounts/{checksum_address(wanda)}",))


def slot(relayer: Relayer, job) -> None:
    s, wanda = relayer.s, relayer.wallet.address
    accept = message("acceptJob", job.id, job.terms.hash, wanda, [])
    first = relayer.payload(accept)
    relayer.send(accept, "Wanda takes a slot of job 0, bond 0.01 ETH")
    s.books.accept(job, wanda, wanda, s.now)
    relayer.refused(first, "sends the same relay again", "wrongNonce")
    relayer.send(accept, "Wanda takes a second slot, and the nonce stays", "alreadyAccepted")
    nonsense = bytes.fromhex("deadbeef")
    relayer.send(nonsense, "four bytes that are no message, the same", "unknownMessage")


def withdrawals(relayer: Relayer) -> None:
    """Her own message makes void what she signed before."""
    s, wanda = relayer.s, relayer.wallet.address
    amount = s.books.balance(wanda)
    half, rest = amount // 2, amount - amount // 2
    signed = relayer.payload(message("WithdrawEther", amount, b""))
    s.withdraw(wanda, amount=half)
    relayer.nonce += 1
    note = "relays what Wanda signed before she withdrew half of it herself"
    relayer.refused(signed, note, "wrongNonce")
    relayer.send(message("WithdrawEther", rest, b""), "Wanda withdraws the rest")
    s.books.withdraw(wanda, bytes(20), rest)


def forgeries(relayer: Relayer) -> None:
    """What a relayer might try; nothing of it uses a nonce up."""
    s, wallet, nonce = relayer.s, relayer.wallet, relayer.nonce
    inner = message("WithdrawEther", 1, b"")
    good = wallet.signature(nonce, relayer.deadline, inner)

    def forged(signature: bytes, inner=inner, deadline=relayer.deadline, nonce=nonce) -> bytes:
        return message("relay", wallet.address, nonce, deadline, inner, signature)

    other = message("WithdrawEther", 2, b"")
    relayer.refused(forged(good, inner=other), "changes the amount", "invalidSignature")
    later = forged(good, deadline=relayer.deadline + 1)
    relayer.refused(later, "changes the deadline", "invalidSignature")
    twin = good[:32] + (ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big")
    twin += bytes([55 - good[64]])
    relayer.refused(forged(twin), "sends the twin with the high s", "invalidSignature")
    plain = forged(good[:64] + bytes([good[64] - 27]))
    relayer.refused(plain, "counts v from 0", "invalidSignature")
    relayer.refused(forged(good[:64]), "leaves v out", "invalidSignature")
    elsewhere = relayer.payload(inner, chainId=1)
    relayer.refused(elsewhere, "uses a relay for another chain", "invalidSignature")
    twin_app = "0x" + bytes(19).hex() + "01"
    elsewhere = relayer.payload(inner, verifyingContract=twin_app)
    relayer.refused(elsewhere, "uses a relay for another application", "invalidSignature")
    early = wallet.relay(nonce + 1, relayer.deadline, inner)
    relayer.refused(early, "sends the relay after next first", "wrongNonce")
    due = wallet.relay(nonce, s.now + 12, inner)
    relayer.refused(due, "sends a relay in the second of its deadline", "expired")
    carried = relayer.payload(inner)
    note = "deposits one wei with a relay in it"
    entry = s.deposit_ether(relayer.sender, 1, note, carried, "nestedRelay")
    entry["stillCredited"] = True
    nested = relayer.payload(message("WithdrawEther", 1, b""))
    relayer.send(nested, "a relay in a relay", "nestedRelay")
    stranger = Wallet("Zeno").relay(0, relayer.deadline, inner)
    relayer.refused(stranger, "relays for Zeno, who never deposited anything", "unknownAccount")


def work(relayer: Relayer, cellar: Cellar, job) -> None:
    s, wanda, salt = relayer.s, relayer.wallet.address, salt_of("relayed Wanda")
    model = cellar.model(0, 6)
    promise = commitment(job.id, wanda, model, salt)
    by_himself = ("commits as himself what Wanda signed", "commit", job.id, promise)
    s.refused(relayer.sender, "notSlotHolder", *by_himself)
    relayer.send(message("commit", job.id, promise), "Wanda commits to a model")
    job.commit(wanda, s.now)
    s.wait(500)
    s.store.put(model)
    cids, half = (raw_cid(model), raw_cid(job.data)), len(model) // 2
    for offset, chunk in ((0, model[:half]), (half, model[half:])):
        piece = message("upload", job.id, cids[0], len(model), offset, chunk)
        relayer.send(piece, f"Wanda uploads {len(chunk)} bytes at {offset} of {len(model)}")
        job.upload(s.books, wanda, (cids[0], len(model), offset, chunk), s.now)
    signed = relayer.payload(message("submit", job.id, *cids, salt))
    relayer.refused(signed, "relays: Wanda submits her model, too early", "tooEarly")
    s.wait(100)
    s.advance(relayer.sender, signed, "sends the very same bytes again when they are due")
    relayer.nonce += 1
    assert s.booked_submit(job, wanda, *cids)["accepted"]
