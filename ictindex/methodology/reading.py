"""A methodology's YAML file read strictly: everything that is wrong with it, at once, with its line."""

from __future__ import annotations

import os

from pydantic import ValidationError

from ictindex.basics import Document, Finding, Project, Refused, found, look_at, refuse_if, speller
from ictindex.methodology.amendments import AmendedDocument, amended, read_amendment
from ictindex.methodology.contradictions import contradictions
from ictindex.methodology.decision import MethodologyFile
from ictindex.methodology.mending import mended
from ictindex.methodology.rule_checks import remarks
from ictindex.methodology.shapes import shape_findings
from ictindex.methodology.tree import Methodology, tree


def read_methodology(name: str, project: Project | None = None) -> Methodology:
    """Load parameters/methodologies/<name>.yaml, or the amendment of that name on top of what it amends.

    Refused with everything that is wrong with either.
    """
    return build_methodology(read_document(name, project or Project.around()), name)


def read_document(name: str, project: Project, above: tuple[str, ...] = ()) -> Document:
    """A methodology's document, not yet checked; ``above``: the amendments that stand on it."""
    path = project.methodology(name)
    shown = project.shown(path)
    if not os.path.lexists(path):
        known = speller(sorted({*project.methodologies(), *project.amendments()}))(name)
        raise Refused([found("methodology-unknown", shown, name=name, **known)])
    document = look_at(path, shown)
    other = project.amendment(name)
    if path != other:
        refuse_if([found("methodology-twice", shown, other=project.shown(other))] if other.exists() else [])
        return document
    amendment = read_amendment(document, name)
    known = sorted({*project.methodologies(), *project.amendments()} - {name, *above})
    if amendment.amends not in known:
        code = "amends-itself" if amendment.amends in (name, *above) else "amends-unknown"
        facts = speller(known)(amendment.amends)
        raise Refused([document.found(code, ("amends",), name=amendment.amends, **facts)])
    return amended(read_document(amendment.amends, project, (*above, name)), document, amendment)


def methodology_remarks(name: str, project: Project) -> list[Finding]:
    """What is worth a second look in a methodology that can be read; see ``remarks``."""
    document = read_document(name, project)
    return list(remarks(build_methodology(document, name), document))


def build_methodology(document: Document, name: str) -> Methodology:
    """A Methodology from a read document; Refused with every finding at once."""
    findings, guessed = [*document.doubled], set[str]()
    try:
        source = MethodologyFile.model_validate(document.data)
    except ValidationError as error:
        findings += shape_findings(error, document, MethodologyFile)
        source, guessed = mended(error, document)
    if source:
        amendments = document.amendments if isinstance(document, AmendedDocument) else ()
        methodology = Methodology(name, document.file, source, tree(source), amendments)
        findings += (each for each in contradictions(methodology, document) if each.column not in guessed)
    refuse_if(findings)
    return methodology
