"""A real browser that tests drive: Chromium, by its DevTools protocol."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# Presses the save button of a form's page; the text of the file that the page would have saved.
SAVE_FORM = """
async () => {
  let blob = null;
  URL.createObjectURL = (each) => { blob = each; return "#"; };
  window.confirm = () => true;
  document.querySelector("button.save").click();
  return blob.text();
}
"""


class Browser:
    """A Chromium spoken to over two pipes in its DevTools protocol: JSON messages that end in a zero byte."""

    def __init__(self, profile: Path):
        (theirs, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={profile}",
        ]
        shell = f'exec "$@" 3<&{theirs} 4>&{theirs_out}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", CHROMIUM, *flags, "--remote-debugging-pipe", "about:blank"],
            pass_fds=(theirs, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs), os.close(theirs_out)
        self.writes, self.reads = os.fdopen(ours_out, "wb", 0), os.fdopen(ours_in, "rb", 0)
        self.session, self.last, self.rest, self.told = {}, 0, b"", []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.last += 1
        asked = {"id": self.last, "method": method, "params": parameters, **self.session}
        self.writes.write(json.dumps(asked).encode() + b"\0")
        answer = self.until(lambda message: message.get("id") == asked["id"])
        assert "error" not in answer, answer
        return answer["result"]

    def until(self, wanted) -> dict[str, Any]:
        """The first message that is wanted; what the page's console tells on the way is kept."""
        while True:
            while b"\0" not in self.rest:
                more = self.reads.read(2**16)
                assert more, "the browser has ended"
                self.rest += more
            text, _, self.rest = self.rest.partition(b"\0")
            message = json.loads(text)
            if message.get("method") in (
                "Log.entryAdded",
                "Runtime.exceptionThrown",
                "Runtime.consoleAPICalled",
            ):
                self.told.append(message["params"])
            if wanted(message):
                return message

    def open(self, page: str, folder: Path, width: int = 1280) -> None:
        (folder / "evidence.html").write_text(page, "utf-8")
        self.visit((folder / "evidence.html").as_uri(), width)

    def visit(self, address: str, width: int = 1280, height: int = 900) -> None:
        self.told.clear()
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        asked = self.ask("Page.navigate", url=address)
        assert "errorText" not in asked, asked
        self.until(lambda message: message.get("method") == "Page.loadEventFired")

    def call(self, function: str, *arguments: Any) -> Any:
        """What a function of the page's own world returns; the page's policy does not reach it."""
        given = ", ".join(map(json.dumps, arguments))
        asked = {"expression": f"({function.strip()})({given})", "returnByValue": True, "awaitPromise": True}
        told = self.ask("Runtime.evaluate", **asked)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def waits_for(self, function: str, *arguments: Any, seconds: float = 60) -> Any:
        """What a function returns as soon as it returns something true."""
        until = time.monotonic() + seconds
        while not (found := self.call(function, *arguments)):
            shown = self.call("() => document.body.innerText.slice(-2000)")
            assert time.monotonic() < until, (function, arguments, shown)
            time.sleep(0.1)
        return found

    def place(self, function: str, *arguments: Any) -> tuple[float, float]:
        """Where a function finds something, once it stays there."""
        there = None
        while there != (there := self.waits_for(function, *arguments)):
            time.sleep(0.2)
        return tuple(there)

    def click(self, x: float, y: float, times: int = 1) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=times)

    def type(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def close(self) -> None:
        with contextlib.suppress(OSError, AssertionError):
            self.session = {}
            self.ask("Browser.close")
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
