"""States that make queries dear, and all queries on them."""

from deml_peer import protocol
from deml_peer.hashing import keccak256
from deml_peer.protocol import word

from .jobs import FEDERATED, HOUR, POSTED, Job
from .states import SLOTS, TOKEN, builder
from .world import account

PATHS = ("", "/submissions", "/leaderboard", "/messages", "/files")


def every_query(world, job):
    for path in PATHS:
        world.inspect(f"jobs/{job.id}{path}")


@builder(
    count=(1, 100),
    slots=SLOTS,
    phase=("open", "commit", "claim", "federated", "reveal"),
    token=(False, True),
)
def due_page(world, count, slots, phase, token):
    """A page of jobs, all of which time has changed since: queries say what they are now."""
    payout, sealed = FEDERATED if phase == "federated" else POSTED, phase != "open"
    # With time enough for the others to come as far.
    days = (1, 1, 0 if payout == FEDERATED else 1, 1) if sealed else (1, 0, 0, 0)
    terms = {"windows": tuple(86_400 * n for n in (7, *days)), "token": TOKEN if token else None}
    terms["rounds"] = 2 if payout == FEDERATED else 1
    jobs = [Job(world, payout, sealed, slots, sponsor=n, **terms).post() for n in range(count)]
    steps = [Job.accept, Job.fill]
    if phase in ("claim", "reveal"):
        steps += [Job.commit, Job.reveal, Job.claim]
    if phase == "reveal":
        steps.append(Job.open_reveal)
    for step in steps:
        for job in jobs:
            step(job)
    world.until(max(job.closes for job in jobs) + 1)
    # Time passes with any input; one of them is rolled by it.
    world.fund(account(10**7))
    world.inspect("jobs")
    world.inspect("jobs?phase=" + ("filling", "open")[phase == "open"])
    for job in jobs[:2] + jobs[-1:]:
        every_query(world, job)


@builder(slots=SLOTS, attempts=(0, 3), messages=(0, 32), samples=(1, 200))
def full_job(world, slots, attempts, messages, samples):
    """A job with all that it can hold."""
    job = Job(world, POSTED, sealed=False, slots=slots, samples=samples)
    job.windows = (HOUR, 30 * 86_400, 0, 0, 0)
    job.terms = job.terms.changed(windows=job.windows, min_improvement_ppm=10**6)
    job.post().fill().accept()
    for _ in range(attempts):
        job.commit()
        world.now += 600
        job.submit()
    for number in range(messages):
        world.send(job.clients[number % slots], "sendMessage", job.id, job.sponsor, bytes(512))
    every_query(world, job)


@builder(count=(1, 1_000), order=("rising", "hashed"), jobs=(0, 100))
def full_account(world, count, order, jobs):
    """An account with many assets, vouchers, slots and jobs."""
    owner = account(1)
    ids = [2**256 - 1 - n for n in range(count)]
    if order == "hashed":
        ids = [int.from_bytes(keccak256(word(n)), "big") for n in range(count)]
    amounts = [2**255 - n for n in range(count)]
    payload = protocol.erc1155_batch_deposit(TOKEN, owner, ids, amounts)
    world.advance(protocol.V2_1.erc1155_batch, payload, "a deposit of many ids")
    world.fund(owner)
    for _ in range(jobs):
        Job(world, POSTED, slots=1, sponsor=1).post()
        world.send(owner, "WithdrawEther", 1, b"")
    for offset in (0, count // 2, max(0, count - 100)):
        world.inspect(f"accounts/0x{owner.hex()}?offset={offset}")
        world.inspect(f"audit?offset={offset}")
    world.inspect("jobs")
    world.inspect("jobs?phase=filling")


# By name, what makes a query of about so many bytes.
QUERIES = {
    "segments": lambda size: "jobs" + "/a" * (size // 2),
    "parameters": lambda size: "jobs?" + "a=b&" * (size // 4),
    "digits": lambda size: "jobs?offset=" + "9" * size,
    "zeros": lambda size: "jobs?limit=" + "0" * size,
    "json": lambda size: '{"path":"' + "jobs/" * (size // 5) + '"}',
    "nested": lambda size: '{"a":' + "[" * (size // 2) + "]" * (size // 2) + ',"path":"jobs"}',
    "hex": lambda size: "0x" + "6a" * (size // 2),
    "escapes": lambda size: '{"path":"' + "\\u0061" * (size // 6) + '"}',
    "rent": lambda size: "rent?bytes=1&seconds=" + "0" * size + "9",
    "cid": lambda size: "content/b" + "a" * size,
    "array": lambda size: '{"a":[' + "1," * (size // 2) + '1],"path":"version"}',
    "pairs": lambda size: "{" + '"a":1,' * (size // 6) + '"path":"version"}',
}


@builder(shape=tuple(QUERIES), size=(1, 16_384), jobs=(0, 20))
def long_query(world, shape, size, jobs):
    """Queries as long as they may be."""
    for number in range(jobs):
        Job(world, POSTED, slots=1, sponsor=number).post()
    world.inspect(QUERIES[shape](size).encode()[:16_384], may_fail=True)
