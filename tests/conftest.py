"""What every test may use: a throw-away copy of the project, and a small one with groups and gaps."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from filelock import FileLock
from hypothesis import settings

from ictindex.basics.findings import Finding, Refused
from ictindex.basics.project import Project
from ictindex.basics.strict_yaml import Document, scan
from ictindex.facts.answers import Given
from ictindex.facts.inputs import Entity, Inputs, Sources
from ictindex.methodology.reading import build_methodology
from ictindex.methodology.rule_kinds import Rule
from ictindex.methodology.tree import Methodology
from ictindex.run.nursery import YOUNG
from ictindex.scoring.evaluation import Evaluation, evaluate_edition
from ictindex.scoring.parameters import read_parameters
from ictindex.what_if.evaluating import evaluate_run
from tests.browser import CHROMIUM, Browser

ROOT = Path(__file__).parent.parent

# The same examples on every machine; HYPOTHESIS_PROFILE=thorough looks for others, ten times as many.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=40)
settings.register_profile("thorough", deadline=None, max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Iterator[int]:
    """Three workers on two cores: a fifth of the time they wait for kernels, browsers and the disk."""
    cores = yield
    return cores if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else cores * 3 // 2


# The modules that take longest, some tests of half a minute among them: begun last, one keeps all waiting.
LONG = (
    "test_live_sheets",
    "test_batch",
    "test_rehearsal",
    "test_withheld",
    "test_runs",
    "test_verification",
    "test_main",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, then the notebooks, then the others: the last ones keep nobody waiting."""
    items.sort(key=lambda item: (item.path.stem not in LONG, item.path))


class FromTheEnd(pytest.Dir):
    """A folder whose last module is read first."""

    def collect(self):
        return reversed([*super().collect()])


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Dir | None:
    """Two workers begin at two ends: what one has rewritten and compiled, the other finds done."""
    odd = os.environ.get("PYTEST_XDIST_WORKER", "")[-1:] in {*"13579"}
    return FromTheEnd.from_parent(parent, path=path) if odd else None


def pytest_collection() -> None:
    """Nobody looks for garbage while nine thousand tests are made: they stay to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Nor is it looked for in them later; of what a test makes, hardly anything is in a ring."""
    gc.freeze()
    gc.set_threshold(*YOUNG)
    gc.enable()


@pytest.fixture
def egdi(tmp_path: Path) -> Project:
    """A copy of the project's sources with the edition egdi-2018, to be broken at will; outputs are empty."""
    for name in ("parameters", "inputs", "notebooks"):
        without = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=without, dirs_exist_ok=True)
    return Project(tmp_path)


def keep_units(project: Project, edition: str, units: Iterable[str]) -> None:
    """Leave an edition some of its units: nobody else's rows stay in any table."""
    kept, folder = {*units}, project.inputs(edition)
    for path in folder.glob("*.csv"):
        head, *lines = path.read_text("utf-8").splitlines(keepends=True)
        if head.startswith("entity,"):
            path.write_text(head + "".join(line for line in lines if line.split(",", 1)[0] in kept), "utf-8")


@pytest.fixture(scope="session")
def only_units():
    """keep_units, for modules that cannot import this one."""
    return keep_units


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    """A browser of a module's own; skipped only where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed on this machine; node, where there is one, runs the arithmetic")
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


MINI_METHODOLOGY = """\
methodology: mini
label_vi: Phương pháp nhỏ để thử
citation: {title: "Không có văn bản: lập ra để thử"}
groups:
  ministry: {label_vi: Bộ}
  agency: {label_vi: Cơ quan}
answers:
  with_computer: {label_vi: Cán bộ có máy tính, kind: count}
  staff: {label_vi: Cán bộ, kind: count}
  portal: {label_vi: Điểm cổng thông tin, kind: number, min: 0, max: 40}
  services: {label_vi: Điểm dịch vụ công, kind: number, min: 0, max: 50}
missing: zero
nothing_of_nothing: zero
total:
  label_vi: Tổng điểm
  max_points: {ministry: 100, agency: 50}
  aggregate: sum
  compare_on: share
  decimals: 3
  rounding: half_up
ranking:
  ties: min
  on: {open: rounded, why_vi: Không văn bản nào nêu}
criteria:
  inside:
    label_vi: Trong cơ quan
    status: illustrative
    max_points: 50
    aggregate: sum
    criteria:
      computers:
        label_vi: Tỷ lệ cán bộ có máy tính
        status: illustrative
        max_points: 10
        rule: {share: {of: with_computer, per: staff}}
      portal:
        label_vi: Cổng thông tin
        status: illustrative
        max_points: 40
        missing: leave_out
        rule: {value: portal}
  services:
    label_vi: Dịch vụ công trực tuyến
    status: illustrative
    max_points: {ministry: 50, agency: not_applicable}
    rule: {value: services}
"""

MINI_ENTITIES = """\
entity,label_vi,group
A,Bộ Một,ministry
B,Bộ Hai,ministry
C,Bộ Ba,ministry
D,Cơ quan Một,agency
E,Cơ quan Hai,agency
"""

MINI_ANSWERS = """\
entity,answer,value,state
A,with_computer,90,
A,staff,100,
A,portal,30,
A,services,25,
B,with_computer,50,
B,staff,100,
B,portal,,missing
B,services,40,zero_late
C,with_computer,100,
C,staff,100,
C,portal,20,
C,services,,withheld
D,with_computer,10,
D,staff,40,
D,portal,"12.5",
E,with_computer,,missing
E,staff,40,
E,portal,0,
"""

MINI_SOURCES = """\
status: illustrative
decimal: "."
files:
  entities.csv: {label_vi: Đơn vị, origin: Lập ra để thử}
  answers.csv: {label_vi: Số liệu, origin: Lập ra để thử}
"""

MINI_PARAMETERS = """\
edition: mini-2020
methodology: mini
year: 2020
inputs: mini-2020
previous: ""
highlight: A
attached_to: ""
draws: 10000
spread: 25
rank_on: rounded
"""


@pytest.fixture
def mini(tmp_path: Path) -> Project:
    """A small edition, mini-2020: two groups, a category that one group lacks, every kind of nothing."""
    return make_mini(tmp_path)


def gone(processes: Iterable[psutil.Process], seconds: float) -> bool:
    """Whether none of these runs after at most some seconds; one that ended may wait to be laid to rest."""
    end = time.monotonic() + seconds
    while any(_runs(process) for process in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def make_mini(root: Path, **files: str) -> Project:
    """Write the small edition under a folder; ``files``: methodology, entities, answers … instead."""
    contents = {
        "parameters/methodologies/mini.yaml": files.get("methodology", MINI_METHODOLOGY),
        "parameters/mini-2020.yaml": files.get("parameters", MINI_PARAMETERS),
        "inputs/mini-2020/entities.csv": files.get("entities", MINI_ENTITIES),
        "inputs/mini-2020/answers.csv": files.get("answers", MINI_ANSWERS),
        "inputs/mini-2020/sources.yaml": files.get("sources", MINI_SOURCES),
    }
    _with_rules_for_zeros(contents)
    contents["notebooks/mini-2020.ipynb"] = (
        json.dumps(page_of(MINI_CELLS), ensure_ascii=False, indent=1) + "\n"
    )
    for page in ("notebooks/what_if.ipynb", "notebooks/multiverse.ipynb"):
        if not (root / page).exists():
            contents[page] = (ROOT / page).read_text("utf-8")
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Project(root)


MINI_PARAMETERS_CELL = """\
edition = "mini-2020"  # ấn bản
methodology = "mini"  # phương pháp
year = 2020  # năm [2000..2100]
inputs = "mini-2020"  # số liệu
previous = ""  # kỳ trước
highlight = "A"  # làm nổi
attached_to = ""  # quyết định
draws = 10000  # số lần rút [0..1000000]
spread = 25  # xê dịch [1..99]
rank_on = "rounded"  # xếp hạng trên [rounded | unrounded]
"""


MINI_CELLS = {
    "title": "# Phương pháp nhỏ năm 2020\n\nXem [bảng xếp hạng](#bang-ranking).",
    "parameters": MINI_PARAMETERS_CELL,
    "open": """\
import ictindex as ict

evaluation = ict.open_edition(
    edition=edition, methodology=methodology, year=year, inputs=inputs, previous=previous,
    highlight=highlight, attached_to=attached_to, draws=draws, spread=spread, rank_on=rank_on,
)
evaluation""",
    "result": "## 1. Kết quả",
    "rank": """\
points = ict.points(evaluation)
categories = ict.add_up(points, evaluation)
ranking = ict.rank(categories, evaluation)""",
    "ranking": 'ict.table("ranking", ranking)',
    "chart": """\
from matplotlib.figure import Figure

drawn = Figure(figsize=(4, 2))
bars = drawn.subplots().barh(ranking["unit_name"], ranking["place"].fillna(0))
ict.figure("bars", drawn, data=ranking[["unit_name", "printed"]], title="Giá trị", alt="Năm thanh.")""",
    "points": 'ict.table("points", points)',
    "categories": 'ict.table("categories", categories)',
    "trust": "## 2. Vì sao tin được",
    "criteria": 'ict.table("criteria", ict.criteria(evaluation))',
    "provenance": 'ict.table("provenance", ict.provenance(evaluation))',
}


def page_of(cells: dict[str, str]) -> dict:
    """A source notebook: id -> text; what begins with # is prose, and one cell is that of the parameters."""
    made = []
    for name, text in cells.items():
        cell = {"id": name, "metadata": {}, "source": text.splitlines(keepends=True)}
        if text.startswith("#"):
            made.append({**cell, "cell_type": "markdown"})
        else:
            cell["metadata"] = {"tags": ["parameters"]} if name == "parameters" else {}
            made.append({**cell, "cell_type": "code", "execution_count": None, "outputs": []})
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": made, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


# --- a methodology in a few words, for tests that need no files -------------------------------------------


def build_methodology_of(
    criteria: dict,
    *,
    aggregate: str,
    max_points,
    groups: tuple[str, ...] = ("all",),
    missing: str = "error",
    answers: dict[str, dict] | None = None,
    sections: dict | None = None,
    **rules,
) -> Methodology:
    """A methodology that has passed the loader's checks; ``criteria`` in the file's words, without labels.

    ``answers``: what differs from the kind that a rule suggests; ``sections``: calendar, zero_rules, levels …
    """
    asked: dict[str, dict] = {}

    def full(nodes: dict) -> dict:
        complete = {}
        for key, node in nodes.items():
            complete[key] = {"label_vi": key, "status": "illustrative", **node}
            if "criteria" in node:
                complete[key]["criteria"] = full(node["criteria"])
            else:
                for rule in Rule.model_validate(node["rule"]).walk():
                    asked.update((answer, asked_by(rule, node["max_points"])) for answer in rule.own_reads)
        return complete

    ranking = {"ties": rules.pop("ties", "min"), "on": rules.pop("rank_on", "rounded")}
    total = {"label_vi": "Tổng", "max_points": max_points, "aggregate": aggregate}
    data = {
        "methodology": "small",
        "label_vi": "Nhỏ",
        "citation": {"title": "Lập ra để thử"},
        "groups": {group: {"label_vi": group} for group in groups},
        "missing": missing,
        "total": {**total, "compare_on": "points", "decimals": 4, "rounding": "half_up", **rules},
        "ranking": ranking,
        "criteria": full(criteria),
    }
    data["answers"] = {
        answer: {"label_vi": answer, **asked[answer], **(answers or {}).get(answer, {})}
        for answer in sorted(asked)
    }
    data.update(sections or {})
    return build_methodology(Document("small.yaml", data, {}), "small")


def asked_by(rule: Rule, most) -> dict:
    """The kind of answer that a rule reads."""
    if rule.kind == "choice":
        return {"kind": "choice", "choices": {code: code for code in rule.choice.points}}
    if rule.kind in ("mark", "awarded"):
        return {"kind": "mark", "max": 10} if rule.kind == "mark" else {"kind": "award", "max": most}
    return {"kind": rule.kind if rule.kind in ("yes_no", "count") else "number"}


def inputs_of(
    entities: dict[str, dict],
    groups: dict[str, str] | None = None,
    events=(),
    attributes: dict[str, dict[str, str]] | None = None,
) -> Inputs:
    """Inputs from entity -> answer -> what was given: a number, a state, (number, state), or a Given."""
    answers: dict[tuple[str, str], Given] = {}
    listed = []
    for i, (code, given) in enumerate(entities.items(), start=2):
        listed.append(
            Entity(
                code, f"Đơn vị {code}", (groups or {}).get(code, "all"), i, (attributes or {}).get(code, {})
            )
        )
        for answer, told in given.items():
            if isinstance(told, Given):
                answers[code, answer] = told._replace(row=len(answers) + 2)
                continue
            number, state = told if isinstance(told, tuple) else (told, "given")
            if isinstance(told, str):
                number, state = None, told
            text = "" if number is None else str(number)
            value = None if number is None else Fraction(number)
            empty = state == "missing"  # the cell is: nobody has said so in words
            answers[code, answer] = Given(value, state, text, len(answers) + 2, unsaid=empty)
    sources = Sources(status="illustrative", files={})
    return Inputs(sources, (), tuple(listed), answers, "answers.csv", events=tuple(events))


@pytest.fixture
def mini_with(tmp_path: Path):
    """make_mini in a folder of its own: ``mini_with(answers=…)``; a value may also change the usual text."""
    usual = {
        "methodology": MINI_METHODOLOGY,
        "entities": MINI_ENTITIES,
        "answers": MINI_ANSWERS,
        "sources": MINI_SOURCES,
        "parameters": MINI_PARAMETERS,
    }

    def make(**files) -> Project:
        texts = {name: given(usual[name]) if callable(given) else given for name, given in files.items()}
        return make_mini(tmp_path, **texts)

    return make


def _with_rules_for_zeros(contents: dict[str, str]) -> None:
    """Zeros that answers.csv states are signed, and the methodology has a rule for them."""
    answers, methodology = "inputs/mini-2020/answers.csv", "parameters/methodologies/mini.yaml"
    if "criteria:" not in contents[methodology]:
        return  # no methodology at all: nothing to add to
    header, _, rows = contents[answers].partition("\n")
    reasons = sorted(set(re.findall(r",zero_(\w+)$", rows, re.MULTILINE)))
    if not header.endswith(",state") or not reasons:
        return
    signed = "".join(
        f"{row},{'HĐTĐ,Lập ra để thử,BB 1' if ',zero_' in row else ',,'}\n" for row in rows.splitlines()
    )
    contents[answers] = f"{header},who,why,paper\n{signed}"
    if not re.search("^(zero_rules|calendar|amends):", contents[methodology], re.MULTILINE):
        citation = "citation: {title: Lập ra để thử}"
        of = {"late": "deadline: report_by, "}
        rules = (f"{each}: {{falls_on: criterion, {of.get(each, '')}{citation}}}" for each in reasons)
        day = f'calendar: {{report_by: {{label_vi: Báo cáo, date: "+1-01-15", {citation}}}}}\n'
        contents[methodology] += f"{day if 'late' in reasons else ''}zero_rules: {{{', '.join(rules)}}}\n"


def all_reported(project: Project) -> None:
    """The small edition with a day of report for every unit, in time."""
    inputs = project.inputs("mini-2020")
    rows = "".join(f"{unit},,reported,2021-01-10,,\n" for unit in "ABCDE")
    (inputs / "events.csv").write_text(f"entity,criterion,event,at,until,why\n{rows}", "utf-8")
    sources = inputs / "sources.yaml"
    text = sources.read_text("utf-8") + "  events.csv: {label_vi: Sự kiện, origin: Lập ra để thử}\n"
    sources.write_text(text, "utf-8")


@pytest.fixture(scope="session")
def report_all():
    """all_reported, for modules that cannot import this one."""
    return all_reported


@pytest.fixture(scope="session")
def mini_text() -> str:
    """The small methodology as its file has it."""
    return MINI_METHODOLOGY


WHAT_IF = "what_if: idea\nbaseline: mini-2020\nquestion_vi: Sao?\nnot_covered_vi: [Khác]\n"


def findings_of(attempt, *arguments) -> list[Finding]:
    """What an attempt is refused for."""
    with pytest.raises(Refused) as refused:
        attempt(*arguments)
    return refused.value.findings


@pytest.fixture
def asked(mini: Project):
    """A what-if of mini-2020 that changes this, evaluated."""

    def write(changes: str) -> Evaluation:
        path = mini.what_if("idea")
        path.parent.mkdir(exist_ok=True)
        path.write_text(WHAT_IF + changes, "utf-8")
        return evaluate_run(mini, **read_parameters("mini-2020", mini), what_if="idea")

    return write


@pytest.fixture(scope="session")
def refused():
    """findings_of, for modules that cannot import this one."""
    return findings_of


@pytest.fixture(scope="session", autouse=True)
def every_finding_can_be_said():
    """Whatever a test makes the package find is put into words at once, in both languages."""
    made = Finding.__init__

    def make_and_say(self, *arguments, **named):
        made(self, *arguments, **named)
        self.sentence("en"), self.sentence("vi")  # a fact that a sentence lacks is a KeyError

    Finding.__init__ = make_and_say
    yield
    Finding.__init__ = made


@pytest.fixture(scope="session")
def methodology_of():
    """build_methodology_of, for modules that cannot import this one."""
    return build_methodology_of


@pytest.fixture(scope="session")
def inputs_with():
    """inputs_of, for modules that cannot import this one."""
    return inputs_of


@pytest.fixture(scope="module")
def ranked_units(tmp_path_factory):
    """An evaluation of units with these points of each category."""
    small = evaluate_edition("mini-2020", make_mini(tmp_path_factory.mktemp("ranking")))
    small = replace(small, parameters={**small.parameters, "highlight": ""})

    def ranked_units_of(categories, units, tie_breaks=(), levels=(), rank_on="unrounded", **rules):
        criteria = {
            key: {"max_points": most, "missing": "leave_out", "rule": {"value": key}}
            for key, most in categories.items()
        }
        from ictindex.scoring.outcomes import score

        ranking = {"ties": rules.pop("ties", "min"), "on": rank_on, "tie_breaks": [*tie_breaks]}
        sections = {"ranking": ranking}
        if levels:
            sections["levels"] = {"citation": {"clause": "1"}, "list": [*levels]}
        m = build_methodology_of(
            criteria, aggregate="sum", max_points=sum(categories.values()), sections=sections, **rules
        )
        in_force = {
            name: small.rules["ties"]._replace(value=rule.value) for name, rule in m.open_rules.items()
        }
        inputs = inputs_of(units)
        return replace(small, methodology=m, inputs=inputs, scores=score(m, inputs, {}, 2020), rules=in_force)

    return ranked_units_of


@pytest.fixture
def two_years(egdi: Project) -> Project:
    """egdi-2018 compared with an invented egdi-2016: without Denmark, and with 0.5 as Viet Nam's OSI."""
    shutil.rmtree(egdi.inputs("egdi-2016"))
    egdi.inputs("egdi-2016").mkdir()
    for name in ("entities.csv", "answers.csv", "sources.yaml"):
        text = (egdi.inputs("egdi-2018") / name).read_text("utf-8").replace("VNM,osi,0.7361", "VNM,osi,0.5")
        text = text.partition("  published.csv:\n")[0]  # nobody published it
        kept = "".join(ln for ln in text.splitlines(keepends=True) if not ln.startswith("DNK,"))
        (egdi.inputs("egdi-2016") / name).write_text(kept, "utf-8")
    text = egdi.parameters("egdi-2018").read_text("utf-8").replace("previous: egdi-2016", 'previous: ""')
    egdi.parameters("egdi-2016").write_text(text.replace("2018", "2016"), "utf-8")
    return egdi


# --- keys and certificates ---------------------------------------------------------------------------------

PASSPHRASE = b"m\xe1\xba\xadt kh\xe1\xba\xa9u"  # mật khẩu


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys: ca.pem and other-ca.pem; for rsa, ec and old (expired) a .key and a .cert;

    locked.key is rsa's, and rsa.p12 holds both, under the first line of passphrase.txt.
    """
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509.oid import NameOID

    folder, now = tmp_path_factory.mktemp("keys"), datetime.now(UTC)

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def certified(
        name: str, key, by: str, with_key, is_ca: bool = False, until: int = 30
    ) -> x509.Certificate:
        usage = (not is_ca, False, False, False, False, is_ca, is_ca, False, False)
        return (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(by))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=until))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(*usage), critical=True)
            .sign(with_key, hashes.SHA256())
        )

    def write(name: str, key, certificate: x509.Certificate) -> None:
        plain = (forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
        (folder / f"{name}.key").write_bytes(key.private_bytes(*plain))
        (folder / f"{name}.cert").write_bytes(certificate.public_bytes(forms.Encoding.PEM))

    curve = ec.SECP256R1()
    authority, other = ec.generate_private_key(curve), ec.generate_private_key(curve)
    for file, name, key in (("ca.pem", "Gốc thử", authority), ("other-ca.pem", "Gốc khác", other)):
        own = certified(name, key, name, key, is_ca=True)
        (folder / file).write_bytes(own.public_bytes(forms.Encoding.PEM))
    private = rsa.generate_private_key(65537, 2048)
    certificate = certified("Cán bộ ký", private, "Gốc thử", authority)
    write("rsa", private, certificate)
    key = ec.generate_private_key(curve)
    write("ec", key, certified("Người ký khác", key, "Gốc thử", authority))
    write("old", key, certified("Đã hết hạn", key, "Gốc thử", authority, until=-1))
    lock = forms.BestAvailableEncryption(PASSPHRASE)
    locked = private.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, lock)
    (folder / "locked.key").write_bytes(locked)
    both = pkcs12.serialize_key_and_certificates(b"x", private, certificate, None, lock)
    (folder / "rsa.p12").write_bytes(both)
    (folder / "passphrase.txt").write_bytes(PASSPHRASE + b"\n")
    (folder / "wrong.txt").write_bytes(b"wrong\n")
    return folder


# --- evaluations: a real year, a small one, and thin ones -------------------------------------------------


@pytest.fixture
def egdi_2018(egdi: Project) -> Evaluation:
    return evaluate_edition("egdi-2018", egdi)


@pytest.fixture
def small(mini: Project) -> Evaluation:
    return evaluate_edition("mini-2020", mini)


@pytest.fixture
def two_editions(two_years: Project) -> Evaluation:
    """With an edition before it."""
    return evaluate_edition("egdi-2018", two_years)


@pytest.fixture
def alone(mini: Project) -> Evaluation:
    """One entity, and in one of two groups."""
    folder = mini.inputs("mini-2020")
    (folder / "entities.csv").write_text("entity,label_vi,group\nA,Bộ Một,ministry\n", "utf-8")
    lines = (folder / "answers.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "answers.csv").write_text(
        "".join(ln for ln in lines if ln.startswith(("entity", "A,"))), "utf-8"
    )
    return evaluate_edition("mini-2020", mini)


@pytest.fixture
def unranked(mini: Project) -> Evaluation:
    """Nobody answered anything, and what is missing is left out."""
    path = mini.methodology("mini")
    path.write_text(path.read_text("utf-8").replace("missing: zero", "missing: leave_out"), "utf-8")
    (mini.inputs("mini-2020") / "answers.csv").write_text("entity,answer,value\nA,staff,\n", "utf-8")
    return evaluate_edition("mini-2020", mini)


@pytest.fixture(params=["egdi_2018", "small", "two_editions", "alone", "unranked"])
def any_year(request) -> Evaluation:
    """Each of these in turn."""
    return request.getfixturevalue(request.param)


# --- annexes: built once, by whichever worker comes first, and copied for each test ------------------------


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Project:
    """A project that the first worker makes and every worker reads."""
    own = factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    done = root.with_suffix(".made")
    with FileLock(root.with_suffix(".lock")):
        if not done.exists():
            make(root)
            done.touch()
    return Project(root)


def build_all(project: Project, *editions: str) -> None:
    from ictindex.run import plans
    from ictindex.run import runs as run

    results = run.run(plans.plan(editions, project, {}), project, len(editions), lambda *step: None, 120)
    assert all((result.status, result.findings) == ("built", []) for result in results), results


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project of EGDI and mini-2020; egdi-2018 and that built side by side; to be read only."""

    def make(root: Path) -> None:
        copy_of_sources(root, "qd*", "amendments", "crosswalks", "what_if", "hdi.yaml", "osi.yaml")
        (root / "parameters" / "what_if").mkdir()
        build_all(make_mini(root), "egdi-2018", "mini-2020")

    return made_once(tmp_path_factory, "built", make)


@pytest.fixture
def built(built_once: Project, tmp_path: Path) -> Project:
    """A copy of it, to be broken at will: mini-2020 as it was built, of egdi-2018 what it is made from."""

    def large(folder: str, names: list[str]) -> list[str]:
        return ["egdi-2018"] if Path(folder).name == "outputs" else []

    shutil.copytree(built_once.root, tmp_path / "built", ignore=large)
    return Project(tmp_path / "built")


@pytest.fixture
def both_built(built_once: Project, tmp_path: Path) -> Project:
    """A copy of the whole of it."""
    shutil.copytree(built_once.root, tmp_path / "built")
    return Project(tmp_path / "built")


# What evaluators add to a page: any cell is run, kept and shown; the last three publish.
FREE_CELLS = {
    "own-sum": 'points.groupby("category").points.sum()',
    "own-frame": "ranking[['unit_name', 'printed', 'rank']].head(2)",
    "own-plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
    "own-figure": "own = Figure(figsize=(2, 1))\nown.subplots().bar(['a', 'b'], [1, 2])\nown",
    "own-print": "for i in range(3):\n    print('dòng', i)",
    "own-warning": "import warnings\nwarnings.warn('hãy xem lại')\nprint('đã xem')",
    "own-def": "def twice(x):\n    return 2 * x\ntwice(21)",
    "own-magic": "%precision 3\n1 / 3",
    "own-silence": "x = 1",
    "own-blank": "",
    "own-comment": "  # nothing",
    "own-table": 'ict.table("own", ranking[["unit_name", "printed"]], title="Bảng của tôi", '
    'labels={"printed": "Điểm số"})',
    "own-shown": 'display(ict.table("shown", points.groupby("category").points.sum()))\n"sau bảng"',
    "own-nothing": 'ict.table("nothing", ranking[ranking["rank"] > 99], title="Không ai")',
    "own-text": "##### Xem [bảng tự lập](#bang-own), [hình](#hinh-bars) và [bảng không có](#bang-none).",
}


def add_cells(project: Project, edition: str, cells: dict[str, str], before: str = "") -> None:
    """Put cells into a page, in front of one, or at its end."""
    path = project.notebook(edition)
    page = json.loads(path.read_text("utf-8"))
    at = next((n for n, cell in enumerate(page["cells"]) if cell["id"] == before), len(page["cells"]))
    page["cells"][at:at] = page_of(cells)["cells"]
    path.write_text(json.dumps(page, ensure_ascii=False, indent=1), "utf-8")


@pytest.fixture(scope="session")
def free_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """mini-2020 with the cells of an evaluator's own before its second section, built; to be read only."""

    def make(root: Path) -> None:
        project = make_mini(root)
        add_cells(project, "mini-2020", FREE_CELLS, before="trust")
        build_all(project, "mini-2020")

    return made_once(tmp_path_factory, "free", make)


@pytest.fixture
def free(free_once: Project, tmp_path: Path) -> Project:
    """A copy of it, to be broken at will."""
    shutil.copytree(free_once.root, tmp_path / "free")
    return Project(tmp_path / "free")


@pytest.fixture(scope="session")
def make_mini_in():
    """make_mini, for modules that cannot import this one."""
    return make_mini


@pytest.fixture(scope="session")
def own_cells():
    """add_cells, for modules that cannot import this one."""
    return add_cells


def copy_of_sources(root: Path, *but: str) -> Project:
    """The project's own parameters, inputs and notebooks, without outputs."""
    without = shutil.ignore_patterns(".ipynb_checkpoints", *but)
    for name in ("parameters", "inputs", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=without)
    return Project(root)


class Ended(NamedTuple):
    """How a command ended: its exit code and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def ictindex(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """The command, in this process: ictindex("run", "--all", project=project) -> Ended."""
    from ictindex.cli.main import main

    def command(*arguments: object, project: Project | None = None) -> Ended:
        chosen = ["--project", str(project.root)] if project else []
        capfd.readouterr()
        try:
            main([*chosen, *map(str, arguments)])
            code = 0
        except SystemExit as exit:
            code = exit.code or 0
        return Ended(code, *capfd.readouterr())

    for name in ("ICTINDEX_PROJECT", "ICTINDEX_LANG"):
        monkeypatch.delenv(name, raising=False)
    return command


def in_processes(*lines: str) -> list[str]:
    """What a script prints in three processes, each with another hash seed."""
    said = []
    for seed in "123":
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", "\n".join(lines)]
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=120)
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout.strip())
    return said


@pytest.fixture(scope="session")
def under_hash_seeds():
    """in_processes, for modules that cannot import this one."""
    words = "print(list({'answer-not-given', 'form-of-other-version', 'arrival-unknown', 'sending-twice'}))"
    assert len(set(in_processes(words))) > 1, "these seeds give one order: nothing could be seen"
    return in_processes


def contents(folder: Path, *but: str) -> dict[str, bytes]:
    """Every file of a folder by its path, but those of these names, and the locks, which stay empty."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in but)
    files = (path for path in files if path.suffix != ".lock" or path.read_bytes())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="session")
def contents_of():
    """contents, for modules that cannot import this one."""
    return contents


def every_byte(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder as (path, bytes), and of a zip (.xlsx, .docx) every part as it is inside."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as parts:
                    for part in parts.namelist():
                        yield f"{path.relative_to(folder).as_posix()}/{part}", parts.read(part)


@pytest.fixture(scope="session")
def told_in():
    """told_in(folder, words) -> {word: the files that have it}, a figure however its digits are grouped."""

    def told(folder: Path, words: Iterable[str]) -> dict[str, list[str]]:
        files = [(name, data.decode("utf-8", "replace")) for name, data in every_byte(folder)]
        found = {word: [name for name, text in files if re.search(_spelled(word), text)] for word in words}
        return {word: names for word, names in found.items() if names}

    return told


def _spelled(word: str) -> str:
    """A word itself; the digits of a number with anything short between them."""
    return r"(?:[.,\s\u00a0\u202f]|&nbsp;)?".join(word) if word.isdigit() else re.escape(word)


@pytest.fixture(scope="session")
def add_cell():
    """add_cell(project, edition, code) puts a code cell after the one that evaluates."""

    def add(project: Project, edition: str, code: str) -> int:
        """The number of the new cell in the executed notebook, counted from 1."""
        path = project.notebook(edition)
        notebook = json.loads(path.read_text("utf-8"))
        at = next(n for n, cell in enumerate(notebook["cells"], start=1) if cell["id"] == "open")
        cell = {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "execution_count": None}
        notebook["cells"].insert(at, {**cell, "source": code})
        path.write_text(json.dumps(notebook), "utf-8")
        return at + 2  # after the injected parameters

    return add


@pytest.fixture
def wrong_in(mini_text):
    """What is wrong with the small methodology after edits: (code, the text of its line, column)."""

    def wrong(*edits: tuple[str, str]) -> list[tuple[str, str, str]]:
        text = mini_text
        for old, new in edits:
            assert text.count(old) == 1, f"{old!r} is not in the file once"
            text = text.replace(old, new)
        try:
            build_methodology(scan(text, "m.yaml"), "mini")
        except Refused as refused:
            lines = text.split("\n")
            return [(f.code, lines[f.row - 1].strip(), f.column) for f in refused.findings]
        return []

    return wrong


@pytest.fixture
def make_round(mini_with) -> Callable[..., Evaluation]:
    """The year of tests/data/round from report to confirmation; a file may be left out or given as text."""
    texts = {path.stem: path.read_text("utf-8") for path in (ROOT / "tests/data/round").iterdir()}
    methodology = texts.pop("methodology")

    def make(**changed: str) -> Evaluation:
        files = {name: text for name, text in (texts | changed).items() if text}
        listed = "".join(f"  {name}.csv: {{label_vi: Thử, origin: Thử}}\n" for name in files)
        sources = f'status: illustrative\ndecimal: "."\nfiles:\n{listed}'
        project = mini_with(methodology=methodology, sources=sources)
        for name, text in files.items():
            (project.inputs("mini-2020") / f"{name}.csv").write_text(text, "utf-8")
        return evaluate_edition("mini-2020", project)

    return make


# --- the golden example of the weights: five units, six criteria, 1000 points -------------------------------

GOLDEN = {
    "A": ".90 .60 .70 .80 .50 .60",
    "B": ".70 .85 .60 .75 .80 .55",
    "C": ".60 .70 .95 .65 .90 .85",
    "D": ".85 .50 .40 .70 .60 .90",
    "E": ".40 .55 .50 .45 .70 .50",
}
GOLDEN_POINTS = (200, 250, 100, 250, 100, 100)


@pytest.fixture
def golden(mini_with) -> Project:
    """The project of mini-2020 with the golden example in it: criterion k reads x<k>, its points."""
    head, _, rest = MINI_METHODOLOGY.partition("groups:")
    ranking = rest.partition("ranking:")[2].partition("criteria:")[0]
    asked = [f"  x{k}: {{label_vi: Câu {k}, kind: number}}" for k in range(1, 7)]
    criteria = [
        f"  c{k}: {{label_vi: Hạng mục {k}, status: illustrative, max_points: {most}, rule: {{value: x{k}}}}}"
        for k, most in enumerate(GOLDEN_POINTS, 1)
    ]
    lines = [
        "groups:", "  all: {label_vi: Mọi đơn vị}", "answers:", *asked, "missing: error",
        "total: {label_vi: Tổng, max_points: 1000, aggregate: sum, compare_on: points,",
        "  decimals: 2, rounding: half_up}",
        f"ranking:{ranking.rstrip()}", "criteria:", *criteria,
    ]  # fmt: skip
    answers = [
        f"{unit},x{k},{float(Fraction(share) * most):g}"
        for unit, row in GOLDEN.items()
        for k, (share, most) in enumerate(zip(row.split(), GOLDEN_POINTS, strict=True), 1)
    ]
    return mini_with(
        methodology=head + "\n".join(lines) + "\n",
        entities="entity,label_vi\n" + "".join(f"{unit},Đơn vị {unit}\n" for unit in GOLDEN),
        answers="entity,answer,value\n" + "\n".join(answers) + "\n",
    )


# First dominates; two and three are level near today's equal weights; last is dominated by all.
DRAWN = {"first": (45, 45), "two": (40, 10), "three": (9, 40), "last": (5, 5)}


@pytest.fixture
def ranking_of(mini_with):
    """ranking_of({'a': (x, y)}, draws=…): units with points for one or two criteria of 50, evaluated."""

    def make(units=None, draws=2000) -> Evaluation:
        units = units or DRAWN
        criteria = ("x", "y")[: len(next(iter(units.values())))]
        asked = "".join(f"  {c}: {{label_vi: Số {c}, kind: number, min: 0, max: 50}}\n" for c in criteria)
        rules = "".join(
            f"  {c}: {{label_vi: Mục {c}, status: illustrative, max_points: 50, rule: {{value: {c}}}}}\n"
            for c in criteria
        )
        methodology = (
            "methodology: mini\nlabel_vi: Nhỏ\ncitation: {title: Lập ra để thử}\n"
            "groups: {all: {label_vi: Mọi đơn vị}}\n"
            f"answers:\n{asked}missing: zero\n"
            f"total: {{label_vi: Tổng, max_points: {50 * len(criteria)}, aggregate: sum, compare_on: points,"
            " decimals: 3, rounding: half_up}\n"
            "ranking: {ties: min, on: {open: rounded, why_vi: Không văn bản nào nêu}}\n"
            f"criteria:\n{rules}"
        )
        entities = "entity,label_vi,group\n" + "".join(f"{u},Đơn vị {u},all\n" for u in units)
        answers = "entity,answer,value,state\n" + "".join(
            f"{u},{c},{value},\n"
            for u, given in units.items()
            for c, value in zip(criteria, given, strict=True)
        )

        def parameters(text: str) -> str:
            kept = [line for line in text.splitlines() if not line.startswith(("draws", "highlight"))]
            return "\n".join([*kept, 'highlight: ""', f"draws: {draws}", ""])

        files = {"methodology": methodology, "entities": entities, "answers": answers}
        return evaluate_edition("mini-2020", mini_with(**files, parameters=parameters))

    return make


# --- frames for charts ------------------------------------------------------------------------------------


@pytest.fixture
def ranked():
    """Makes the frame ``ranking`` from the printed values of each group's units, the first the highest."""

    def make(*groups: tuple[str, dict[str, str | None]], most: int = 1):
        import pandas as pd

        rows = []
        for name, units in groups:
            values = [Decimal(printed) for printed in units.values() if printed is not None]
            for unit, text in units.items():
                printed = None if text is None else Decimal(text)
                value = None if text is None else Fraction(text)
                rows.append(
                    {
                        **{"group": name, "group_name": name, "unit": unit, "unit_name": unit},
                        **{"points": value, "available": Fraction(most), "value": value, "printed": printed},
                        "place": None if text is None else float(value / most),
                        "rank": None if text is None else 1 + sum(other > printed for other in values),
                        **{"level_name": None, "state": "withheld" if text is None else "scored"},
                    }
                )
        columns = ["group", "group_name", "unit", "unit_name", "value", "printed", "place", "rank"]
        return pd.DataFrame(rows, columns=None if rows else columns, dtype=object)

    return make


@pytest.fixture
def shared():
    """Makes the frame ``categories`` from each unit's shares in percent; "–" not applicable, "M" secret."""

    def make(units: dict[str, tuple], names: tuple[str, ...] = ("Hạ tầng", "Ứng dụng"), group: str = "Bộ"):
        import pandas as pd

        states = {"–": "not_applicable", "M": "withheld", "?": "missing"}
        rows = []
        for place, (unit, shares) in enumerate(units.items(), start=1):
            scored = [share for share in shares if share not in states]
            total = Fraction(sum(scored), len(scored)) if scored else "M"
            for i, share in enumerate((total, *shares)):
                none = share in states
                part = None if none else Fraction(share) / 100
                rows.append(
                    {
                        **{"group": group, "group_name": group, "unit": unit, "unit_name": unit},
                        "category": "" if i == 0 else f"c{i}",
                        "category_name": "Tổng" if i == 0 else names[i - 1],
                        "number": "" if i == 0 else str(i),
                        **{
                            "points": None if none else part * 10,
                            "available": None if none else Fraction(10),
                        },
                        **{"share": part and float(part), "value": part},
                        "printed": None if none else Decimal(round(part * 1000)).scaleb(-3),
                        "place": part if part is None else float(part),
                        **{"rank": None if none else place, "state": states.get(share, "scored")},
                    }
                )
        return pd.DataFrame(rows, dtype=object)

    return make


@pytest.fixture
def words_on():
    """What is written on a figure, each text with its spaces drawn together; those of no words left out."""

    def read(figure) -> list[str]:
        from matplotlib.text import Text

        shown = [text for text in figure.findobj(Text) if text.get_visible()]
        return [words for text in shown if (words := " ".join(text.get_text().split()))]

    return read


@pytest.fixture
def collisions():
    """Texts of a figure that leave it, and pairs of texts that cover each other."""

    def find(figure) -> list[tuple[str, ...]]:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.text import Text

        figure.set_dpi(72)
        with mpl.rc_context({"text.hinting": "no_hinting"}):  # widths as a page or a printer has them
            renderer = FigureCanvasAgg(figure).get_renderer()
            figure.draw_without_rendering()
            texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
            boxes = [(t.get_text(), t.get_window_extent(renderer).padded(-1)) for t in texts]
        page = figure.bbox.padded(1)
        out = [
            (said,)
            for said, b in boxes
            if b.x0 < page.x0 or b.x1 > page.x1 or b.y0 < page.y0 or b.y1 > page.y1
        ]
        return out + [
            (a, b) for i, (a, one) in enumerate(boxes) for b, two in boxes[i + 1 :] if one.overlaps(two)
        ]

    return find


# --- LibreOffice -------------------------------------------------------------------------------------------

SOFFICE = shutil.which("soffice")
ALWAYS_COMPUTES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def converted(files: dict[str, bytes], folder: Path, kind: str = "xlsx") -> dict[str, Path]:
    """Workbooks as LibreOffice saves them, computed, all in one process of it with a profile of its own."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_COMPUTES, "utf-8")
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    paths = [str(folder / f"{name}.xlsx") for name in files]
    subprocess.run([*command, "--outdir", str(out), *paths], check=True, capture_output=True, timeout=560)
    return {name: out / f"{name}.{kind.partition(':')[0]}" for name in files}


@pytest.fixture(scope="session")
def saved_by_libreoffice():
    """``converted``, where LibreOffice is here."""
    if SOFFICE is None:
        pytest.skip("no LibreOffice is installed on this machine")
    return converted


# Each sheet a file; tabs between the cells, and in backquotes, not as it is shown, whatever is a number.
EACH_SHEET = "csv:Text - txt - csv (StarCalc):9,96,76,1,,0,false,false,false,false,false,-1"


class Computed(NamedTuple):
    """What LibreOffice computes of a workbook: read from text, which it saves in half the time of .xlsx."""

    path: Path

    def rows(self, sheet: str) -> list[list[str | float]]:
        lines = self.path.with_name(f"{self.path.stem}-{sheet}.csv").read_text("utf-8").split("\n")[:-1]
        return [
            [float(cell.strip("`")) if cell.startswith("`") else cell for cell in line.split("\t")]
            for line in lines
        ]


@pytest.fixture(scope="session")
def recalculated(saved_by_libreoffice):
    """What LibreOffice computes of workbooks, by name."""

    def compute(files: dict[str, bytes], folder: Path) -> dict[str, Computed]:
        paths = saved_by_libreoffice(files, folder, EACH_SHEET)
        return {name: Computed(path) for name, path in paths.items()}

    return compute
