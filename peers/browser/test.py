#!/usr/bin/env python3
"""The web page in headless Chromium, against `deml node` and the real application.

A clinic posts the breast cancer job from files, two clients with wallets take slots, commit and
submit, and the page shows score, chart and voucher. Screenshots are left in the folder that is the
last argument. Needs Debian's chromium and chromium-driver, and eth-account for the wallets.
"""

from __future__ import annotations

import json
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from deml_peer.hashing import cid_text, raw_cid
from deml_peer.notices import decoded

from .nodeprocess import ROOT, Node
from .story import Story
from .wallet import Wallet
from .webdriver import Browser, Driver

CLIENTS = ["Ana", "Bruno"]
# Notice(bytes), as outputs begin.
NOTICE = "0xc258d6e5"


def check_codec(browser: Browser) -> None:
    """Everything recorded is decoded and encoded again to the same bytes."""
    payloads = []
    folder = ROOT / "fixtures" / "breast-cancer"
    for line in (folder / "expected.jsonl").read_text().splitlines():
        for output in json.loads(line)["outputs"]:
            if output["type"] == "notice":
                payloads.append(output["payload"])
    count = browser.run_async(
        f"""
        const payloads = {json.dumps(payloads)};
        const {{ Interface }} = await import("/js/abi.js");
        const {{ hex, unhex, keccak256, utf8 }} = await import("/js/bytes.js");
        if (hex(keccak256(utf8(""))) !==
            "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470") {{
          throw new Error("Keccak-256 of nothing is wrong");
        }}
        const abi = new Interface(await (await fetch("/deml.abi.json")).json());
        for (const payload of payloads) {{
          const call = abi.decode(unhex(payload));
          if (hex(abi.encode(call.name, call.arguments)) !== payload) throw new Error(payload);
        }}
        return payloads.length;
        """
    )
    assert count == len(payloads) > 50


def post_job(browser: Browser, node: Node, files: dict[str, Path], shots: Path) -> None:
    browser.open(f"{node.url}/#/post")
    browser.click("//select[@aria-label='Act as']/option[contains(., 'Developer 1 ')]")
    browser.wait_for("Post a job")
    browser.type("Architecture", str(files["arch"]))
    browser.type("Base model", str(files["base"]))
    browser.type("Evaluation data", str(files["data"]))
    browser.type("Slots", "9")
    # 9 rewards of 0.05 and 9 bonds of 0.0025.
    browser.find("//dd[.='0.4725 ETH']")
    bond = browser.run(
        "return [...document.querySelectorAll('dt')]"
        ".find((term) => term.textContent === 'Storage bond').nextSibling.textContent"
    )
    browser.screenshot(shots / "post.png")
    browser.click("//button[.='Post and upload']")
    browser.find("//h1[.='Job 0']")
    browser.find("//span[contains(@class, 'badge open')]")
    browser.wait_for("Nothing was scored yet.")
    job = node.inspect("jobs/0")["job"]
    assert job["phase"] == "open", job["phase"]
    assert job["baseLoss"] == "133842320788", job["baseLoss"]
    browser.find("//td[.='whole, in use']")
    browser.wait_for("Ends at the latest")
    # The page's own sum of bytes is that of the application.
    wei = Decimal(bond.split()[0]) * 10**18
    assert wei == int(job["cost"]["storageBond"]), (bond, job["cost"])
    [paid] = told(node, "RentPaid", 0)
    assert paid["rent"] == "0"
    assert int(paid["scoring"]) == int(job["cost"]["admittedWork"]) << 19, paid


def take_slot(browser: Browser, node: Node, wallet: Wallet, name: str) -> None:
    provider = wallet.provider(name, node.url)
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=provider)
    browser.open(f"{node.url}/#/jobs/0")
    browser.click("//button[.='Connect wallet']")
    browser.find("//button[contains(@class, 'connected')]")
    browser.click("//button[.='Take a slot']")
    browser.find("//h3[.='Commit to a model']")
    slots = node.inspect("jobs/0/submissions")["slots"]
    assert wallet.address(name) in [slot["client"] for slot in slots]


def commit(browser: Browser, model: Path) -> None:
    browser.type("Model", str(model), "//section[h3[starts-with(., 'Commit to')]]")
    browser.click("//button[.='Commit']")
    browser.find("//h3[.='Submit your model']")


def submit(browser: Browser, model: Path) -> None:
    browser.type("Model", str(model), "//section[h3[.='Submit your model']]")
    browser.click("//button[.='Upload and submit']")


def two_clients(driver: Driver, node: Node, wallet: Wallet, files: dict[str, Path], shots: Path):
    browsers = {name: Browser(driver) for name in CLIENTS}
    for name, browser in browsers.items():
        take_slot(browser, node, wallet, name)
    commit(browsers["Ana"], files["model-0"])
    # Ana's model is the first of the story; the next one that improves enough is Bruno's.
    commit(browsers["Bruno"], files["model-1"])

    submit(browsers["Ana"], files["model-0"])
    browsers["Ana"].wait_for("The commitment must be at least 600 seconds old.")
    # The model is there: only the message is sent again.
    [model] = [file for file in node.inspect("jobs/0/files")["files"] if file["kind"] == "model"]
    assert model["whole"] and not model["inUse"], model

    node.eth("evm_increaseTime", 700)
    submit(browsers["Ana"], files["model-0"])
    browsers["Ana"].find("//figure//*[name()='circle'][contains(@class, 'accepted')]")
    score = node.inspect("jobs/0/leaderboard")["leaderboard"][0]
    assert score["loss"] == "70635312029", score
    assert score["modelCid"] == cid_text(raw_cid(files["model-0"].read_bytes()))

    # The same file in the wrong form is noticed before anything is sent.
    submit(browsers["Bruno"], files["model-0"])
    browsers["Bruno"].wait_for("This is not the file that you committed to.")
    submit(browsers["Bruno"], files["model-1"])
    browsers["Bruno"].find("(//figure//*[name()='circle'])[2]")
    return browsers


def relay(browser: Browser, node: Node, wallet: Wallet, model: Path) -> None:
    """A client whose wallet only signs: another account sends the commitment for it."""
    take_slot(browser, node, wallet, "Chiara")
    browser.type("Model", str(model), "//section[h3[starts-with(., 'Commit to')]]")
    browser.click("//label[contains(., 'Only sign')]/input")
    browser.click("//button[.='Commit']")
    browser.find("//h3[.='Submit your model']")
    assert wallet.signed == 1
    # The slot came with a deposit of hers, the commitment by relay: both count.
    assert node.inspect(f"accounts/{wallet.address('Chiara')}")["nonce"] == "2"
    count = int(node.rpc("cartesi_getProcessedInputCount")["data"], 16)
    sent = node.rpc("cartesi_getInput", input_index=hex(count - 1))["data"]
    assert sent["decoded_data"]["sender"] == node.eth("eth_accounts")[0]


class Stage:
    """A job that developer accounts play in one browser, which keeps their secrets apart."""

    def __init__(self, browser: Browser, node: Node, job: int):
        self.browser, self.node, self.job = browser, node, job

    def act_as(self, number: int) -> None:
        self.browser.click(
            f"//select[@aria-label='Act as']/option[contains(., 'Developer {number} ')]"
        )
        self.browser.find(f"//option[contains(., 'Developer {number} ')][@selected]")

    def next_phase(self, phase: str) -> None:
        """The time of the phase passes, and somebody sends "Advance"."""
        self.node.eth("evm_increaseTime", 7 * 86400)
        self.browser.open(f"{self.node.url}/#/node")
        self.browser.open(f"{self.node.url}/#/jobs/{self.job}")
        self.browser.post("/refresh")
        self.browser.click("//button[.='Advance']")
        self.is_in(phase)

    def is_in(self, phase: str) -> None:
        self.browser.find(f"//span[contains(@class, 'badge {phase}')]")

    def post(self, files: dict[str, Path], slots: int, *, payout: str | None = None) -> None:
        """Developer 1 posts a sealed job; those that share a pool are sealed anyway."""
        browser = self.browser
        browser.open(f"{self.node.url}/#/post")
        self.act_as(1)
        for label, name in [
            ("Architecture", "arch"),
            ("Base model", "base"),
            ("Evaluation data", "data"),
        ]:
            browser.type(label, str(files[name]))
        browser.type("Slots", str(slots))
        if payout:
            browser.click(f"//option[starts-with(., '{payout}:')]")
            # The models of the story are trained from scratch, so they are far from the base.
            browser.type("Largest norm of an update", "6553600")
        else:
            browser.click("//label[contains(., 'Sealed:')]/input")
        browser.click("//button[.='Post and upload']")
        browser.find(f"//h1[.='Job {self.job}']")
        self.is_in("commit")

    def commit(self, number: int, model: Path) -> None:
        self.act_as(number)
        self.browser.click("//button[.='Take a slot']")
        self.browser.find("//h3[.='Commit to a model']")
        self.browser.type("Model", str(model), "//section[h3[starts-with(., 'Commit to')]]")
        self.browser.click("//button[.='Commit']")
        self.browser.find("//h3[.='Commit to another model']")

    def reveal_data(self, data: Path) -> None:
        self.act_as(1)
        self.browser.type("Data of this round", str(data))
        self.browser.click("//button[.='Upload and reveal']")


def sealed_job(browser: Browser, node: Node, files: dict[str, Path], shots: Path) -> None:
    """Job 1, sealed: developer 1 is the sponsor, developer 2 the client."""
    stage = Stage(browser, node, 1)
    stage.post(files, slots=1)
    stage.commit(2, files["model-0"])
    stage.next_phase("data")
    stage.reveal_data(files["data"])
    stage.is_in("claim")
    stage.act_as(2)
    browser.type("Exact loss", "70635312029")
    browser.click("//button[.='Claim']")
    browser.find("//td[.='claimed']")
    browser.screenshot(shots / "sealed.png")
    stage.next_phase("reveal")
    submit(browser, files["model-0"])
    browser.find("//span[contains(@class, 'badge settled')][.='Settled']")
    browser.find("//td[.='0.05 ETH']")
    job = node.inspect("jobs/1")["job"]
    assert job["slotsPaid"] == 1, job


def federated_job(browser: Browser, node: Node, files: dict[str, Path], shots: Path) -> None:
    """Job 2, one federated round: two clients, each with a model that helps the mean."""
    stage = Stage(browser, node, 2)
    stage.post(files, slots=2, payout="Federated")
    stage.commit(2, files["model-0"])
    stage.commit(3, files["model-1"])
    stage.next_phase("data")
    stage.reveal_data(files["data"])
    stage.is_in("reveal")
    stage.act_as(2)
    submit(browser, files["model-0"])
    browser.find("//td[.='has submitted']")
    stage.act_as(3)
    submit(browser, files["model-1"])
    browser.find("//span[contains(@class, 'badge settled')][.='Settled']")
    # The round has a new global model, which the update of the second client alone makes up.
    browser.find("//figure//*[name()='circle'][contains(@class, 'accepted')]")
    browser.find("//span[.='helps']")
    browser.screenshot(shots / "federated.png")
    job = node.inspect("jobs/2")["job"]
    assert job["phase"] == "settled" and job["slotsPaid"] >= 1, job
    paid = sum(int(notice["amount"]) for notice in told(node, "RewardIssued", 2))
    assert 0 < paid <= 50_000_000_000_000_000, paid


def told(node: Node, name: str, job: int) -> list[dict]:
    """The notices of this name about a job."""
    found = []
    for output in node.rpc("cartesi_listOutputs", limit=10_000)["data"]:
        if output["decoded_data"]["type"] == NOTICE:
            found.append(decoded(bytes.fromhex(output["decoded_data"]["payload"][2:])))
    return [one for one in found if one and one["name"] == name and one["jobId"] == str(job)]


def check_voucher(browser: Browser, node: Node, wallet: Wallet, shots: Path) -> None:
    browser.click("//nav/a[.='Account']")
    browser.find("//td[contains(., '0.05 ETH')]")
    browser.screenshot(shots / "account.png")
    outputs = node.inspect(f"accounts/{wallet.address('Ana')}")["vouchers"]["items"]
    assert len(outputs) == 1
    browser.click("//button[.='Execute']")
    browser.find("//span[.='executed']")
    output = node.rpc("cartesi_getOutput", output_index=hex(outputs[0]))["data"]
    assert output["execution_transaction_hash"] is not None
    assert int(output["decoded_data"]["value"], 16) == 50_000_000_000_000_000


def fill_up(node: Node, files: dict[str, Path], ana: Browser) -> None:
    """More submissions by developer accounts, through the page's own modules."""
    models = {str(index): files[f"model-{index}"].read_bytes().hex() for index in range(2, 9)}
    ana.run_async(
        f"""
        const models = {json.dumps(models)};
        const {{ Session }} = await import("/js/session.js");
        const {{ upload }} = await import("/js/upload.js");
        const {{ identify }} = await import("/js/cid.js");
        const {{ boundDigest, modelCommitment }} = await import("/js/terms.js");
        const {{ unhex, utf8 }} = await import("/js/bytes.js");
        const session = new Session();
        await session.open();
        const {{ job }} = await session.node.inspect("jobs/0");
        const salt = new Uint8Array(32);
        const people = Object.entries(models).map(([index, hex]) =>
          [session.developerAccounts[Number(index)], unhex("0x" + hex)]);
        for (const [account] of people.slice(0, 6)) {{
          session.useDeveloper(account);
          const values = {{ jobId: 0, termsHash: job.termsHash, payout: account, proof: [] }};
          await session.send("acceptJob", values, {{ ether: BigInt(job.terms.clientBond) }});
        }}
        for (const [account, blob] of people.slice(0, 6)) {{
          session.useDeveloper(account);
          const {{ cid }} = await identify(blob);
          const bound = await boundDigest(account, blob);
          const commitment = modelCommitment({{
            chain: session.chain, jobId: 0, round: 0, client: account, bound, salt }});
          await session.send("commit", {{ jobId: 0, commitment }});
          await session.moveClock(600);
          await upload(session, {{ jobId: 0, cid, blob }});
          await session.send("submit",
            {{ jobId: 0, modelCid: cid, dataCid: utf8(job.content.dataCid), salt }});
        }}
        """
    )


def screenshots(driver: Driver, node: Node, shots: Path) -> None:
    for name, options in {
        "": {},
        "-dark": {"dark": True},
        "-phone": {"width": 500, "height": 900},
    }.items():
        browser = Browser(driver, **options)
        for view, path, ready in [
            ("jobs", "#/", "//h2/a[.='Job 0']"),
            ("job", "#/jobs/0", "//figure"),
            ("node", "#/node", "//td[.='yes']"),
        ]:
            if name == "-phone":
                browser.resize(390, 844, mobile=True)
            browser.open(f"{node.url}/{path}")
            browser.find(ready)
            browser.screenshot(shots / f"{view}{name}.png")
            wide = browser.run("return document.documentElement.scrollWidth > innerWidth")
            assert not wide, f"{view}{name} scrolls sideways"
        assert browser.errors() == [], browser.errors()
        browser.close()


def main() -> int:
    shots = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".build" / "screenshots")
    shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        wallet = Wallet([*CLIENTS, "Chiara"])
        driver = Driver(shots / "chromedriver.log")
        (shots / "node.log").unlink(missing_ok=True)
        node = Node(work / "state", shots / "node.log")
        try:
            sponsor = Browser(driver)
            files = Story(ROOT).save(work)
            sponsor.open(node.url)
            check_codec(sponsor)
            post_job(sponsor, node, files, shots)
            browsers = two_clients(driver, node, wallet, files, shots)
            relay(Browser(driver), node, wallet, files["model-2"])
            fill_up(node, files, sponsor)
            check_voucher(browsers["Ana"], node, wallet, shots)
            sealed_job(sponsor, node, files, shots)
            federated_job(sponsor, node, files, shots)
            screenshots(driver, node, shots)
            audit = node.inspect("audit")
            assert all(asset["conserved"] for asset in audit["assets"]), audit
            print(f"the page: job posted, scored, relayed, paid; screenshots in {shots}")
        finally:
            driver.stop()
            status = node.stop()
            wallet.stop()
        assert status == 0, status
    return 0


if __name__ == "__main__":
    sys.exit(main())
