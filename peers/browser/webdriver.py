"""A browser driven over the WebDriver protocol, with the standard library only."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class BrowserError(Exception):
    """The driver refused a command, or the page did not get where it should."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Driver:
    """A chromedriver process."""

    def __init__(self, log: Path):
        self.port = free_port()
        self.log = log.open("w")
        self.process = subprocess.Popen(
            ["chromedriver", f"--port={self.port}"], stdout=self.log, stderr=self.log
        )
        for _ in range(200):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                time.sleep(0.05)
        raise BrowserError("chromedriver does not get ready")

    def call(self, method: str, path: str, body: dict | None = None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=data,
            method=method,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message']}") from None

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()


class Browser:
    """One headless window with a profile of its own."""

    def __init__(self, driver: Driver, dark: bool = False, width: int = 1200, height: int = 900):
        self.driver = driver
        arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--force-device-scale-factor=1",
            f"--window-size={width},{height}",
        ]
        if dark:
            arguments.append("--blink-settings=preferredColorScheme=0")
        capabilities = {
            "alwaysMatch": {
                "browserName": "chrome",
                "goog:chromeOptions": {"args": arguments},
                "goog:loggingPrefs": {"browser": "ALL"},
            }
        }
        session = driver.call("POST", "/session", {"capabilities": capabilities})
        self.path = f"/session/{session['sessionId']}"
        self.cdp(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )

    def post(self, path: str, **body):
        return self.driver.call("POST", self.path + path, body)

    def cdp(self, command: str, **parameters):
        return self.post("/goog/cdp/execute", cmd=command, params=parameters)

    def open(self, url: str) -> None:
        self.post("/url", url=url)

    def run(self, script: str, *arguments):
        return self.post("/execute/sync", script=script, args=list(arguments))

    def run_async(self, body: str):
        """The value of the body of an async function."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => {{ {body} }})()"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        answer = self.post("/execute/async", script=script, args=[])
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer.get("value")

    def find(self, xpath: str, wait: float = 30) -> str:
        """The element that becomes visible at `xpath`."""
        deadline = time.monotonic() + wait
        while True:
            found = self.post("/elements", using="xpath", value=xpath)
            for element in found:
                path = f"{self.path}/element/{element[ELEMENT]}/displayed"
                try:
                    if self.driver.call("GET", path):
                        return element[ELEMENT]
                except BrowserError:
                    continue  # It has just been replaced.
            if time.monotonic() > deadline:
                text = self.run("return document.body.innerText")
                raise BrowserError(f"{xpath} does not appear; the page says:\n{text}")
            time.sleep(0.1)

    def click(self, xpath: str) -> None:
        for _ in range(20):
            element = self.find(xpath)
            try:
                self.post(f"/element/{element}/click")
                return
            except BrowserError as error:
                if "stale" not in str(error):
                    raise
        raise BrowserError(f"{xpath} is replaced all the time")

    def type(self, label: str, text: str, within: str = "") -> None:
        """Fills in the control that has this label; a path for a file."""
        element = self.find(f"{within}//*[@id=//label[normalize-space()='{label}']/@for]")
        if self.run("return arguments[0].type", {ELEMENT: element}) != "file":
            self.post(f"/element/{element}/clear")
        self.post(f"/element/{element}/value", text=text)

    def wait_for(self, text: str, wait: float = 60) -> None:
        """Waits until an element has exactly this text at its beginning."""
        self.find(f"//*[starts-with(normalize-space(), {json.dumps(text)})]", wait)

    def resize(self, width: int, height: int, mobile: bool = False) -> None:
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.cdp("Emulation.setDeviceMetricsOverride", **screen)

    def screenshot(self, file: Path, whole: bool = True) -> None:
        if whole:
            height = self.run("return document.documentElement.scrollHeight")
            width = self.run("return innerWidth")
            self.resize(width, height)
        data = self.driver.call("GET", self.path + "/screenshot")
        file.write_bytes(base64.b64decode(data))
        if whole:
            self.cdp("Emulation.clearDeviceMetricsOverride")

    def errors(self) -> list[str]:
        """What the page wrote to its console as an error."""
        log = self.post("/se/log", type="browser")
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def close(self) -> None:
        self.driver.call("DELETE", self.path)
