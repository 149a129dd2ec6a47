"""The part of JSON Schema (2020-12) that our schemas use."""

from __future__ import annotations

import json
import re
from pathlib import Path

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}
KNOWN = {
    "$ref",
    "$defs",
    "$schema",
    "title",
    "description",
    "type",
    "enum",
    "const",
    "pattern",
    "minimum",
    "minItems",
    "maxItems",
    "items",
    "anyOf",
    "properties",
    "required",
    "additionalProperties",
}


class Schema:
    """The definitions of a file. A keyword that is not known is an error, never ignored."""

    def __init__(self, file: Path):
        self.definitions = json.loads(file.read_text())["$defs"]

    def check(self, name: str, value) -> None:
        """Raises when `value` is not as the definition `name` says."""
        problems = list(self.problems(self.definitions[name], value, name))
        if problems:
            raise AssertionError("; ".join(problems[:5]))

    def problems(self, schema: dict, value, at: str):
        unknown = set(schema) - KNOWN
        if unknown:
            raise ValueError(f"the keywords {unknown} are not known")
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            yield from self.problems(self.definitions[name], value, at)
        if "anyOf" in schema:
            tries = [list(self.problems(option, value, at)) for option in schema["anyOf"]]
            if all(tries):
                yield from min(tries, key=len)
        if "const" in schema and value != schema["const"]:
            yield f"{at} is {value!r} instead of {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} is {value!r}, none of {schema['enum']}"
        kind = schema.get("type")
        if kind and (
            not isinstance(value, TYPES[kind])
            or (kind == "integer" and value in (True, False) and isinstance(value, bool))
        ):
            yield f"{at} is {str(value)[:40]!r}, which is no {kind}"
            return
        if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
            yield f"{at} is {value[:80]!r}, not like {schema['pattern']}"
        if kind == "integer" and value < schema.get("minimum", value):
            yield f"{at} is {value}, too small"
        if isinstance(value, list):
            yield from self.list_problems(schema, value, at)
        if isinstance(value, dict):
            yield from self.object_problems(schema, value, at)

    def list_problems(self, schema: dict, value: list, at: str):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at} has {len(value)} elements"
        for index, element in enumerate(value):
            yield from self.problems(schema.get("items", {}), element, f"{at}[{index}]")

    def object_problems(self, schema: dict, value: dict, at: str):
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at} has no {name}"
        for name, member in value.items():
            if name in properties:
                yield from self.problems(properties[name], member, f"{at}.{name}")
            elif schema.get("additionalProperties", True) is False:
                yield f"{at} has {name}, which is not in the schema"
