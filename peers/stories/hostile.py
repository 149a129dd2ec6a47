"""Hostile encodings: payloads that no honest wallet makes, and why each is refused."""

from __future__ import annotations

import eth_abi
from deml_peer.hashing import keccak256
from deml_peer.protocol import MAX_PAYLOAD, MESSAGES, JobTerms, message, post_job, selector, word

TOP = (1 << 256) - 1
TERMS_HEAD = 4 + 64  # behind the selector, the offset of the tuple and the highest price


def patched(payload: bytes, at: int, new: bytes) -> bytes:
    assert at + len(new) <= len(payload)
    return payload[:at] + new + payload[at + len(new) :]


def with_word(payload: bytes, index: int, number: int) -> bytes:
    """Replaces the index-th word behind the selector."""
    return patched(payload, 4 + 32 * index, word(number))


def with_term(terms: JobTerms, index: int, number: int) -> bytes:
    """Replaces the index-th word of the tuple's head."""
    return patched(post_job(terms), TERMS_HEAD + 32 * index, word(number))


def unknown_messages() -> list[tuple[str, bytes]]:
    return [
        ("sends an empty payload", b""),
        ("sends three bytes", b"\x01\x02\x03"),
        ("sends a selector of zeros", bytes(4)),
        ("sends an unknown selector with arguments", b"\xde\xad\xbe\xef" + bytes(64)),
        ("sends JSON", b'{"method":"advance","jobId":0}'),
        ("sends commit with other argument types", selector("commit", ["uint256", "bytes"])),
        ("sends a message name in capitals", selector("ADVANCE", ["uint256"]) + word(0)),
        ("posts as in version 1", selector("postJob", MESSAGES["postJob"][:1]) + bytes(64)),
        ("sends an ERC-20 transfer", selector("transfer", ["address", "uint256"]) + bytes(64)),
        ("sends 65,216 bytes of 0xff", b"\xff" * MAX_PAYLOAD),
    ]


def malformed_messages(terms: JobTerms, cid: bytes) -> list[tuple[str, bytes]]:
    return malformed_words() + malformed_tails(cid) + malformed_terms(terms)


def malformed_words() -> list[tuple[str, bytes]]:
    advance, accept = message("advance", 0), message("acceptJob", 0, bytes(32), bytes(20), [])
    commit, ether = message("commit", 0, bytes(32)), message("WithdrawEther", 1, b"")
    erc20 = message("WithdrawErc20", bytes(20), 1, b"")
    return [
        ("sends a bare selector", advance[:4]),
        ("cuts a word short", advance[:-1]),
        ("adds a word behind the arguments", advance + bytes(32)),
        ("adds one byte behind the arguments", advance + b"\0"),
        ("leaves out the second argument", commit[:-32]),
        ("puts dirt above an address", with_word(accept, 2, 1 << 160)),
        ("puts dirt above a token address", with_word(erc20, 0, TOP)),
        ("leaves out the bytes of a withdrawal", ether[: 4 + 32]),
        ("points an array into the head", with_word(accept, 3, 0)),
        ("points an array at 2^255", with_word(accept, 3, 1 << 255)),
        ("points an array one byte further", with_word(accept, 3, 0x81)),
        ("claims 2^256 - 1 elements", with_word(accept, 4, TOP)),
        ("claims one element that is not there", with_word(accept, 4, 1)),
        ("claims 2^59 elements, 2^64 bytes", with_word(accept, 4, 1 << 59)),
    ]


def malformed_tails(cid: bytes) -> list[tuple[str, bytes]]:
    upload = message("upload", 0, cid, 64, 0, b"chunk")
    # The tails: length of the CID at word 5, two words of it; length of the chunk at word 8.
    chunk_offset = 0x100
    tails = upload[4 + 0xA0 :]
    swapped = word(0) + word(0xE0) + word(64) + word(0) + word(0xA0) + tails[96:] + tails[:96]
    gap = with_word(upload, 4, chunk_offset + 32)
    gap = gap[: 4 + chunk_offset] + bytes(32) + gap[4 + chunk_offset :]
    batch = ["uint256[]"]
    ids = eth_abi.encode(batch, [[1, 2]])[32:]
    head = bytes(20).rjust(32, b"\0") + word(0x80) + word(0xE0) + word(0xE0 + len(ids))
    nested = selector("WithdrawErc1155Batch", MESSAGES["WithdrawErc1155Batch"]) + head
    return [
        ("lies that a chunk is one word longer", with_word(upload, 8, 5 + 32)),
        ("claims a chunk of 2^256 - 1 bytes", with_word(upload, 8, TOP)),
        ("claims a chunk of 2^64 bytes", with_word(upload, 8, 1 << 64)),
        ("puts dirt behind a chunk", patched(upload, len(upload) - 1, b"\x01")),
        ("lets two byte strings share a tail", with_word(upload, 4, 0xA0)),
        ("points a byte string before itself", with_word(upload, 1, TOP - 31)),
        ("leaves a gap between two tails", gap),
        ("swaps the order of two tails", upload[:4] + swapped),
        ("sends a size of 2^32", with_word(upload, 2, 1 << 32)),
        ("sends an offset of 2^256 - 1", with_word(upload, 3, TOP)),
        ("lets the arrays of a batch point past the end", nested),
        ("fills a known selector with 0xff", upload[:4] + b"\xff" * (MAX_PAYLOAD - 4)),
        ("cuts an upload in the middle of the chunk", upload[:-16]),
    ]


def malformed_terms(terms: JobTerms) -> list[tuple[str, bytes]]:
    post = post_job(terms)
    return [
        ("points the terms at 96", with_word(post, 0, 96)),
        ("lets the terms begin with the price", with_word(post, 0, 32)),
        ("leaves out the price", post[:4] + word(32) + post[TERMS_HEAD:]),
        ("posts a bool of 2", with_term(terms, 1, 2)),
        ("posts a payout of 256", with_term(terms, 0, 256)),
        ("posts a reward of 2^96", with_term(terms, 3, 1 << 96)),
        ("posts a token with dirt above it", with_term(terms, 2, 1 << 255)),
        ("posts a norm bound of 2^64", with_term(terms, 9, 1 << 64)),
        ("posts a window of 2^32", with_term(terms, 20, 1 << 32)),
        ("points the architecture at the head of the terms", with_term(terms, 10, 0)),
        ("lets the base CID point at the architecture", with_term(terms, 11, 26 * 32)),
        ("claims an architecture of 2^256 - 1 bytes", with_term(terms, 26, TOP)),
        ("cuts the terms in half", post[: len(post) // 2]),
        ("sends the terms twice", post + post[4:]),
    ]


def windows(terms: JobTerms, **given: int) -> JobTerms:
    names = ("fill", "commit", "data", "claim", "reveal")
    changed = (given.get(name, old) for name, old in zip(names, terms.windows, strict=True))
    return terms.changed(windows=tuple(changed))


def refused_terms(
    terms: JobTerms, arch: bytes, busy_arch: bytes
) -> list[tuple[str, JobTerms, str]]:
    """(what is wrong, the terms, the code): one field beyond its limit in each."""
    changed, digest = terms.changed, keccak256(b"another")

    limits = [
        ("a payout rule of 4", changed(payout=4)),
        ("no reward", changed(reward=0, client_bond=1)),
        ("no slots", changed(slots=0)),
        ("65 slots", changed(slots=65)),
        ("two rounds of POSTED", changed(rounds=2)),
        ("a bond of one unit below reward / 20", changed(client_bond=terms.client_bond - 1)),
        ("a threshold of 1,000,001 ppm", changed(min_improvement_ppm=1_000_001)),
        ("no samples", changed(samples=0)),
        ("2^20 + 1 samples", changed(samples=(1 << 20) + 1)),
        ("2^32 - 1 samples", changed(samples=(1 << 32) - 1)),
        ("x dtype 3", changed(x_dtype=3)),
        ("y kind 2", changed(y_kind=2)),
        ("targets for a softmax head", changed(y_kind=1)),
        ("model dtype 3", changed(model_dtype=3)),
        ("no evaluation hash", changed(evaluation=())),
        ("two evaluation hashes", changed(evaluation=(digest, digest))),
        ("a fill window below an hour", windows(terms, fill=3_599)),
        ("a fill window above seven days", windows(terms, fill=604_801)),
        ("an open window below four hours", windows(terms, commit=14_399)),
        ("an open window above thirty days", windows(terms, commit=2_592_001)),
        ("a claim window in an unsealed job", windows(terms, claim=3_600)),
        ("more work than a job may cost", changed(arch=busy_arch, samples=1 << 20, slots=64)),
    ]
    blobs = [
        ("no architecture", changed(arch=b""), "invalidArchitecture"),
        ("an architecture with a byte too many", changed(arch=arch + b"\0"), "invalidArchitecture"),
        ("an architecture of rank 2", changed(arch=b"DMLA\1\2" + arch[6:]), "invalidArchitecture"),
        ("no base CID", changed(base_model_cid=b""), "invalidCid"),
        ("a base CID cut short", changed(base_model_cid=terms.base_model_cid[:-1]), "invalidCid"),
        (
            "a base CID of CIDv0 in lower case",
            changed(base_model_cid=b"qm" + b"1" * 44),
            "invalidCid",
        ),
        ("a trainer CID that is none", changed(trainer_cid=b"\x01"), "invalidCid"),
        ("a metadata CID of 10,000 letters", changed(metadata_cid=b"b" * 10_000), "invalidCid"),
    ]
    return [(what, bad, "invalidTerms") for what, bad in limits] + blobs


def refused_sealed_terms(terms: JobTerms) -> list[tuple[str, JobTerms]]:
    """(what is wrong, the terms): nobody's bond depends on one hour that another chose."""

    changed, listed = terms.changed, keccak256(b"the root of a list")
    long = {"payout": 3, "norm_bound": 1, "rounds": 5, "evaluation": terms.evaluation * 5}
    month = 2_592_000
    return [
        ("a commit window below an hour", windows(terms, commit=3_599)),
        ("a data window above thirty days", windows(terms, data=month + 1)),
        ("a claim window below a day", windows(terms, claim=86_399)),
        ("a reveal window below a day", windows(terms, reveal=86_399)),
        (
            "a claim window below an hour for a list of accounts",
            windows(changed(allow_list_root=listed), claim=3_599),
        ),
        ("a sponsor bond below the client bond", changed(sponsor_bond=terms.client_bond - 1)),
        (
            "five rounds of ninety days, more than a year",
            windows(changed(**long), commit=month, data=month, claim=0, reveal=month),
        ),
    ]


def queries(cid: str, unknown_cid: str) -> list[tuple[str, bytes, str]]:
    """(note, query, code) for inspect."""
    hexed = b"0x" + b'{"path":"version"}'.hex().encode()
    return [
        ("inspect with an empty query", b"", "invalidQuery"),
        ("inspect with 0xff bytes", b"\xff" * 40, "invalidQuery"),
        ("inspect an unknown path", b"balance", "invalidQuery"),
        ("inspect a path with only slashes", b"////", "invalidQuery"),
        ("inspect a job that is not there", b"jobs/99", "notFound"),
        ("inspect a job by name", b"jobs/zero", "invalidQuery"),
        ("inspect a negative page", b"jobs?limit=-1", "invalidQuery"),
        ("inspect an offset of 2^70", b"jobs?offset=1180591620717411303424", "invalidQuery"),
        ("inspect an unknown phase", b"jobs?phase=nonsense", "invalidQuery"),
        ("inspect an account of two digits", b"accounts/0x12", "invalidQuery"),
        ("inspect content that is not there", b"content/" + unknown_cid.encode(), "notFound"),
        ("inspect broken hexadecimal", b"0xzz", "invalidQuery"),
        ("inspect broken JSON", b'{"path":', "invalidQuery"),
        ("inspect JSON whose path is a number", b'{"path":1}', "invalidQuery"),
        ("inspect 20,000 letters", b"a" * 20_000, "invalidQuery"),
        ("inspect JSON", b'{"path":"jobs/0"}', "ok"),
        ("inspect JSON in hexadecimal", hexed, "ok"),
        ("inspect a page of content", f"content/{cid}/bytes?offset=4&length=16".encode(), "ok"),
        ("inspect past the end of a list", b"jobs?offset=1000&limit=1000", "ok"),
    ]
