"""The lines of golden vectors, and short ways to write small blobs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from deml_peer import dml1
from deml_peer.architecture import I32, Architecture, Refused, dense, parse_architecture
from deml_peer.blobs import canonical_weights, encode_dataset, parse_dataset, parse_weights
from deml_peer.requests import hex0x

MAX_LINE_BYTES = 120_000


class Vectors:
    """Collects lines; every accepted case is parsed back from its own bytes and scored."""

    def __init__(self):
        self.lines: list[dict] = []

    def add(self, name: str, arch: Architecture, model: bytes, data: bytes, base=None) -> None:
        again = parse_architecture(arch.blob)
        base_raw = None if base is None else parse_weights(base, again)
        dataset = parse_dataset(data, again)
        metrics = dml1.evaluate(again, parse_weights(model, again, base_raw), dataset)
        self.lines.append(
            blobs_of(name, arch.blob, base, model, data)
            | metrics.told(again)
            | {"parameters": again.parameters}
        )

    def refuse(self, why: str, arch: bytes, model: bytes, data: bytes, base=None) -> None:
        try:
            parsed = parse_architecture(arch)
            base_raw = None if base is None else parse_weights(base, parsed)
            parse_weights(model, parsed, base_raw)
            parse_dataset(data, parsed)
        except Refused:
            name = f"invalid/{len([x for x in self.lines if 'error' in x]):02d}"
            line = blobs_of(name, arch, base, model, data)
            self.lines.append(line | {"error": True, "why": why})
            return
        raise AssertionError(f"accepted, though {why}")

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        texts = [json.dumps(line, separators=(",", ":")) for line in self.lines]
        names = [line["name"] for line in self.lines]
        assert len(set(names)) == len(names)
        assert max(map(len, texts)) < MAX_LINE_BYTES
        path.write_text("\n".join(texts) + "\n")


def blobs_of(name: str, arch: bytes, base, model: bytes, data: bytes) -> dict:
    blobs = {"arch": arch, "base": base, "model": model, "data": data}
    shown = {key: None if blob is None else hex0x(blob) for key, blob in blobs.items()}
    return {"name": name} | shown


def one_dense(inputs: int, outputs: int, head: int, bias: int = 0) -> Architecture:
    return Architecture((inputs,), (dense(outputs, bias),), head)


def full(arch: Architecture, *tensors) -> bytes:
    shaped = [np.array(t, dtype=object).reshape(s.shape) for t, s in zip(tensors, arch.tensors)]
    return canonical_weights(arch, [t.astype(np.int64) for t in shaped])


def labelled(x, y, dtype: int = I32, exponent: int = 0) -> bytes:
    return encode_dataset(np.array(x, dtype=np.int64), y, dtype, exponent)


def targeted(x, y) -> bytes:
    return encode_dataset(np.array(x, dtype=np.int64), np.array(y, dtype=np.int64), I32)
