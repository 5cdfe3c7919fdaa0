"""Debian's own Firefox, spoken to by WebDriver BiDi: Playwright drives only a Firefox of its own making."""

import itertools
import json
import re
import subprocess
import time
from pathlib import Path

from websockets.sync.client import connect

PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class Firefox:
    """One window of a Firefox with a profile of its own, a fake camera and a fake microphone."""

    def __init__(self, profile: Path):
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});" for name, to in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = ["firefox-esr", "--headless", "--no-remote", "--remote-debugging-port=0"]
        self.process = subprocess.Popen(
            [*command, "--profile", str(profile)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._ids = itertools.count(1)
        self._line = connect(f"{self._address()}/session", max_size=None, legacy=True)
        self.complaints: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._window = self._ask("browsingContext.create", type="tab")["context"]
        self._ask("browsingContext.setViewport", context=self._window, viewport={"width": 390, "height": 844})

    def _address(self) -> str:
        for line in self.process.stderr:
            if found := LISTENING.search(line):
                return found[1]
        raise AssertionError("Firefox ended before it listened")

    def _ask(self, method: str, **params) -> dict:
        asked = next(self._ids)
        self._line.send(json.dumps({"id": asked, "method": method, "params": params}))
        while True:
            told = json.loads(self._line.recv(timeout=60))
            self._keep(told)
            if told.get("id") == asked:
                assert told["type"] == "success", told
                return told["result"]

    def _keep(self, told: dict) -> None:
        """What the console complains of."""
        if told.get("method") == "log.entryAdded" and told["params"]["level"] == "error":
            self.complaints.append(told["params"]["text"])

    def before_each_page(self, script: str) -> None:
        self._ask("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def evaluate(self, expression: str):
        """What the page answers, as JSON; in the place of a person's touch."""
        told = self._ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self._window},
            awaitPromise=True,
            userActivation=True,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def wait_until(self, expression: str, within: float = 20) -> None:
        deadline = time.monotonic() + within
        while not self.evaluate(expression):
            assert time.monotonic() < deadline, f"Firefox waits in vain: {expression}"
            time.sleep(0.2)

    def click(self, selector: str) -> None:
        """Press what is in sight, when it is."""
        target = f"[...document.querySelectorAll({json.dumps(selector)})].find((one) => one.offsetParent)"
        self.wait_until(f"Boolean({target})")
        self.evaluate(f"{target}.click()")

    def stop(self) -> None:
        self._line.close()
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()
