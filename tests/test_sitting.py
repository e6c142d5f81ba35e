"""A sitting in JupyterLab, as an officer has it: a real server, a real browser, without an editor."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ictindex.basics.project import Project
from tests.browser import Browser

ROOT = Path(__file__).parent.parent
_HERE = """(selector, text) => {
    const found = [...document.querySelectorAll(selector)].filter(
        (each) => each.textContent.replaceAll("\u00a0", " ").includes(text) && each.checkVisibility());
    if (!found.length) return null;
    found[0].scrollIntoView({block: "center"});
    const box = found[0].getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""
_FOCUS = """(label) => {
    const named = [...document.querySelectorAll(".widget-inline-hbox")].find((each) =>
        each.querySelector(".widget-label")?.textContent.replaceAll("\u00a0", " ").includes(label)
        && each.checkVisibility());
    const field = named?.querySelector(".widget-readout") ?? named?.querySelector("input");
    field?.scrollIntoView({block: "center"});
    field?.focus();
    document.execCommand("selectAll");
    return field !== undefined && document.activeElement === field;
}"""
_SAID = """(words) => [...document.querySelectorAll(".widget-html-content")]
    .map((each) => each.innerText.replaceAll("\u00a0", " ")).find((text) => text.includes(words)) ?? null"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[tuple[str, Project]]:
    """JupyterLab on a copy of the project, at a port that was free, and its address."""
    home = tmp_path_factory.mktemp("home")
    project = Project(tmp_path_factory.mktemp("office"))
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / name, project.root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ServerApp.port=0", "--IdentityProvider.token=thu", "--notebook-dir", str(project.root)),
        ],
        cwd=project.root,
        env=os.environ | {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        told, until = None, time.monotonic() + 120
        while told is None:
            assert server.poll() is None and time.monotonic() < until, "JupyterLab did not start"
            told = next(iter(home.glob("jpserver-*.json")), None)
            time.sleep(0.1)
        while not (text := told.read_text("utf-8")).endswith("}"):
            time.sleep(0.1)
        yield f"{json.loads(text)['url']}lab/tree/notebooks/sliders.ipynb?token=thu&reset", project
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def enter(browser: Browser, label: str, text: str) -> None:
    """Give the keyboard to what is labelled so, and type over what is there."""
    browser.waits_for(_FOCUS, label)
    browser.type(text)
    browser.press("Enter", 13)


def click(browser: Browser, selector: str, text: str) -> None:
    browser.click(*browser.place(_HERE, selector, text))


def said(browser: Browser, words: str) -> str:
    return browser.waits_for(_SAID, words)


def test_an_officer_asks_and_is_answered_without_an_editor(lab, browser):
    address, project = lab
    browser.visit(address, width=1500, height=1400)
    browser.waits_for("() => document.body.innerText.includes('Python 3 (ipykernel) | Idle')")
    click(browser, ".lm-MenuBar-itemLabel", "Run")
    click(browser, ".lm-Menu-itemLabel", "Run All Cells")

    # what if services weigh 300?
    assert "Phương án gốc" in said(browser, "trong 22 đơn vị đổi hạng.")
    enter(browser, "Cung cấp dịch vụ công trực tuyến", "300")
    told = said(browser, "Cung cấp dịch vụ công trực tuyến từ 250 thành 300 điểm")

    # who moved most?
    assert "Phương án giả định" in told and "Lên nhiều nhất: " in told
    browser.waits_for("() => document.querySelector('svg[aria-label^=\"Đổi hạng nhiều nhất\"]') !== null")

    # save it
    click(browser, "button", "Lưu phương án")
    assert "online_services-300" in said(browser, "Đã lưu parameters/what_if/")
    text = project.what_if("online_services-300").read_text("utf-8")
    assert "categories: {online_services: {ministry: 300}}" in text

    # could Bộ Y tế be first?
    enter(browser, "Đơn vị", "bo y te")
    click(browser, "button", "Đứng đầu được không?")
    assert "Không thể: " in said(browser, "Bộ Y tế (bo-y-te)")

    # what would Lai Châu need?
    enter(browser, "Đơn vị", "Lai Châu")
    click(browser, "button", "Còn thiếu gì?")
    assert "còn thiếu" in said(browser, "Lai Châu")
