"""Messages and deposits with as much in them as a payload can hold."""

from deml_peer import protocol
from deml_peer.architecture import Architecture, Head, dense
from deml_peer.hashing import keccak256, raw_cid
from deml_peer.protocol import MAX_PAYLOAD, message, word
from deml_peer.relay import Wallet

from .jobs import FEDERATED, POSTED, Job
from .states import TOKEN, builder
from .world import account

LIST = (1, 1_014)


def ids_of(count, order):
    if order == "one":
        return [5] * count
    if order == "hashed":
        return [int.from_bytes(keccak256(word(n)), "big") for n in range(count)]
    numbers = list(range(count))
    return numbers[::-1] if order == "falling" else numbers


@builder(count=LIST, order=("rising", "falling", "hashed", "one"), due=(0, 64), times=(1, 2))
def id_lists(world, count, order, due, times):
    """Deposits of many ids and their withdrawal, each beside a job that has become due."""
    owner, ids = account(1), ids_of(count, order)
    payload = protocol.erc1155_batch_deposit(TOKEN, owner, ids, [count] * count)
    for _ in range(times):
        due_job(world, due)
        world.advance(protocol.V2_1.erc1155_batch, payload, f"a deposit of {count} ids")
    payload = withdrawal_of(ids)
    due_job(world, due)
    world.advance(owner, payload, f"a withdrawal of {count} ids")


@builder(count=(1, 990), order=("rising", "hashed", "one"), due=(0, 64))
def relayed_list(world, count, order, due):
    wallet = Wallet("lists")
    ids = ids_of(count, order)
    payload = protocol.erc1155_batch_deposit(TOKEN, wallet.address, ids, [count] * count)
    world.advance(protocol.V2_1.erc1155_batch, payload, f"a deposit of {count} ids")
    inner = withdrawal_of(ids)
    due_job(world, due)
    world.advance(
        account(2), wallet.relay(0, (1 << 64) - 1, inner), f"a relayed withdrawal of {count} ids"
    )


def withdrawal_of(ids):
    """The longest list of as many different ids as one withdrawal takes, one of each."""
    named = [ids[place % 256] for place in range(len(ids))]
    return message("WithdrawErc1155Batch", TOKEN, named, [1] * len(ids), b"")


def due_job(world, slots):
    """A job of so many clients who showed nothing is due for the next input."""
    if slots == 0:
        return
    job = Job(world, POSTED, sealed=False, slots=slots, token=TOKEN, sponsor=world.jobs)
    job.post().fill().accept()
    world.until(job.closes)


@builder(tokens=(1, 500), piece=(1_000, 60_000))
def deposit_with_message(world, tokens, piece):
    """A deposit of many ids, whose message is an upload."""
    job = Job(world, POSTED, sealed=False, slots=1, samples=40_000).post()
    stream = job.data
    tokens = min(tokens, (64_000 - 1_000 - piece) // 64)
    piece = min(piece, len(stream) - 1)
    inner = message("upload", job.id, raw_cid(stream), len(stream), 0, stream[:piece])
    ids = list(range(max(1, tokens)))
    payload = protocol.erc1155_batch_deposit(TOKEN, job.sponsor, ids, [1] * len(ids), inner)
    world.advance(protocol.V2_1.erc1155_batch, payload, f"{len(ids)} ids and an upload")


@builder(layers=(1, 64), rounds=(1, 100), bias=(0, 1), width=(1, 60), words=(0, 1_500))
def posting(world, layers, rounds, bias, width, words):
    """The job with the most layers, rounds and bytes; its cancellation."""
    dims = (width,)
    parts = [dense(width, bias) for _ in range(layers - 1)] + [dense(1, bias)]
    arch = Architecture(dims, tuple(parts), Head.SIGMOID)
    job = Job(world, FEDERATED, slots=64, rounds=rounds, arch=arch, sponsor=world.jobs)
    job.post(may_fail=True)
    world.inspect(f"jobs/{job.id}")
    world.send(job.sponsor, "cancelJob", job.id, may_fail=True)
    # As many hashes as a payload holds, refused.
    job.terms = job.terms.changed(evaluation=tuple(bytes(32) for _ in range(words)))
    world.advance(
        job.sponsor, protocol.post_job(job.terms, 1 << 255), "postJob, refused", may_fail=True
    )


@builder(proof=(0, 1_900), slots=(1, 64))
def listed(world, proof, slots):
    """An account that is not on the list, with a proof of any length."""
    job = Job(world, POSTED, slots=slots, allow_list=64)
    job.post().fill().accept(slots - 1)
    world.fund(account(9))
    words = [keccak256(word(n)) for n in range(proof)]
    world.send(account(9), "acceptJob", job.id, job.terms.hash, account(9), words, may_fail=True)


@builder(size=(0, 512), slots=(1, 64), before=(0, 40))
def talk(world, size, slots, before):
    job = Job(world, POSTED, slots=slots).post().fill().accept()
    for number in range(before + 1):
        client = job.clients[number % slots]
        world.send(client, "sendMessage", job.id, job.sponsor, bytes(size))
    world.inspect(f"jobs/{job.id}/messages")


NASTY = ("zero", "selector", "relay", "upload", "words", "cid", "portal", "batch", "array")


@builder(kind=NASTY, size=(4, 65_216), name=tuple(protocol.MESSAGES), due=(0, 64))
def garbage(world, kind, size, name, due):
    """What nobody would send, refused at last."""
    selector = protocol.selector(name, protocol.MESSAGES[name])
    body = {
        "zero": bytes(size),
        "selector": selector + bytes(size),
        "relay": selector + b"\xff" * size,
        "upload": selector + word(0) + word(160) * (size // 32),
        "words": selector + word(32) * (size // 32),
        "cid": selector + word(1) * (size // 32),
        "portal": bytes([0x77]) * size,
        "batch": selector + word(64) * (size // 32),
        "array": selector + word(128) * 4 + word(size // 32) + word(1) * (size // 32),
    }[kind][:MAX_PAYLOAD]
    sender = account(3)
    if kind in ("portal", "batch"):
        sender = protocol.V2_1.erc1155_batch
        body = (TOKEN + account(3) + body)[:MAX_PAYLOAD]
    due_job(world, due)
    world.advance(sender, body, f"garbage: {kind} {name}", may_fail=True)


@builder(size=(0, 64_700), name=("upload", "sendMessage", "commit", "postJob"), accounts=(0, 1))
def relayed(world, size, name, accounts):
    """Relays with the largest payload, of messages that are taken and of such that are not."""
    wallet = Wallet("relays")
    if accounts:
        world.fund(wallet.address)
    if name == "upload":
        job = Job(world, POSTED, sealed=False, slots=1, samples=40_000)
        job.sponsor = wallet.address
        job.post()
        piece = job.data[: min(max(1, size), 64_000, len(job.data) - 1)]
        inner = message("upload", job.id, raw_cid(job.data), len(job.data), 0, piece)
        nonce = 1
    elif name == "sendMessage":
        inner, nonce = message("sendMessage", 0, account(1), bytes(size)), 0
    elif name == "commit":
        inner, nonce = message("commit", 0, bytes(32)) + bytes(size), 0
    else:
        inner, nonce = protocol.selector(name, protocol.MESSAGES[name]) + bytes(size), 0
    payload = wallet.relay(nonce, (1 << 64) - 1, inner)
    if len(payload) <= MAX_PAYLOAD:
        world.advance(account(4), payload, f"a relay of {name}", may_fail=name != "upload")
