"""Builders of states and of the dearest inputs on them, each with the parameters it may have.

A builder takes a world and its parameters, and brings about what its name says; what it sends on the
way is measured, too. The registry is what the search draws from: for each parameter the least and
the most, or the values there are.
"""

from deml_peer.costs import lifetime
from deml_peer.protocol import message
from deml_peer.relay import Wallet

from .jobs import BEST, FEDERATED, HOUR, POSTED, PROPORTIONAL, Job
from .world import PLAIN, account

BUILDERS = {}
TOKEN = bytes([0x77]) * 20
SLOTS = (1, 64)


def builder(**space):
    def register(function):
        BUILDERS[function.__name__] = (function, space)
        return function

    return register


# --- what time does -----------------------------------------------------------------------------


@builder(slots=SLOTS, submitted=(0, 8), token=(False, True), relayed=(False, True))
def open_ends(world, slots, submitted, token, relayed):
    """OPEN ends for clients who took a slot and showed nothing."""
    job = Job(world, POSTED, sealed=False, slots=slots, token=TOKEN if token else None)
    job.post().fill().accept()
    if submitted:
        job.commit(min(submitted, slots))
        world.now += 600
        job.submit(min(submitted, slots))
    finish(job, "OPEN ends", relayed)


@builder(slots=SLOTS, committed=(0, 64), payout=(POSTED, BEST, PROPORTIONAL), token=(False, True))
def commit_ends(world, slots, committed, payout, token):
    job = Job(world, payout, slots=slots, token=TOKEN if token else None)
    job.post().fill().accept().commit(min(committed, slots))
    job.end("COMMIT ends")


@builder(slots=SLOTS, payout=(POSTED, BEST, PROPORTIONAL, FEDERATED), token=(False, True))
def data_ends(world, slots, payout, token):
    """The sponsor keeps the data back."""
    job = Job(world, payout, slots=slots, token=TOKEN if token else None)
    job.post().fill().accept().commit()
    world.until(job.closes + HOUR)
    world.send(job.sponsor, "advance", job.id, label="DATA ends")


@builder(slots=SLOTS, claimed=(0, 64), payout=(POSTED, BEST, PROPORTIONAL), token=(False, True))
def claim_ends(world, slots, claimed, payout, token):
    job = Job(world, payout, slots=slots, token=TOKEN if token else None)
    job.post().fill().accept().commit().reveal().claim(min(claimed, slots))
    job.end("CLAIM ends")


@builder(
    slots=SLOTS,
    shown=(0, 64),
    payout=(POSTED, PROPORTIONAL, BEST),
    token=(False, True),
    paid_out=(True, False),
    relayed=(False, True),
)
def reveal_ends(world, slots, shown, payout, token, paid_out, relayed):
    """The last window ends with many winners, each paid by a voucher."""
    shown = min(shown, slots)
    job = Job(world, payout, slots=slots, token=TOKEN if token else None, paid_out=paid_out)
    job.post().fill().accept().commit().reveal().claim().open_reveal()
    if payout != BEST:
        job.submit(min(shown, slots - 1))
    finish(job, "REVEAL ends", relayed)


def finish(job, label, relayed):
    """Time ends the job, at a short message or at the largest there is."""
    if not relayed:
        job.end(label)
        return
    world, wallet = job.world, Wallet("bench")
    world.until(job.closes)
    # Between sponsor and clients, and too long: refused at last. What rolls has rolled.
    inner = message("sendMessage", job.id, job.sponsor, bytes(64_700))
    world.fund(wallet.address)
    world.advance(account(1), wallet.relay(0, (1 << 64) - 1, inner), label, PLAIN, True)


@builder(slots=SLOTS, rounds=(2, 3), token=(False, True), when=("skip", "gather", "end", "settle"))
def federated(world, slots, rounds, token, when):
    """Rounds of a federated job: clients who skip, who show nothing, and who are paid at the end."""
    job = Job(world, FEDERATED, slots=slots, rounds=rounds, token=TOKEN if token else None)
    job.post().fill().accept()
    earn(job)
    if when == "settle":
        # Two rounds without a commitment: the first is free, the second costs the slot.
        job.end("COMMIT ends, an empty round")
        job.closes = world.now + job.windows[1]
        job.end("COMMIT ends, everyone is out and paid")
    elif when == "skip":
        job.commit(1).reveal().submit(1)
        job.next_round()
        job.end("COMMIT ends, all but one are out")
    elif when == "gather":
        job.commit().reveal()
        job.end("REVEAL ends, all are expelled and paid")
    else:
        job.commit().reveal()
        world.until(job.posted + lifetime(job.terms) + 1)
        world.send(job.sponsor, "advance", job.id, label="a round ends with the job")


def earn(job):
    """One round in which every update helps, so that all have earned something."""
    job.commit().reveal().submit()
    job.next_round()


@builder(slots=SLOTS, others=(1, 3), payout=(POSTED, PROPORTIONAL))
def two_jobs(world, slots, others, payout):
    """Two jobs are due: the one that is named, and the one that waits."""
    found = [
        Job(world, payout, slots=slots, sponsor=n, first_client=1_000 + 64 * n).post()
        for n in range(others + 1)
    ]
    for job in found:
        job.fill()
    for job in found:
        job.accept().commit()
    for job in found:
        job.reveal()
    for job in found:
        job.claim(slots - 1)
    world.until(max(job.closes for job in found))
    for job in found[1:]:
        world.send(job.sponsor, "advance", job.id, label="CLAIM of two jobs ends")


@builder(slots=SLOTS, behind=(1, 4))
def overdue(world, slots, behind):
    """A job that was forgotten: its own end has come, too."""
    job = Job(world, POSTED, slots=slots)
    job.post().fill().accept().commit().reveal().claim()
    world.until(job.posted + lifetime(job.terms) * behind)
    world.send(job.sponsor, "advance", job.id, label="a forgotten job ends")
