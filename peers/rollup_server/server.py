#!/usr/bin/env python3
"""A rollup server that is strict with its client and, on request, hard on it.

Delivers the requests of a file, one line of JSON each, over the rollup HTTP API, checks every byte
that the client sends, and writes what each request caused as one line of JSON. It shares no code
with the client. Faults are drawn from a seed, so a run can be repeated.

Exit status: 0 when the client has finished every request, 1 when it broke a rule (the reason is on
the standard error stream), 2 for wrong arguments, 3 when it fell silent.
"""

import argparse
import json
import os
import re
import socket
import sys
import time

from .strict_http import Client, Faults, HungUp, Violation, require

FAULTS = {
    "none-yet": "answer some /finish with 202 first",
    "split": "send answers in small pieces",
    "chunked": "use the chunked transfer encoding, with extensions and trailers",
    "until-end": "let the end of the connection end the body",
    "interim": "send an interim answer first",
    "names": "change the case of header names",
    "extra": "add members that nobody knows, and change the order of the others",
    "mixed-case": "write app_contract with upper-case digits",
    "close": "announce the end of the connection after an answer",
    "drop": "end the connection after an answer without a word",
    "hang-up": "end the connection instead of answering /finish",
    "finish-error": "answer some /finish with 400 or 500 first",
    "output-error": "answer some outputs with 500 or 503 first, without taking them",
    "status": "answer outputs with 200 in place of 201 or 202",
}

BUFFER = 2 << 20
# What ABI encoding puts beside a payload: selector, head words, length, and padding to 32 bytes.
PAYLOAD_LIMIT = {
    "/voucher": 2_096_992,
    "/delegate-call-voucher": 2_097_024,
    "/notice": 2_097_056,
    "/report": BUFFER,
}
MEMBERS = {
    "/voucher": {"destination", "value", "payload"},
    "/delegate-call-voucher": {"destination", "payload"},
}
HEX = re.compile(r"0x(?:[0-9a-f]{2})*")


class Server:
    def __init__(self, requests, results, faults):
        self.requests = requests
        self.results = results
        self.faults = faults
        self.position = -1
        self.outputs = []
        self.reports = []
        self.next_index = 0
        self.delivered = False
        # Faults that hit one request at most once: what is answered late must be answered at all.
        self.tried = set()

    @property
    def is_over(self):
        return self.position >= len(self.requests)

    @property
    def current(self):
        """The request that is being handled, or None before the first and after the last."""
        return None if self.position < 0 or self.is_over else self.requests[self.position]

    def once(self, name, key, probability):
        hit = self.faults.hits(name, probability)
        if not hit or (name, key) in self.tried:
            return False
        self.tried.add((name, key))
        return True

    def serve(self, client):
        """Serves one connection until it ends; returns early when the last request is finished."""
        while not self.is_over:
            request = client.request()
            if request is None:
                return
            path, body = request
            try:
                message = json.loads(body.decode("utf-8"), object_pairs_hook=self.members)
            except ValueError as error:
                raise Violation(f"{path}: body is no JSON: {error}") from None
            require(isinstance(message, dict), f"{path}: body is no object")
            if path == "/finish":
                self.finish(client, message)
            elif path in PAYLOAD_LIMIT:
                self.output(client, path, message)
            else:
                raise Violation(f"path {path}")

    @staticmethod
    def members(pairs):
        names = [name for name, _ in pairs]
        require(len(names) == len(set(names)), f"a member twice in {names}")
        return dict(pairs)

    def finish(self, client, message):
        require(set(message) == {"status"}, f"/finish: members {sorted(message)}")
        status = message["status"]
        require(status in ("accept", "reject"), f"/finish: status {status!r}")
        require(self.delivered or status == "accept", "/finish: the first one must be accept")
        key = self.position
        if self.once("hang-up", key, 0.15):
            raise HungUp
        if self.once("finish-error", key, 0.2):
            client.answer(self.faults.random.choice([400, 500]), body=b"not now")
            return
        if self.once("none-yet", key, 0.3):
            # The next /finish asks for the same request.
            client.answer(202, body=b"no rollup request available")
            return
        self.close_current(status)
        self.position += 1
        if self.current is None:
            return
        self.delivered = True
        client.answer(200, "application/json", self.encode(self.current))

    def close_current(self, status):
        if self.current is None:
            return
        line = {"status": status, "outputs": self.outputs, "reports": self.reports}
        self.results.write(json.dumps(line, separators=(",", ":")) + "\n")
        self.results.flush()
        self.outputs = []
        self.reports = []

    def encode(self, request):
        data = dict(request["data"])
        random_ = self.faults.random
        if "metadata" in data:
            metadata = dict(data["metadata"])
            if self.faults.hits("mixed-case", 0.7) and "app_contract" in metadata:
                digits = metadata["app_contract"][2:]
                metadata["app_contract"] = "0x" + "".join(
                    random_.choice([c, c.upper()]) for c in digits
                )
            data["metadata"] = self.crowd(metadata)
        message = self.crowd({**request, "data": self.crowd(data)})
        separators = random_.choice([(",", ":"), (", ", ": ")])
        return json.dumps(message, separators=separators).encode()

    def crowd(self, members):
        """The same members among others, in another order."""
        hit = self.faults.hits("extra", 0.6)
        if not hit:
            return members
        extras = {
            "x_future": {"payload": ["0x", {"metadata": None}], "n": -1.5e3},
            "epoch_index": 0,
            "note": 'quote " backslash \\ tab \t é 漢 \U0001f600',
            "none": None,
            "empty": {},
        }
        items = list({**extras, **members}.items())
        self.faults.random.shuffle(items)
        return dict(items)

    def output(self, client, path, message):
        require(self.current is not None, f"{path}: no request is being handled")
        expected = MEMBERS.get(path, {"payload"})
        require(set(message) == expected, f"{path}: members {sorted(message)}")
        for name, value in message.items():
            require(isinstance(value, str), f"{path}: {name} is no string")
            require(HEX.fullmatch(value), f"{path}: {name} is not lower-case hex: {value[:80]!r}")
        if "destination" in expected:
            require(len(message["destination"]) == 42, f"{path}: destination is not 20 bytes")
        if path == "/voucher":
            require(len(message["value"]) == 66, "/voucher: value is not 32 bytes")
        size = len(message["payload"]) // 2 - 1
        require(size <= PAYLOAD_LIMIT[path], f"{path}: a payload of {size} bytes")
        inspects = self.current["request_type"] == "inspect_state"
        require(not (inspects and path != "/report"), f"{path}: an inspect has no outputs")

        key = (self.position, len(self.outputs), len(self.reports))
        if self.once("output-error", key, 0.1):
            client.answer(self.faults.random.choice([500, 503]), body=b"not now")
            return
        odd_status = self.faults.hits("status", 0.3)
        if path == "/report":
            self.reports.append({"payload": message["payload"]})
            client.answer(200 if odd_status else 202)
            return
        self.outputs.append({"type": path[1:], **message})
        body = json.dumps({"index": self.next_index}).encode()
        self.next_index += 1
        client.answer(200 if odd_status else 201, "application/json", body)


def read_requests(path):
    requests = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            request = json.loads(line)
            kind = request.get("request_type")
            if kind not in ("advance_state", "inspect_state") or "data" not in request:
                sys.exit(f"{path}:{number}: not a request of the rollup server")
            requests.append(request)
    return requests


def write_whole(path, text):
    """Whoever waits for the file must not read half of it."""
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(text)
    os.replace(path + ".new", path)


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0],
        epilog="faults: " + "; ".join(f"{name}: {text}" for name, text in FAULTS.items()),
    )
    parser.add_argument("--inputs", required=True, help="requests, one line of JSON each")
    parser.add_argument("--results", required=True, help="where the results go, a line for each")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", help="where the port is written once the server listens")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", default="", help="comma-separated names, or all")
    parser.add_argument("--timeout", type=float, default=120, help="longest silence, in seconds")
    parser.add_argument("--linger", type=float, default=0.2, help="how long the last /finish hangs")
    arguments = parser.parse_args()
    names = set(filter(None, arguments.faults.split(",")))
    arguments.faults = set(FAULTS) if names == {"all"} else names
    unknown = arguments.faults - set(FAULTS)
    if unknown:
        parser.error(f"unknown faults: {', '.join(sorted(unknown))}")
    return arguments


def serve_all(server, listener, faults, timeout, linger):
    listener.settimeout(timeout)
    while not server.is_over:
        connection, _ = listener.accept()
        with connection:
            try:
                server.serve(Client(connection, faults, timeout))
            except HungUp:
                continue
            except (BrokenPipeError, ConnectionResetError):
                raise Violation("the client closed the connection before the answer") from None
            if server.is_over:
                time.sleep(linger)


def main():
    arguments = parse_arguments()
    faults = Faults(arguments.faults, arguments.seed)
    with open(arguments.results, "w", encoding="utf-8") as results:
        server = Server(read_requests(arguments.inputs), results, faults)
        family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((arguments.host, arguments.port))
            listener.listen()
            if arguments.port_file:
                write_whole(arguments.port_file, f"{listener.getsockname()[1]}\n")
            try:
                serve_all(server, listener, faults, arguments.timeout, arguments.linger)
            except Violation as violation:
                where = f"request {server.position}, seed {arguments.seed}"
                print(f"rollup-server: {violation} ({where})", file=sys.stderr)
                return 1
            except TimeoutError:
                print(f"rollup-server: silence at request {server.position}", file=sys.stderr)
                return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
