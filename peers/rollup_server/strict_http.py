"""One connection of a server that is strict with its client and, on request, hard on it."""

import random
import re
import select
import socket
import time

BODY_LIMIT = 5 << 20
HEAD_LIMIT = 16384


class Violation(Exception):
    """The client did what the API does not allow."""


class HungUp(Exception):
    """The connection is to be given up."""


def require(condition, reason):
    if not condition:
        raise Violation(reason)


class Faults:
    def __init__(self, names, seed):
        self.names = names
        self.random = random.Random(seed)

    def hits(self, name, probability):
        return self.random.random() < probability and name in self.names


class Client:
    """One connection: requests in, answers out."""

    def __init__(self, connection, faults, timeout):
        self.connection = connection
        self.faults = faults
        self.timeout = timeout
        self.received = b""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def receive(self):
        ready, _, _ = select.select([self.connection], [], [], self.timeout)
        if not ready:
            raise TimeoutError
        try:
            part = self.connection.recv(65536)
        except ConnectionResetError:
            part = b""
        self.received += part
        return bool(part)

    def request(self):
        """The next path and body, or None when the client has closed the connection."""
        while b"\r\n\r\n" not in self.received:
            require(len(self.received) < HEAD_LIMIT, "a head of more than 16 KiB")
            if not self.receive():
                require(not self.received, "a head that is not complete")
                return None
        head, _, rest = self.received.partition(b"\r\n\r\n")
        lines = head.decode("ascii").split("\r\n")
        start = re.fullmatch(r"POST (/[!-~]*) HTTP/1\.1", lines[0])
        require(start, f"request line {lines[0]!r}")
        headers = {}
        for line in lines[1:]:
            field = re.fullmatch(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", line)
            require(field, f"header {line!r}")
            name = field[1].lower()
            require(name not in headers, f"two headers {name}")
            headers[name] = field[2]
        require(headers.get("host"), "no Host header")
        require(
            headers.get("content-type", "").lower() == "application/json",
            f"content type {headers.get('content-type')!r}",
        )
        require("transfer-encoding" not in headers, "a transfer encoding")
        length = headers.get("content-length", "")
        require(re.fullmatch(r"0|[1-9][0-9]*", length), f"content length {length!r}")
        require(int(length) <= BODY_LIMIT, f"a body of {length} bytes")
        self.received = rest
        while len(self.received) < int(length):
            require(self.receive(), "a body that is not complete")
        require(len(self.received) == int(length), "bytes after the body, before the answer")
        body, self.received = self.received, b""
        return start[1], body

    def answer(self, status, content_type="text/plain", body=b""):
        """Sends an answer; HungUp when the connection does not outlive it."""
        faults = self.faults
        reason = {200: "OK", 201: "Created", 202: "Accepted"}.get(status, "Error")
        closes = faults.hits("close", 0.1)
        drops = faults.hits("drop", 0.1)
        chunked = faults.hits("chunked", 0.3)
        until_end = faults.hits("until-end", 0.08)
        interim = faults.hits("interim", 0.1)
        split = faults.hits("split", 0.5)

        headers = [("Content-Type", content_type), ("Vary", "Origin, Access-Control")]
        content = body
        if until_end:
            closes = True
        elif chunked:
            headers.append(("Transfer-Encoding", faults.random.choice(["chunked", "Chunked"])))
            content = self.chunks(body)
        else:
            headers.append(("Content-Length", str(len(body))))
        if closes:
            headers.append(("Connection", "close"))
        faults.random.shuffle(headers)
        if faults.hits("names", 0.5):
            change = faults.random.choice([str.lower, str.upper])
            headers = [(change(name), value) for name, value in headers]
        message = b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n" if interim else b""
        message += f"HTTP/1.1 {status} {reason}\r\n".encode()
        message += b"".join(f"{name}: {value}\r\n".encode() for name, value in headers)
        message += b"\r\n" + content
        ends = closes or drops
        self.send(message, split, ends)
        if ends:
            raise HungUp

    def chunks(self, body):
        result = b""
        rest = body
        while rest:
            size = min(len(rest), self.faults.random.randint(1, max(1, len(body) // 3)))
            extension = self.faults.random.choice([b"", b";a", b'; name="value"'])
            result += b"%x%s\r\n%s\r\n" % (size, extension, rest[:size])
            rest = rest[size:]
        trailer = self.faults.random.choice([b"", b"Checksum: none\r\n"])
        return result + b"0\r\n" + trailer + b"\r\n"

    def send(self, message, split, ends):
        if split:
            for _ in range(24):
                size = self.faults.random.randint(1, 40)
                if size >= len(message):
                    break
                self.connection.sendall(message[:size])
                message = message[size:]
                time.sleep(0.0005)
        if ends:
            # The last piece waits for the end of the stream, so that both arrive together: a client
            # that looks before it sends can know that the connection has gone.
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        self.connection.sendall(message)
        if ends:
            self.connection.shutdown(socket.SHUT_WR)
