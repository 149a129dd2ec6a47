"""`deml deploy check` against a chain that fits, and against every wrong answer that one can give."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from chain.deployments import (
    APPLICATION,
    BOOKS,
    ELSEWHERE,
    GET_DATA_AVAILABILITY,
    GET_INPUT_BOX,
    GET_WITHDRAWAL_CONFIG,
    INPUT_BOX,
    INPUT_BOX_AND_ESPRESSO,
    IS_FORECLOSED,
    LIBRARY,
    PORTALS,
    TEMPLATE,
    deployed,
    is_third,
    questions,
    withdrawal_config,
)
from chain.fake import SILENT, WRONG, Node, dynamic_bytes, word

GUARDIAN = "0x00000000000000000000000000000000006a4d1a"


class Runner:
    def __init__(self, tool):
        self.tool = tool
        self.runs = 0

    def run(self, *arguments, environment=None):
        self.runs += 1
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DEML_")}
        return subprocess.run(
            [self.tool, "deploy", "check", *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            env=clean | (environment or {}),
        )

    def ask(self, node, release, *more, environment=None):
        """The report as an object, after the lines for people have said the same."""
        arguments = ["--rpc", node.url, "--application", APPLICATION, "--timeout", "1"]
        arguments += ["--contracts", release] if release else []
        done = self.run(*arguments, *more, "--json", environment=environment)
        assert done.returncode in (0, 1), (done.returncode, done.stdout, done.stderr)
        report = json.loads(done.stdout)
        assert report["credited"] == (done.returncode == 0), report
        fails = [check for check in report["checks"] if check["verdict"] == "fails"]
        assert report["credited"] == (not fails), report
        for check in fails:
            assert check["remedy"] and check["found"], check
        return report


def fails(report):
    return {check["check"]: check for check in report["checks"] if check["verdict"] == "fails"}


def expect(report, *names):
    assert sorted(fails(report)) == sorted(names), (names, report)
    return fails(report)


def what_fits(runner):
    for release in BOOKS:
        with Node(deployed(release)) as node:
            report = runner.ask(node, release, "--template", TEMPLATE, "--chain-id", "31337")
            expect(report)
            assert node.asked == [method for method, _ in questions(release)], node.asked
            assert report["chainId"] == 31337 and report["application"].lower() == APPLICATION
            told = {check["check"]: check for check in report["checks"]}
            assert all(
                told[check]["verdict"] in ("fits", "told") for _, check in questions(release)
            )
            assert told["templateHash"]["found"] == TEMPLATE
            # Without them they are told, not compared.
            told = {check["check"]: check for check in runner.ask(node, release)["checks"]}
            assert told["templateHash"]["verdict"] == told["chainId"]["verdict"] == "told"
            lines = runner.run(
                "--rpc", node.url, "--application", APPLICATION, "--contracts", release
            )
            assert lines.returncode == 0, lines
            assert "A deposit would be credited" in lines.stdout and "fails" not in lines.stdout


def what_stands_elsewhere(runner):
    """No code at each place, and contracts that name another."""
    for release in BOOKS:
        places = dict(
            zip(["inputBoxCode", *(portal + "Code" for portal in PORTALS)], BOOKS[release])
        )
        places["applicationCode"] = APPLICATION
        if is_third(release):
            places["safeErc20Transfer"] = LIBRARY
        for check, address in places.items():
            chain = deployed(release)
            chain.contracts.remove(address.lower())
            with Node(chain) as node:
                line = expect(runner.ask(node, release), check)[check]
                assert line["found"] == "no code" and address.lower() in line["expected"].lower()

        selector = GET_INPUT_BOX if is_third(release) else GET_DATA_AVAILABILITY
        chain = deployed(release)
        chain.views[APPLICATION, selector] = (
            word(ELSEWHERE) if is_third(release) else dynamic_bytes(INPUT_BOX + word(ELSEWHERE))
        )
        with Node(chain) as node:
            line = expect(runner.ask(node, release), "applicationInputBox")["applicationInputBox"]
            assert line["found"].lower() == ELSEWHERE
            assert line["expected"] == BOOKS[release][0]
            words = runner.run(
                "--rpc", node.url, "--application", APPLICATION, "--contracts", release
            )
            assert words.returncode == 1 and f"expected {BOOKS[release][0]}, found" in words.stdout
            assert "Do not deposit: 1 line above fails." in words.stdout
        if is_third(release):
            continue
        for portal, address in zip(PORTALS, BOOKS[release][1:]):
            chain = deployed(release)
            chain.views[address.lower(), GET_INPUT_BOX] = word(ELSEWHERE)
            with Node(chain) as node:
                expect(runner.ask(node, release), portal + "InputBox")


def what_differs(runner):
    for release in ("v2.1", "v3.0.0-alpha.10"):
        with Node(deployed(release)) as node:
            other = "0x" + "11" * 32
            line = expect(runner.ask(node, release, "--template", other), "templateHash")
            assert line["templateHash"]["expected"] == other
            line = expect(runner.ask(node, release, "--chain-id", "1"), "chainId")["chainId"]
            assert (line["expected"], line["found"]) == ("1", "31337")
    with Node(deployed("v3.0.0-alpha.10")) as node:
        # The first form of the mistake that this command is for: a machine of yesterday's release.
        report = runner.ask(node, "v2.1")
        assert {"applicationInputBox", "inputBoxCode", "etherPortalCode"} <= set(fails(report))
    with Node(deployed("v2.1")) as node:
        assert "applicationInputBox" in fails(runner.ask(node, "v3.0.0-alpha.10"))
    chain = deployed("v2.1")
    chain.views[APPLICATION, GET_DATA_AVAILABILITY] = dynamic_bytes(
        INPUT_BOX_AND_ESPRESSO + word(BOOKS["v2.1"][0]) + word(7) + word(9)
    )
    with Node(chain) as node:
        line = expect(runner.ask(node, "v2.1"), "applicationInputBox")["applicationInputBox"]
        assert "cannot be told" in line["found"] and "0x8579fd0c" in line["found"]
    for call in (
        b"",
        INPUT_BOX,
        INPUT_BOX + word(BOOKS["v2.1"][0]) + b"\0",
        INPUT_BOX + b"\xff" * 32,
    ):
        chain.views[APPLICATION, GET_DATA_AVAILABILITY] = dynamic_bytes(call)
        with Node(chain) as node:
            expect(runner.ask(node, "v2.1"), "applicationInputBox")


def who_may_end_it(runner):
    release = "v3.0.0-alpha.10"
    chain = deployed(release)
    chain.views[APPLICATION, IS_FORECLOSED] = word(1)
    with Node(chain) as node:
        assert fails(runner.ask(node, release))["foreclosure"]["found"] == "yes"
    chain = deployed(release)
    chain.views[APPLICATION, GET_WITHDRAWAL_CONFIG] = withdrawal_config(GUARDIAN, 7, (0, 17, 768))
    with Node(chain) as node:
        report = runner.ask(node, release)
        expect(report)
        told = {check["check"]: check["found"] for check in report["checks"]}
        assert told["guardian"].lower().startswith(GUARDIAN) and "are lost" in told["guardian"]
        assert "nothing is withdrawn" in told["accountsDrive"]
    for config in (
        withdrawal_config(1 << 160),
        withdrawal_config(drive=(256, 0, 0)),
        withdrawal_config(drive=(0, 256, 0)),
        withdrawal_config(drive=(0, 0, 1 << 64)),
        withdrawal_config() + bytes(32),
    ):
        chain.views[APPLICATION, GET_WITHDRAWAL_CONFIG] = config
        with Node(chain) as node:
            expect(runner.ask(node, release), "guardian")
    for value, views in ((word(2), IS_FORECLOSED), (word(1 << 160), GET_INPUT_BOX)):
        chain = deployed(release)
        chain.views[APPLICATION, views] = value
        with Node(chain) as node:
            assert "bytes that are no" in str(fails(runner.ask(node, release)))


def every_wrong_answer(runner):
    for release in ("v2.1", "v3.0.0-alpha.10"):
        for number, (method, check) in enumerate(questions(release)):
            for name, (fault, sentence) in SILENT.items():
                with Node(deployed(release), fault, number) as node:
                    report = runner.ask(node, release, "--template", TEMPLATE)
                    assert sentence in expect(report, "node")["node"]["found"], (name, report)
                    assert len(node.asked) == number + 1, (name, node.asked)
            for name, (methods, fault, sentence) in WRONG.items():
                if methods != "all" and method not in methods:
                    continue
                with Node(deployed(release), fault, number) as node:
                    found = fails(runner.ask(node, release, "--template", TEMPLATE))
                    # What cannot be known may leave others unknown, but is itself a line.
                    assert sentence in found[check]["found"], (name, check, found)
                    assert set(found) == {check}, (name, check, found)


def own_contracts(runner, folder):
    """DEML_PORTALS=custom, by a file and by variables: contracts of either version."""
    box, *portals = ("0x" + f"{number:040x}" for number in range(0xC0DE, 0xC0DE + 6))
    names = ["ETHER", "ERC20", "ERC721", "ERC1155_SINGLE", "ERC1155_BATCH"]
    variables = {"DEML_PORTALS": "custom"} | {
        f"DEML_{name}_PORTAL": portal for name, portal in zip(names, portals)
    }
    file = folder / "machine.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    for release in ("v2.1", "v3.0.0-alpha.10"):
        chain = deployed(release)
        chain.deploy(box)
        for portal in portals:
            chain.deploy(portal, {} if is_third(release) else {GET_INPUT_BOX: word(box)})
        selector = GET_INPUT_BOX if is_third(release) else GET_DATA_AVAILABILITY
        chain.views[APPLICATION, selector] = (
            word(box) if is_third(release) else dynamic_bytes(INPUT_BOX + word(box))
        )
        with Node(chain) as node:
            for report in (
                runner.ask(node, None, "--env", str(file)),
                runner.ask(node, None, environment=variables),
            ):
                expect(report)
                assert report["contracts"] == "custom"
        chain.views[portals[2], GET_INPUT_BOX] = word(ELSEWHERE)
        with Node(chain) as node:
            expect(runner.ask(node, None, "--env", str(file)), "erc721PortalInputBox")
        # What cannot be told is not taken for the other version.
        busy = WRONG["a JSON-RPC error"][1]
        with Node(chain, busy, 2) as node:
            report = runner.ask(node, None, "--env", str(file))
            assert "applicationInputBox" in fails(report) or is_third(release), report


def templates(runner, folder):
    right, tree, wrong = (folder / name for name in ("right", "tree", "wrong"))
    for place in (right, tree, wrong):
        place.mkdir()
    content = bytes.fromhex(TEMPLATE[2:])
    (right / "hash").write_bytes(content)
    (tree / "hash_tree.sht").write_bytes(bytes(0x60) + content + bytes(4096))
    (wrong / "hash").write_bytes(content + b"\n")
    with Node(deployed("v2.1")) as node:
        for argument in (right, tree, TEMPLATE, TEMPLATE[2:], TEMPLATE.upper().replace("X", "x")):
            expect(runner.ask(node, "v2.1", "--template", str(argument)))
        usage = ["--rpc", node.url, "--application", APPLICATION, "--contracts", "v2.1"]
        for argument in (wrong, folder, folder / "none", TEMPLATE + "00", TEMPLATE[:-1], ""):
            done = runner.run(*usage, "--template", str(argument))
            assert done.returncode == 64, (argument, done)
            assert "32 bytes" in done.stderr or "64 digits" in done.stderr, (argument, done)


def arguments(runner, folder):
    bad = folder / "bad.env"
    bad.write_text("DEML_PORTALS=v2.1\nDEML_PORTAL=v2.1\n")
    with Node(deployed("v2.1")) as node:
        right = {"--rpc": node.url, "--application": APPLICATION, "--contracts": "v2.1"}
        for change, sentence in (
            ({"--rpc": None}, "--rpc"),
            ({"--rpc": "ftp://127.0.0.1"}, "expected an http or https address"),
            ({"--application": None}, "--application"),
            ({"--application": "0x12"}, "40 hexadecimal digits"),
            ({"--application": "0x" + "0" * 40}, "40 hexadecimal digits"),
            ({"--application": "0xaB7528bb862fb57e8a2bcd567a2e929a0be56a5e"}, "checksum"),
            ({"--contracts": None}, "DEML_PORTALS must be"),
            ({"--contracts": "v2.3"}, "DEML_PORTALS must be"),
            ({"--contracts": None, "--env": str(bad)}, "line 2"),
            ({"--contracts": None, "--env": str(folder / "none.env")}, "No such file"),
            ({"--env": str(bad)}, "Choose one"),
            ({"--timeout": "0"}, "1 to 600"),
            ({"--chain-id": "-1"}, "--chain-id"),
        ):
            words = [
                word
                for name, value in (right | change).items()
                if value is not None
                for word in (f"{name}={value}",)
            ]
            done = runner.run(*words)
            assert done.returncode == 64 and sentence in done.stderr, (change, done)
            assert done.stdout == "" and node.asked == [], (change, done, node.asked)
    # Nobody is there.
    report = runner.ask(node, "v2.1")
    expect(report, "node")
    assert report["chainId"] is None


def main():
    runner = Runner(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        what_fits(runner)
        what_stands_elsewhere(runner)
        what_differs(runner)
        who_may_end_it(runner)
        own_contracts(runner, Path(name))
        templates(runner, Path(name))
        arguments(runner, Path(name))
        every_wrong_answer(runner)
    assert runner.runs > 900, runner.runs
    print(f"deml deploy check: as it should be in {runner.runs} runs")


main()
