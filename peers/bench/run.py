"""Runs the guest program under qemu with the counting plugin, and serves it requests."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deml_peer.protocol import V2_1
from rollup_server.strict_http import Client, Faults

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build-guest"
# The plugin's source, and lists of what was found to be dear.
SOURCES = ROOT / "Benchmarks" / "Guest"


@dataclass
class Cost:
    """What one request cost: from the /finish that fetched it to the next one.

    `heap` is the most that was held at once, in bytes, `marks` the numbers of the plugin's first and
    last mark; `result` are pairs: the path of an output or report, and a notice's selector or a
    report's payload.
    """

    instructions: int
    heap: int
    marks: tuple
    result: list


class Connection(Client):
    """One whose answers are as short as they may be, and the same in every run."""

    def reply(self, status, body):
        # In one piece, so that the guest takes it with as few calls as ever.
        self.connection.sendall(
            b"HTTP/1.1 %d OK\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n%s"
            % (status, len(body), body)
        )


def serve(listener, requests, end_early):
    """Delivers the requests; returns for each client request its path, and the results."""
    paths, results = [], []
    listener.settimeout(120)
    accepted, _ = listener.accept()
    with accepted:
        connection = Connection(accepted, Faults((), 0), 600)
        while request := connection.request():
            path, body = request
            paths.append(path)
            if path == "/finish":
                if len(results) == len(requests):
                    return paths, results
                connection.reply(200, requests[len(results)].encode())
                results.append([])
            elif path == "/report":
                results[-1].append((path, json.loads(body)["payload"]))
                connection.reply(202, b"")
            else:
                selector = json.loads(body)["payload"][2:10] if path == "/notice" else None
                results[-1].append((path, selector))
                connection.reply(201, b'{"index":0}')
    assert end_early, "the guest hung up"
    return paths, results


def play(requests, profile=None):
    """The cost of the start, and of each request: exact, and the same in every run.

    With `profile`, (file, first mark, last mark), the guest is ended at the last mark, and the file
    says where the instructions between the two went.
    """
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        marks = Path(folder) / "marks"
        options = f"marks={marks}"
        if profile:
            options += f",profile={profile[0]},from={profile[1]},until={profile[2]}"
        process = subprocess.Popen(
            ["qemu-riscv64", "-plugin", f"{BUILT}/count.so,{options}", str(BUILT / "RollupApp")],
            env={
                "ROLLUP_HTTP_SERVER_URL": f"http://127.0.0.1:{listener.getsockname()[1]}",
                "DEML_PORTALS": V2_1.release,
            },
            stderr=subprocess.DEVNULL,
        )
        try:
            paths, results = serve(listener, requests, end_early=profile is not None)
            if profile:
                process.wait(60)
                return None, []
        finally:
            process.kill()
            process.wait()
        lines = [tuple(map(int, line.split())) for line in marks.read_text().splitlines()]
    # What comes after the last request is the end of the connection, and no business of ours.
    assert len(lines) >= len(paths), "a client request was not sent in one piece"
    lines = lines[: len(paths)]
    finishes = [i for i, path in enumerate(paths) if path == "/finish"]
    start = Cost(*lines[finishes[0]], (0, 0), [])
    costs = [
        Cost(lines[b][0] - lines[a][0], lines[b][1], (a, b), result)
        for a, b, result in zip(finishes, finishes[1:], results)
    ]
    return start, costs


def verdict(name, shown, limit, is_over):
    """Prints a figure beside its limit, if it has one; whether it is above."""
    bound = f" (limit {limit:,})" if limit else ""
    print(f"{name}: {shown}{bound}" + " OVER" * is_over)
    return is_over


def workloads(*arguments, lines=(), environment=()):
    """Runs the guest's workloads: the lines that they print, and the plugin's marks in order, each
    (instructions, most bytes of heap)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "marks"
        plugin = f"{BUILT}/count.so,marks={file}"
        program = subprocess.run(
            ["qemu-riscv64", "-plugin", plugin, BUILT / "Workloads", *map(str, arguments)],
            input="".join(line + "\n" for line in lines),
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | dict(environment),
        )
        told = program.stderr.splitlines()
        if program.returncode != 0:
            sys.exit(f"workloads {arguments[0]}: {told[-1:]}, status {program.returncode}")
        return told, [tuple(map(int, line.split())) for line in file.read_text().splitlines()]
