"""Runs the guest program under qemu with the counting plugin, and serves it requests."""

import json
import socket
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build-guest"
# The plugin's source, and lists of what was found to be dear.
SOURCES = ROOT / "Benchmarks" / "Guest"


class Cost:
    """What one request cost: from the /finish that fetched it to the next one."""

    def __init__(self, instructions, heap, marks, result):
        self.instructions = instructions
        # The most that was held at once, in bytes.
        self.heap = heap
        # The numbers of the plugin's first and last mark.
        self.marks = marks
        # Pairs: the path of an output or report, and a notice's selector or a report's payload.
        self.result = result


def serve(listener, requests, end_early):
    """Delivers the requests; returns for each client request its path, and the results."""
    paths, results = [], []
    position = -1
    listener.settimeout(120)
    connection, _ = listener.accept()
    connection.settimeout(600)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in received:
                part = receive(connection)
                if not part and end_early:
                    return paths, results
                assert part, "the guest hung up"
                received += part
            head, _, received = received.partition(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            )
            while len(received) < length:
                received += connection.recv(1 << 16)
            body, received = received[:length], received[length:]
            paths.append(path)
            if path == "/finish":
                position += 1
                if position == len(requests):
                    return paths, results
                results.append([])
                answer(connection, 200, requests[position].encode())
            elif path == "/report":
                results[-1].append((path, json.loads(body)["payload"]))
                answer(connection, 202, b"")
            else:
                selector = json.loads(body)["payload"][2:10] if path == "/notice" else None
                results[-1].append((path, selector))
                answer(connection, 201, b'{"index":0}')


def receive(connection):
    try:
        return connection.recv(1 << 16)
    except ConnectionResetError:
        return b""


def answer(connection, status, body):
    # In one piece, so that the guest takes it with as few calls as ever.
    connection.sendall(
        b"HTTP/1.1 %d OK\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n%s"
        % (status, len(body), body)
    )


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
            env={"ROLLUP_HTTP_SERVER_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"},
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
