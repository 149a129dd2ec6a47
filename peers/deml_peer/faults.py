"""What is wrong with bytes that came, and a reader that says so when there are too few."""

from __future__ import annotations


class Fault(Exception):
    """What is wrong with a piece or a stream: the code of the report, and what its `at` says."""

    def __init__(self, code: str, at: str = ""):
        super().__init__(code)
        self.at = at


def expect(condition, code: str) -> None:
    if not condition:
        raise Fault(code)


class Bytes:
    """Reads from the front; what is cut off is a fault with the code of the subclass."""

    code = ""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    @property
    def is_over(self) -> bool:
        return self.at == len(self.data)

    def expect(self, condition) -> None:
        expect(condition, self.code)

    def take(self, count: int) -> bytes:
        self.expect(self.at + count <= len(self.data))
        self.at += count
        return self.data[self.at - count : self.at]
