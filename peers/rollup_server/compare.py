#!/usr/bin/env python3
"""compare.py EXPECTED RESULTS: whether two files of results say the same, line by line.

Members that only one side knows, such as the index of an output, are left out of the comparison.
"""

import json
import sys


def essence(line):
    result = json.loads(line)
    outputs = [{k: v for k, v in output.items() if k != "index"} for output in result["outputs"]]
    return result["status"], outputs, result["reports"]


def main():
    with open(sys.argv[1]) as first, open(sys.argv[2]) as second:
        expected, found = first.readlines(), second.readlines()
    for number, (a, b) in enumerate(zip(expected, found), 1):
        if essence(a) != essence(b):
            sys.exit(f"line {number} differs\nexpected {a}found    {b}")
    if len(expected) != len(found):
        sys.exit(f"{len(expected)} lines expected, {len(found)} found")


if __name__ == "__main__":
    main()
