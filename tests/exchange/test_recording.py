"""A line of procedure.csv is written whole or not at all; evidence is read again before it counts."""

import hashlib
from datetime import date

import pytest

from ictindex.basics.findings import Refused
from ictindex.exchange.recording import record
from ictindex.procedure.steps import steps
from ictindex.scoring.evaluation import evaluate_edition

DAY = date(2021, 2, 1)


def lines(project):
    return (project.inputs("mini-2020") / "procedure.csv").read_text("utf-8").splitlines()


def test_what_happened_is_added_below_what_stands_there_and_stated(mini):
    for event in ("forms_sent", "report"):
        record(mini, "mini-2020", event, DAY, who="Nguyễn Văn A")
    assert [line.split(",")[:3] for line in lines(mini)] == [
        ["event", "at", "who"],
        ["forms_sent", "2021-02-01", "Nguyễn Văn A"],
        ["report", "2021-02-01", "Nguyễn Văn A"],
    ]
    assert "procedure.csv:" in (mini.inputs("mini-2020") / "sources.yaml").read_text("utf-8")
    happened = evaluate_edition("mini-2020", mini).inputs.milestones
    assert [each.event for each in happened] == ["forms_sent", "report"]


def test_an_approval_without_number_or_authority_writes_nothing(mini):
    with pytest.raises(Refused) as refused:
        record(mini, "mini-2020", "approved", DAY, who="Người ký")
    assert {(f.code, f.column) for f in refused.value.findings} == {
        ("milestone-unsigned", "number"),
        ("milestone-unsigned", "authority"),
    }
    assert not (mini.inputs("mini-2020") / "procedure.csv").exists()


def test_what_went_to_several_is_a_line_for_each_or_none(mini_with):
    stated = """\
procedure:
  publication: {label_vi: Công bố, to: {portal: Cổng, press: Báo}, citation: {clause: Điều 4}}
answers:
"""
    mini = mini_with(methodology=lambda text: text.replace("answers:\n", stated, 1))
    command = next(s.command for s in steps(evaluate_edition("mini-2020", mini)) if s.key == "publication")
    first, *then = command.split("; ")
    assert first.endswith(" --to portal --to press")
    done = [each.split()[1] for each in then]
    assert done == ["run", "verify", "sign"]  # what is recorded later undoes them
    with pytest.raises(Refused) as refused:
        record(mini, "mini-2020", "published", DAY, to=("portal", "radio"), who="Văn phòng")
    assert [f.column for f in refused.value.findings] == ["to"]
    record(mini, "mini-2020", "published", DAY, to=("portal", "press"), who="Văn phòng")
    assert [line.split(",")[5] for line in lines(mini)] == ["to", "portal", "press"]


def evidence_of(project, folder, files):
    """A register of two files that lie in a folder."""
    rows = ["entity,answer,file,sha256,reference"]
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        rows.append(f"A,staff,{name},{hashlib.sha256(data).hexdigest()},")
    inputs = project.inputs("mini-2020")
    (inputs / "evidence.csv").write_text("\n".join(rows) + "\n", "utf-8")
    sources = inputs / "sources.yaml"
    sources.write_text(sources.read_text("utf-8") + "  evidence.csv: {label_vi: Thử, origin: Thử}\n", "utf-8")


def step(project):
    return next(s for s in steps(evaluate_edition("mini-2020", project)) if s.key == "evidence")


def test_evidence_counts_as_checked_until_the_register_changes(mini, tmp_path):
    folder = tmp_path / "came"
    evidence_of(mini, folder, {"2021-01-05/A/a.pdf": b"mot", "2021-01-05/A/b.pdf": b"hai"})
    assert [(todo.what, todo.count) for todo in step(mini).todo] == [("not_checked", 2)]
    record(mini, "mini-2020", "evidence_checked", DAY, folder, who="Cán bộ")
    assert not step(mini).todo and step(mini).at == DAY
    register = mini.inputs("mini-2020") / "evidence.csv"
    register.write_text(register.read_text("utf-8") + f"B,staff,c.pdf,{'0' * 64},\n", "utf-8")
    assert [(todo.what, todo.count) for todo in step(mini).todo] == [("not_checked", 3)]


def test_a_file_that_is_gone_or_changed_is_named_and_nothing_is_recorded(mini, tmp_path):
    folder = tmp_path / "came"
    evidence_of(mini, folder, {"A/a.pdf": b"mot", "A/b.pdf": b"hai"})
    (folder / "A/a.pdf").write_bytes(b"khac")
    (folder / "A/b.pdf").unlink()
    with pytest.raises(Refused) as refused:
        record(mini, "mini-2020", "evidence_checked", DAY, folder, who="Cán bộ")
    assert {(f.code, f.facts["name"]) for f in refused.value.findings} == {
        ("evidence-file-changed", "A/a.pdf"),
        ("evidence-file-gone", "A/b.pdf"),
    }
    assert not (mini.inputs("mini-2020") / "procedure.csv").exists()
