"""What a page may say of itself: its state, computed from facts, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ictindex.basics import Finding, format_vi, is_name, sha256
from ictindex.page.shown import HYPOTHETICAL, STAMP
from ictindex.page.words import PARAMETER_VI, RULE_VI, value_vi
from ictindex.procedure import changed_since, decision_vi, first_approval, open_steps
from ictindex.scoring import Evaluation, all_checks, other_parameters

OTHER_RULES, DRAFT, OFFICIAL = "THAM SỐ KHÁC", "DỰ THẢO", "CHÍNH THỨC"
_ASKED_VI = "Trang này trả lời một câu hỏi giả định, không phải kết quả đánh giá."
_MOST_READ = 60  # characters of a folder's name that say its parameters
_MOST_NAMED = 3  # of the nodes, parameters or steps behind a state; the page has them all further down


class State(NamedTuple):
    """What a page is: ``label`` is printed on every page and in every file, ``why`` on the first page.

    Where several hold, ``label`` names each that a reader must not miss, the gravest first.
    """

    label: str
    why: tuple[str, ...]

    @property
    def official(self) -> bool:
        return self.label == OFFICIAL


def state_of(e: Evaluation, findings: Sequence[Finding] = ()) -> State:
    """The state of an evaluation's page, from its inputs, methodology, parameters and procedure.

    ``findings``: what its files are refused for, if anything.
    """
    told = {
        STAMP: [*_made_up(e)],
        HYPOTHETICAL: [_ASKED_VI] if e.what_if else [],
        OTHER_RULES: [*_other_rules(e)],
    }
    grave = {label: why for label, why in told.items() if why}
    if not grave:
        why = [*_open(e, findings)]
        grave = {DRAFT: why} if why else {OFFICIAL: [f"Kèm theo {decision_vi(e)}.", *_corrects(e)]}
    return State(" – ".join(grave), (*(line for why in grave.values() for line in why), *_left_out(e)))


def place_of(e: Evaluation) -> Path:
    """The folder that an evaluation's page fills: only the edition's own rules fill the official one."""
    others = other_parameters(e)
    if e.what_if or not others:
        return e.project.output(e.edition, e.what_if.name if e.what_if else "")
    said = "_".join(f"{name}-{value}" for name, value in sorted(others.items()))
    if is_name(said):
        return e.project.output(e.edition, variant=said)
    read = re.sub("[^a-z0-9_]+", "-", said.lower())[:_MOST_READ].strip("-")
    # two values may read alike without their signs, or as far as a folder's name goes
    return e.project.output(e.edition, variant=f"{read}-{sha256(said.encode())[:8]}")


def broken_claims(e: Evaluation) -> list[str]:
    """The names of the self-checks that fail."""
    return [check.name for check in all_checks(e) if check.holds is False]


def _made_up(e: Evaluation) -> Iterator[str]:
    if e.inputs.sources.status == "illustrative":
        yield "Số liệu đầu vào là đặt ra để minh họa, không phải số liệu của đơn vị nào."
    made_up = [node for node in e.methodology.nodes[1:] if node.criterion.status == "illustrative"]
    if made_up:
        of = f"{format_vi(len(made_up))} trong {format_vi(len(e.methodology.nodes) - 1)}"
        yield f"{of} tiêu chí là minh họa, chờ cơ quan ban hành phương pháp thay."
    if e.previous is not None and e.previous.illustrative:
        yield f"Kỳ trước đem so (năm {e.previous.parameters['year']}) có nội dung minh họa."


def _other_rules(e: Evaluation) -> Iterator[str]:
    if others := other_parameters(e):
        words = {name: value_vi(name, value) if name in RULE_VI else value for name, value in others.items()}
        said = ", ".join(f"{PARAMETER_VI[name]}: {value}" for name, value in words.items())
        yield f"Khác với tệp tham số của ấn bản: {said}."


_LEFT_OUT_VI = {"reviewers": "tên người chấm, người quyết định", "notes": "ghi chú và lý do nội bộ"}
_PROFILE_VI = {"public": "Bản công khai", "agency": "Bản của đơn vị"}


def _left_out(e: Evaluation) -> Iterator[str]:
    """What is not on a page for others than its makers, by the methodology."""
    if profile := e.inputs.sources.profile:
        named = getattr(e.methodology.source.profiles, profile)
        words = ["nội dung không công bố", *(_LEFT_OUT_VI[word] for word in named if word in _LEFT_OUT_VI)]
        yield f"{_PROFILE_VI[profile]}, không có: {'; '.join(words)}. Điểm và thứ hạng như bản nội bộ."


def _corrects(e: Evaluation) -> Iterator[str]:
    """That a page is a re-issue, and of what: see ``erratum``."""
    if (approved := first_approval(e)) and (moved := changed_since(e, approved)):
        day = f"{approved.at:%d/%m/%Y}"
        yield (
            f"Bản đính chính kết quả kèm theo Quyết định số {approved.number} ngày {day}:"
            f" {format_vi(len(moved))} đơn vị đổi giá trị hoặc hạng."
        )


def _open(e: Evaluation, findings: Sequence[Finding]) -> Iterator[str]:
    """What of the procedure is not done."""
    waiting = open_steps(e, findings)
    for step in waiting[:_MOST_NAMED]:
        yield f"{step.label.vi}: {'; '.join(todo.said() for todo in step.todo)}."
    if len(waiting) > _MOST_NAMED:
        yield f"Và {format_vi(len(waiting) - _MOST_NAMED)} bước khác còn việc chưa xong."
    unsaid = sum(not (about.label_vi and about.origin) for about in e.inputs.sources.files.values())
    if unsaid:
        yield f"Chưa ghi nguồn của {format_vi(unsaid)} tệp số liệu (sources.yaml)."
