"""A wallet for tests: accounts with keys, and the provider that a browser finds in the page.

The provider forwards to the node's pretend chain; only accounts and signatures are its own.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deml_peer.hashing import keccak256
from eth_account import Account

PROVIDER = """
window.ethereum = {
  async request({ method, params = [] }) {
    const own = ["eth_accounts", "eth_requestAccounts", "eth_signTypedData_v4"].includes(method);
    const url = own ? %(wallet)s : %(node)s;
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params, account: %(account)s }),
    });
    const answer = await response.json();
    if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer.result;
  },
  on() {},
};
"""


class Wallet:
    """Serves the accounts of `names`, whose keys are made from them."""

    def __init__(self, names: list[str]):
        self.accounts = {
            name: Account.from_key(keccak256(f"DeML test wallet {name}".encode())) for name in names
        }
        self.signed = 0
        wallet = self

        class Handler(BaseHTTPRequestHandler):
            def do_OPTIONS(self):
                self.answer(b"")

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                self.answer(json.dumps(wallet.result(json.loads(self.rfile.read(length)))).encode())

            def answer(self, body: bytes):
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Access-Control-Allow-Headers", "Content-Type")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, name: str) -> str:
        return self.accounts[name].address

    def result(self, call: dict) -> dict:
        account = self.accounts[call["account"]]
        if call["method"] != "eth_signTypedData_v4":
            return {"result": [account.address]}
        signer, data = call["params"]
        if signer.lower() != account.address.lower():
            return {"error": {"code": 4100, "message": "not an account of this wallet"}}
        signed = account.sign_typed_data(full_message=json.loads(data))
        self.signed += 1
        return {"result": "0x" + signed.signature.hex().removeprefix("0x")}

    def provider(self, name: str, node: str) -> str:
        port = self.server.server_address[1]
        return PROVIDER % {
            "wallet": json.dumps(f"http://127.0.0.1:{port}/"),
            "node": json.dumps(f"{node}/eth"),
            "account": json.dumps(name),
        }

    def stop(self) -> None:
        self.server.shutdown()
