"""A chain that answers eth_chainId, eth_getCode and eth_call as it is told to, or wrongly."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def word(value):
    """A number, or an address or a hash in digits, as the 32 bytes of a result."""
    number = int(value, 16) if isinstance(value, str) else value
    return number.to_bytes(32, "big")


def dynamic_bytes(content):
    """The encoding of one result of the type bytes."""
    return word(32) + word(len(content)) + content + bytes(-len(content) % 32)


class Chain:
    """What stands on the chain. Views are by address and selector, both lower-case digits."""

    def __init__(self, chain_id):
        self.chain_id = chain_id
        self.contracts = set()
        self.views = {}

    def deploy(self, address, views=None):
        self.contracts.add(address.lower())
        for selector, result in (views or {}).items():
            self.views[address.lower(), selector] = result

    def result(self, method, parameters):
        """The result, or an error as a dictionary."""
        if method == "eth_chainId":
            assert parameters == [], parameters
            return hex(self.chain_id)
        assert parameters[-1] == "latest", parameters
        if method == "eth_getCode":
            return "0x6080" if parameters[0].lower() in self.contracts else "0x"
        assert method == "eth_call", method
        call = parameters[0]
        assert set(call) == {"to", "data"}, call
        if call["to"].lower() not in self.contracts:
            return "0x"
        result = self.views.get((call["to"].lower(), call["data"].lower()))
        if result is None:
            return {"code": 3, "message": "execution reverted", "data": "0x"}
        return "0x" + result.hex()


class Node:
    """A node of a chain. `fault` is put in place of its answer to one question, counted from 0."""

    def __init__(self, chain, fault=None, question=None):
        self.chain = chain
        self.fault = fault
        self.question = question
        self.asked = []
        self.ending = threading.Event()

    def __enter__(self):
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                node.take(self)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        # Looks often whether it is to end: it does so a thousand times.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = json.loads(body)
        assert request["jsonrpc"] == "2.0" and handler.headers["Content-Type"] == "application/json"
        number = len(self.asked)
        self.asked.append(request["method"])
        result = self.chain.result(request["method"], request["params"])
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        answer["error" if isinstance(result, dict) else "result"] = result
        if self.fault and number == self.question:
            self.fault(self, handler, answer)
        else:
            self.send(handler, json.dumps(answer).encode())

    def send(self, handler, body, status=200, kind="application/json", length=None):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        # Whoever reads may have had enough.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            handler.wfile.write(body)


def changed(change):
    """A fault in an answer that stays JSON: `change` returns it anew."""

    def fault(node, handler, answer):
        node.send(handler, json.dumps(change(answer)).encode())

    return fault


def result_of(change):
    return changed(lambda answer: answer | {"result": change(answer["result"])})


def without(answer, *names):
    return {name: value for name, value in answer.items() if name not in names}


def hang(node, handler, answer):
    node.ending.wait(60)


def trickle(node, handler, answer):
    """Begins at once, and is never done."""
    body = json.dumps(answer).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) + 1000))
    handler.end_headers()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for index in range(600):
            handler.wfile.write(body[index : index + 1] or b" ")
            handler.wfile.flush()
            if node.ending.wait(0.1):
                break
    handler.close_connection = True


def refuse(code, message):
    return changed(
        lambda answer: without(answer, "result") | {"error": {"code": code, "message": message}}
    )


# Faults after which nothing else is asked: what came is no answer at all. With each goes what the
# tool has to say about it.
SILENT = {
    "HTML": (
        lambda n, h, a: n.send(h, b"<html><body>Welcome</body></html>", kind="text/html"),
        "no JSON object",
    ),
    "HTTP 500": (lambda n, h, a: n.send(h, b"{}", status=500), "HTTP status 500"),
    "HTTP 404": (lambda n, h, a: n.send(h, b"", status=404), "HTTP status 404"),
    "HTTP 429 with a right body": (
        lambda n, h, a: n.send(h, json.dumps(a).encode(), status=429),
        "HTTP status 429",
    ),
    "a cut body": (
        lambda n, h, a: n.send(h, json.dumps(a).encode()[:-4], length=len(json.dumps(a))),
        "",
    ),
    "a whole body of a greater length": (
        lambda n, h, a: n.send(h, json.dumps(a).encode(), length=len(json.dumps(a)) + 9),
        "",
    ),
    "an oversized body": (
        lambda n, h, a: n.send(h, json.dumps(a | {"x": "0" * (2 << 20)}).encode()),
        "more than 1048576 bytes",
    ),
    "an empty answer": (lambda n, h, a: n.send(h, b""), "empty"),
    "a hang-up": (lambda n, h, a: setattr(h, "close_connection", True), ""),
    "no answer in time": (hang, "no whole answer after 1 s"),
    "a trickle": (trickle, "no whole answer after 1 s"),
    "another id": (changed(lambda a: a | {"id": 2}), "another question"),
    "an id in words": (changed(lambda a: a | {"id": "1"}), "another question"),
    "no id": (changed(lambda a: without(a, "id")), "another question"),
    "a JSON array": (changed(lambda a: [a]), "no JSON object"),
    "two objects": (
        lambda n, h, a: n.send(h, json.dumps(a).encode() * 2),
        "no JSON object",
    ),
    "JSON that ends early": (
        lambda n, h, a: n.send(h, json.dumps(a).encode()[:-1]),
        "no JSON object",
    ),
}

# Faults of one answer: the methods they can befall, the fault, and what the tool has to say.
WRONG = {
    "a JSON-RPC error": ("all", refuse(-32005, "limit exceeded"), "limit exceeded"),
    "an error that is text": (
        "all",
        changed(lambda a: without(a, "result") | {"error": "busy"}),
        "busy",
    ),
    "an error beside a result": (
        "all",
        changed(lambda a: a | {"error": {"code": -32000, "message": "header not found"}}),
        "header not found",
    ),
    "null": ("all", result_of(lambda r: None), "found null"),
    "no result": ("all", changed(lambda a: without(a, "result")), "no result"),
    "a number": ("all", result_of(lambda r: 31337), "found 31337"),
    "an object": ("all", result_of(lambda r: {"code": r}), "found an object"),
    "not hex": ("all", result_of(lambda r: "0xzz"), '"0xzz"'),
    "no 0x": ("all", result_of(lambda r: r[2:] or "00"), "expected 0x"),
    "an empty string": ("all", result_of(lambda r: ""), "expected 0x"),
    "half a digit pair": (
        "eth_getCode eth_call",
        result_of(lambda r: r + "0"),
        "an even number of digits",
    ),
    "a quantity of 17 digits": (
        "eth_chainId",
        result_of(lambda r: "0x1" + "0" * 16),
        "expected 0x",
    ),
    "0x alone": ("eth_chainId", result_of(lambda r: "0x"), "expected 0x"),
    "a sign": ("eth_chainId", result_of(lambda r: "0x+1"), "expected 0x"),
    "a revert": ("eth_call", refuse(3, "execution reverted"), "execution reverted"),
    "a revert without its code": ("eth_call", refuse(-32000, "VM Exception: revert"), "revert"),
    "nothing": ("eth_call", result_of(lambda r: "0x"), "answers nothing"),
    "a short word": ("eth_call", result_of(lambda r: r[:-2]), "bytes that are no"),
    "a byte": ("eth_call", result_of(lambda r: "0x01"), "bytes that are no"),
    "a byte too many": ("eth_call", result_of(lambda r: r + "00"), "bytes that are no"),
}
